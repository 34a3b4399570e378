import { getInstances } from "@pulumi/aws/ec2/getInstances";
import * as pulumi from "@pulumi/pulumi";
import { groundworkCommand } from "../../guard/printed-command";
import { slotNumbers, type MetalWorkersSettings } from "../../settings/sections/metal-workers";
import type { StackContext } from "../../settings/stack-context";
import { getDevice } from "./equinix-metal";
import type { KnownMachines } from "./known-machines";
import { ownerTags, slotHostname, slotTags } from "./slot-identity";

/** Machines that exist under a slot's name and that the state does not know: their ids by slot. */
export type Adoptable = ReadonlyMap<number, string>;

export interface AdoptionArgs {
  readonly context: StackContext;
  readonly settings: MetalWorkersSettings;
  /** Asks the vendor: the provider that would make the machines. */
  readonly provider: pulumi.ProviderResource;
  /** Those that the state has. */
  readonly known: KnownMachines;
}

/** States of a machine that exists and is not going. */
const livingInstances = ["pending", "running", "stopping", "stopped"];
const goingDevices: ReadonlySet<string> = new Set(["deprovisioning", "deleted"]);

/** How many machines are asked for at a time: one call each, and the vendors count calls. */
const asked = 4;

/**
 * Looks for machines of this pool that were made and never came into the state: the caller of a creation was told of a
 * timeout, or was killed, while the vendor went on. What this finds, the component takes over (`import`) where it would have
 * made a second one. In a run of plain `pulumi up` too: both the vendor and the state are asked over the engine.
 *
 * A slot whose machine in the state lives is left alone, whatever else has its name; `groundwork doctor` tells of that.
 *
 * @throws Error when it cannot be told which machine is the slot's, naming the slot and the way out.
 */
export async function machinesToAdopt({
  context,
  settings,
  provider,
  known,
}: AdoptionArgs): Promise<Adoptable> {
  const { source } = settings;
  const slots = slotNumbers(settings.slots);
  if (source.hosts !== undefined) {
    return new Map();
  }
  const found =
    source.equinix === undefined
      ? await instancesOfSlots(context, slots, known, { provider })
      : await devicesOfSlots(context, slots, known, source.equinix.projectId, { provider });
  for (const [slot, id] of found) {
    await pulumi.log.info(
      `Slot ${slot}: ${id} exists under its name and is not in the state; it is taken over, not made again.`,
    );
  }
  return found;
}

async function instancesOfSlots(
  context: StackContext,
  slots: readonly number[],
  known: KnownMachines,
  opts: pulumi.InvokeOptions,
): Promise<Adoptable> {
  const living = async (instanceTags: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    (await getInstances({ instanceTags: { ...instanceTags }, instanceStateNames: livingInstances }, opts))
      .ids;
  // One question in the usual case, where the state knows them all.
  const strangers = (await living(ownerTags(context))).filter((id) => !known.has(id));
  if (strangers.length === 0) {
    return new Map();
  }
  return bySlot(slots, async (slot) => {
    const ids = await living(slotTags(context, slot));
    if (ids.some((id) => known.has(id))) {
      return undefined;
    }
    if (ids.length > 1) {
      throw new Error(tooMany(context, slot, ids.join(" and ")));
    }
    return ids[0];
  });
}

async function devicesOfSlots(
  context: StackContext,
  slots: readonly number[],
  known: KnownMachines,
  projectId: string,
  opts: pulumi.InvokeOptions,
): Promise<Adoptable> {
  const knownNames = new Set<string>();
  return bySlot(slots, async (slot) => {
    const hostname = slotHostname(context, slot);
    try {
      const { id, state } = await getDevice({ projectId, hostname }, opts);
      return known.has(id) || goingDevices.has(state) ? undefined : id;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (words.includes("no device found with hostname")) {
        return undefined;
      }
      if (!words.includes("too many devices found with hostname")) {
        throw error;
      }
    }
    // The vendor still lists what is being deleted; that is no reason to stop while the slot has a machine that lives.
    await learnNames(known, knownNames, opts);
    if (knownNames.has(hostname)) {
      return undefined;
    }
    throw new Error(tooMany(context, slot, "several devices"));
  });
}

/** Names of the machines in the state that live. */
async function learnNames(
  known: KnownMachines,
  names: Set<string>,
  opts: pulumi.InvokeOptions,
): Promise<void> {
  for (const deviceId of names.size > 0 ? [] : known.keys()) {
    try {
      const { hostname, state } = await getDevice({ deviceId }, opts);
      if (!goingDevices.has(state)) {
        names.add(hostname);
      }
    } catch {
      // Not there: it does not live.
    }
  }
}

function tooMany({ stack }: StackContext, slot: number, what: string): string {
  return (
    `Slot ${slot} of the workers has ${what} under its name, and none of them is in the state: it cannot be told which to ` +
    `take over. Nothing was made. \`${groundworkCommand`doctor ${stack} --fix`}\` lists them and removes those that are too many.`
  );
}

async function bySlot(
  slots: readonly number[],
  find: (slot: number) => Promise<string | undefined>,
): Promise<Adoptable> {
  const found = new Map<number, string>();
  for (let first = 0; first < slots.length; first += asked) {
    const some = slots.slice(first, first + asked);
    const ids = await Promise.all(some.map(find));
    some.forEach((slot, index) => {
      const id = ids[index];
      if (id !== undefined) {
        found.set(slot, id);
      }
    });
  }
  return found;
}

import {
  METAL_WORKER_TYPE,
  METAL_WORKERS_TYPE,
  slotName,
  slotOfName,
} from "../../components/metal-workers/slot-identity";
import type { Checkpoint, CheckpointResource } from "../engine/engine-stack";
import { nameOf } from "../plan/plan";

/** What the state has of a slot. */
export interface SlotInState {
  readonly slot: number;
  /** The machine; undefined before it is made, while it is being replaced, and where machines are not made. */
  readonly machine: { readonly urn: string; readonly id: string } | undefined;
  /** The steps that are done, by name. */
  readonly steps: readonly { readonly urn: string; readonly name: string }[];
  /** How the steps reach it; undefined before the first. */
  readonly connection: Connection | undefined;
}

/** How SSH reaches a machine. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Its public key, as known_hosts has it without the name. */
  readonly hostKey: string;
}

/** Types of what a vendor makes for a slot. */
const machineTypes: ReadonlySet<string> = new Set([
  "aws:ec2/instance:Instance",
  "equinix-metal:index/device:Device",
]);

/** A machine that is gone, and that the state goes on deleting. */
export interface Leftover {
  readonly slot: number;
  readonly urn: string;
  readonly id: string;
}

/**
 * What the engine keeps of the first half of a replacement whose second half was lost and then taken over: a deletion that it
 * carries out in each run, of what it has deleted long ago.
 */
export function leftoversInState({ resources = [] }: Checkpoint): readonly Leftover[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return resources.flatMap((resource): Leftover[] => {
    const slot = isLeftover(resource) ? slotOf(resource, byUrn) : undefined;
    return slot === undefined ? [] : [{ slot, urn: resource.urn, id: resource.id ?? "" }];
  });
}

/** Whether an entry of a state is such a one: both marks together mean that it was deleted already. */
export function isLeftover(
  resource: Pick<CheckpointResource, "type" | "delete" | "pendingReplacement">,
): boolean {
  return machineTypes.has(resource.type) && resource.delete === true && resource.pendingReplacement === true;
}

/** The slots that a state knows, by number. */
export function slotsInState({ resources = [] }: Checkpoint): ReadonlyMap<number, SlotInState> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const bySlot = new Map<number, CheckpointResource[]>();
  for (const resource of resources) {
    const slot = resource.delete === true ? undefined : slotOf(resource, byUrn);
    if (slot !== undefined) {
      bySlot.set(slot, [...(bySlot.get(slot) ?? []), resource]);
    }
  }
  return new Map([...bySlot].sort(([a], [b]) => a - b).map(([slot, own]) => [slot, slotIn(slot, own)]));
}

function slotIn(slot: number, own: readonly CheckpointResource[]): SlotInState {
  const prefix = `${slotName(slot)}-`;
  const machine = own.find(
    ({ type, pendingReplacement }) => machineTypes.has(type) && pendingReplacement !== true,
  );
  const steps = own.filter(
    ({ type, pendingReplacement }) => type === "command:remote:Command" && pendingReplacement !== true,
  );
  return {
    slot,
    machine: machine?.id === undefined ? undefined : { urn: machine.urn, id: machine.id },
    steps: steps.map(({ urn }) => ({ urn, name: nameOf(urn).slice(prefix.length) })),
    connection: steps.map(connectionOf).find((connection) => connection !== undefined),
  };
}

/** The slot whose component a resource is, or is below. */
function slotOf(
  resource: CheckpointResource,
  byUrn: ReadonlyMap<string, CheckpointResource>,
): number | undefined {
  for (let at: CheckpointResource | undefined = resource; at !== undefined; at = byUrn.get(at.parent ?? "")) {
    if (at.type === METAL_WORKER_TYPE) {
      return slotOfName(nameOf(at.urn));
    }
  }
  return undefined;
}

function connectionOf({ inputs }: CheckpointResource): Connection | undefined {
  const { host, port, user, hostKey } = plain(inputs?.connection);
  return typeof host === "string" && typeof user === "string" && typeof hostKey === "string"
    ? { host, port: typeof port === "number" ? port : 22, user, hostKey }
    : undefined;
}

/** The parts of what may be secret as a whole: then its text is JSON. */
function plain(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) {
    return {};
  }
  const { plaintext } = value as { readonly plaintext?: unknown };
  return typeof plaintext === "string" ? plain(JSON.parse(plaintext)) : { ...value };
}

/** Patterns that match the URNs of everything of a slot, there or not there yet, and of nothing else. */
export function targetsOf(
  owner: { readonly project: string; readonly stack: string },
  slot: number,
): readonly string[] {
  const component = `urn:pulumi:${owner.stack}::${owner.project}::${METAL_WORKERS_TYPE}$${METAL_WORKER_TYPE}`;
  const name = slotName(slot);
  // The name's end is the pattern's too, so that slot 2 is not slot 23.
  return [`${component}::${name}`, `${component}$**::${name}`, `${component}$**::${name}-*`];
}

/** Whether a URN is of one of the slots; the same rule as `targetsOf`, read the other way. */
export function isOfSlots(
  urn: string,
  owner: { readonly project: string; readonly stack: string },
  slots: readonly number[],
): boolean {
  const component = `urn:pulumi:${owner.stack}::${owner.project}::${METAL_WORKERS_TYPE}$${METAL_WORKER_TYPE}`;
  const name = nameOf(urn);
  const own = slots.some((slot) => name === slotName(slot) || name.startsWith(`${slotName(slot)}-`));
  return own && (urn.startsWith(`${component}::`) || urn.startsWith(`${component}$`));
}

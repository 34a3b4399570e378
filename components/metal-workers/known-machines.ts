import * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../../settings/stack-context";
import { slotOfTags } from "./slot-identity";

/** Types of what a vendor makes for a slot and wants money for. */
const machineTypes: ReadonlySet<string> = new Set([
  "aws:ec2/instance:Instance",
  "equinix-metal:index/device:Device",
]);

/** Machines that the state has at this moment: what it knows of each, by its id. */
export type KnownMachines = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** In a run of plain `pulumi up` too: the engine answers, out of the last checkpoint. */
export async function machinesInState(): Promise<KnownMachines> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  // What a StackReference asks, for resources.
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { readonly outputs?: Readonly<Record<string, StateEntry>> };
  const machines = Object.values(outputs ?? {}).filter(({ type }) => machineTypes.has(type));
  return new Map(
    machines.flatMap(({ outputs: known }) => {
      const { id } = known;
      return typeof id === "string" ? [[id, known] as const] : [];
    }),
  );
}

interface StateEntry {
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Where machines stand, by slot: names that a place may have, its availability zone's and its subnet's. */
export type Standing = ReadonlyMap<number, readonly string[]>;

/** Where the pool's instances stand that the state has. */
export function standingIn(context: StackContext, known: KnownMachines): Standing {
  return new Map(
    [...known.values()].flatMap(({ tags, availabilityZone, subnetId }) => {
      const slot = slotOfTags(context, (tags ?? {}) as Readonly<Record<string, string>>);
      const names = [availabilityZone, subnetId].filter((name) => typeof name === "string");
      return slot === undefined ? [] : [[slot, names] as const];
    }),
  );
}

/**
 * A place for each slot. A machine that stands stays where it is as long as the place is there: one place more moves nobody, and one
 * less only those who stood in it. The others go, in the order of their numbers, where the fewest are.
 *
 * @param places By name, in their order; not empty.
 */
export function placesOf(
  slots: readonly number[],
  places: readonly string[],
  standing: Standing,
): ReadonlyMap<number, string> {
  const held = (slot: number): string | undefined =>
    places.find((place) => standing.get(slot)?.includes(place) === true);
  const used = new Map(places.map((place) => [place, slots.filter((slot) => held(slot) === place).length]));
  const placed = new Map<number, string>();
  for (const slot of [...slots].sort((one, other) => one - other)) {
    const stays = held(slot);
    const [emptiest = ""] = [...used].sort(([, one], [, other]) => one - other)[0] ?? [];
    placed.set(slot, stays ?? emptiest);
    if (stays === undefined) {
      used.set(emptiest, (used.get(emptiest) ?? 0) + 1);
    }
  }
  return placed;
}

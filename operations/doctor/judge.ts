import { pulumiCommand } from "../../guard/printed-command";
import { slotName } from "../../components/metal-workers/slot-identity";
import { missingSteps } from "../workers/building";
import { ageHours, isUp, type FoundMachine } from "../workers/machine";
import type { Pool } from "../workers/pool";
import type { Leftover, SlotInState } from "../workers/slot-state";

/**
 * `orphaned`: it exists under a slot's name, and no state knows it. `duplicate`: so it does, beside the slot's own.
 * `half-built`: known, and not all of its steps are done, or it is not up. `gone`: known, and its vendor has it no more.
 * `stopped`: known, and somebody can start it. `moved`: known, and it has another address than the state says.
 * `unreachable`: a machine that exists does not answer, or is another one. `leftover`: the state goes on deleting what is gone.
 */
type FindingKind =
  "orphaned" | "duplicate" | "half-built" | "stopped" | "moved" | "gone" | "unreachable" | "leftover";

/**
 * `adopt`: the next run takes it over. `build`: the next run goes on with it. `remove`: it is deleted at its vendor.
 * `forget`: the state no longer mentions it. `replace`: its slot is to be replaced, by a person. `calls`: a person calls `how`, one
 * after the other. `none`: nothing that a program should do.
 */
export type Remedy = "adopt" | "build" | "remove" | "forget" | "replace" | "calls" | "none";

export interface MachineFinding {
  readonly kind: FindingKind;
  readonly slot: number;
  readonly machine: FoundMachine | undefined;
  readonly why: string;
  readonly remedy: Remedy;
  /** Commands, and what each is for; with the remedy `calls`. */
  readonly how?: readonly (readonly [command: string, what: string])[];
}

/** The longest that a vendor takes to make a machine: the components' own time limits (30 and 40 minutes), and some more. */
const longestCreation = 1;

/** What is wrong with the workers; nothing when all is well. Pure. */
export function judgePool(pool: Pool, steps: readonly string[], now: Date): readonly MachineFinding[] {
  const slots = new Set([
    ...pool.wanted,
    ...pool.machines.flatMap(({ slot }) => (slot === undefined ? [] : [slot])),
  ]);
  return [
    ...[...slots].sort((a, b) => a - b).flatMap((slot) => judgeSlot(slot, pool, steps, now)),
    ...pool.leftovers.flatMap((leftover) => judgeLeftover(leftover, pool.machines)),
  ];
}

function judgeLeftover({ slot, id }: Leftover, machines: readonly FoundMachine[]): readonly MachineFinding[] {
  const why = `each run deletes ${id} again, although it is already deleted`;
  // One that lives after all is no leftover: the next run deletes it.
  return machines.some((machine) => machine.id === id)
    ? []
    : [{ kind: "leftover", slot, machine: undefined, why, remedy: "forget" }];
}

function judgeSlot(slot: number, pool: Pool, steps: readonly string[], now: Date): readonly MachineFinding[] {
  const inState = pool.inState.get(slot);
  const own = pool.machines.filter((machine) => machine.slot === slot);
  const hosts = own.filter(({ source }) => source === "hosts");
  if (hosts.length > 0) {
    return hosts.flatMap((machine) => judgeHost(slot, machine, inState, steps));
  }
  const known = own.find(({ id }) => id === inState?.machine?.id);
  const strangers = own.filter((machine) => machine !== known);
  if (!pool.wanted.includes(slot)) {
    // What the state knows, the next `up` takes down by itself.
    return strangers.map((machine) =>
      removal("orphaned", slot, machine, `the settings have no slot ${slot}, and no state knows it`),
    );
  }
  if (known !== undefined) {
    return [
      ...judgeKnown(slot, known, inState, steps, now),
      ...strangers.map((machine) =>
        removal("duplicate", slot, machine, `slot ${slot} has ${known.id}, and no state knows this one`),
      ),
    ];
  }
  const [first, ...others] = [...strangers].sort(fittest);
  if (first !== undefined) {
    return [
      {
        kind: "orphaned",
        slot,
        machine: first,
        why: "it was made for the slot, and did not come into the state",
        remedy: "adopt",
      },
      ...others.map((machine) =>
        removal("duplicate", slot, machine, `slot ${slot} has ${first.id} too, and no state knows either`),
      ),
    ];
  }
  const id = inState?.machine?.id;
  return id === undefined
    ? []
    : [
        {
          kind: "gone",
          slot,
          machine: undefined,
          why: `${id} is in the state and exists no more`,
          remedy: "replace",
        },
      ];
}

/** Those that are up, then the oldest: what has come furthest is kept. */
function fittest(one: FoundMachine, other: FoundMachine): number {
  const age = (machine: FoundMachine): number => machine.createdAt?.getTime() ?? Infinity;
  return Number(isUp(other)) - Number(isUp(one)) || age(one) - age(other) || one.id.localeCompare(other.id);
}

function removal(kind: FindingKind, slot: number, machine: FoundMachine, why: string): MachineFinding {
  return machine.locked === undefined
    ? { kind, slot, machine, why, remedy: "remove" }
    : { kind, slot, machine, why: `${why}; ${machine.locked}`, remedy: "none" };
}

function judgeKnown(
  slot: number,
  machine: FoundMachine,
  inState: SlotInState | undefined,
  steps: readonly string[],
  now: Date,
): readonly MachineFinding[] {
  const age = ageHours(machine, now) ?? 0;
  const urn = inState?.machine?.urn ?? "";
  // EC2 gives it another address when it starts. The state has the old one until somebody looks.
  const look = [
    pulumiCommand`refresh --stack ${stackOf(urn)} --target ${urn}`,
    "reads its address into the state; the next `up` reaches it there",
  ] as const;
  if (machine.start !== undefined) {
    const how = [[machine.start, "starts it, at another address"] as const, look];
    return [{ kind: "stopped", slot, machine, why: whyStopped, remedy: "calls", how }];
  }
  if (!isUp(machine)) {
    // What is stopped is not on its way: AWS stops a machine whose hardware it retires.
    const ended = ["failed", "stopping", "stopped"].includes(machine.state);
    if (!ended && age < longestCreation) {
      return [];
    }
    const why = `it is ${machine.state}, not up`;
    return [{ kind: "half-built", slot, machine, why, remedy: "replace" }];
  }
  const host = inState?.connection?.host;
  if (
    machine.source === "ec2" &&
    host !== undefined &&
    machine.address !== undefined &&
    machine.address !== host
  ) {
    const why = `it is at ${machine.address}, and the state says ${host}: it was stopped and started since`;
    return [{ kind: "moved", slot, machine, why, remedy: "calls", how: [look] }];
  }
  return unbuilt(slot, machine, inState, steps);
}

const whyStopped =
  "it is stopped, and takes no tasks: by worker.idleShutdownSeconds, or by a person. Nothing here starts it";

/** `dev` of `urn:pulumi:dev::…`. */
function stackOf(urn: string): string {
  return urn.split("::")[0]?.split(":")[2] ?? "";
}

function judgeHost(
  slot: number,
  machine: FoundMachine,
  inState: SlotInState | undefined,
  steps: readonly string[],
): readonly MachineFinding[] {
  if (machine.state !== "answers" && machine.state !== "not asked") {
    return [{ kind: "unreachable", slot, machine, why: `it ${machine.state}`, remedy: "none" }];
  }
  return inState === undefined ? [] : unbuilt(slot, machine, inState, steps);
}

function unbuilt(
  slot: number,
  machine: FoundMachine,
  inState: SlotInState | undefined,
  steps: readonly string[],
): readonly MachineFinding[] {
  const missing = missingSteps(inState, steps);
  if (missing.length === 0) {
    return [];
  }
  const why = `${slotName(slot)} stopped at step ${missing[0] ?? ""}: ${steps.length - missing.length} of ${steps.length} are done`;
  return [{ kind: "half-built", slot, machine, why, remedy: "build" }];
}

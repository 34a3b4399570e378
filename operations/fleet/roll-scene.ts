import { FailedError } from "../terminal/errors";
import { duration } from "../terminal/output";
import type { RollCheck } from "./check";
import type { FleetClients } from "./clients";
import type { Clock } from "./clock";
import { readGroup, type FleetGroup, type FleetMachine } from "./group";
import type { RollLock } from "./roll-lock";

/** What a roll is to do, and how careful. */
export interface RollOrder {
  /** Name of the Auto Scaling group. */
  readonly group: string;
  /** Machines that come up at a time; fewer where as many would be half of all or more. */
  readonly surge: number;
  /** How long a machine may take from its start until it serves. */
  readonly readySeconds: number;
  /** How long one may take to end its work and go. */
  readonly drainSeconds: number;
  readonly pauseSeconds: number;
  /** Parameter in which a machine says why it has failed. */
  readonly failure?: string;
  /** Names of volumes that have to move, and the tags by which they and the address are found; absent: nothing moves. */
  readonly moves?: Moves;
}

export interface Moves {
  readonly volumes: readonly string[];
  readonly address: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Where a roll is carried out. */
export interface RollScene {
  readonly clients: FleetClients;
  readonly clock: Clock;
  readonly lock: RollLock;
  readonly check: RollCheck | undefined;
  /** Progress, a line each. */
  say(line: string): void;
  /** Whether the person wants it to stop; it does between two exchanges. */
  stops(): boolean;
}

/** A new machine, or the number, is not what it should be: what was begun is to be taken back. */
export class RollProblem extends Error {}

/** The person wanted it to stop; things are as they should be, with some machines exchanged. */
export class RollStopped extends Error {}

/** How often a roll looks while it waits. */
export const pollMilliseconds = 5_000;
const reminderMilliseconds = 30_000;

/** On its way out by itself. */
export function isLeaving({ lifecycle }: FleetMachine): boolean {
  return lifecycle.startsWith("Terminat") || lifecycle.startsWith("Detach");
}

/** @throws FailedError when it is gone. */
export async function groupOf({ clients }: RollScene, name: string): Promise<FleetGroup> {
  const group = await readGroup(clients, name);
  if (group === undefined) {
    throw new FailedError(`The Auto Scaling group ${name} is gone.`);
  }
  return group;
}

/** Asks again and again. @throws RollProblem when it takes too long. */
export async function until<T>(
  scene: RollScene,
  seconds: number,
  tooLong: () => string,
  waiting: () => string,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const { clock, lock } = scene;
  const begun = clock.now();
  let spoken = begun;
  for (;;) {
    const found = await ask();
    if (found !== undefined) {
      return found;
    }
    if (clock.now() - begun >= seconds * 1000) {
      throw new RollProblem(tooLong());
    }
    await lock.beat();
    if (clock.now() - spoken >= reminderMilliseconds) {
      spoken = clock.now();
      scene.say(`  still ${waiting()} (${duration(clock.now() - begun)})`);
    }
    await clock.sleep(pollMilliseconds);
  }
}

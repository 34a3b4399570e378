import { FailedError } from "../terminal/errors";
import type { StateStore } from "./store";

/** How an unreachable container is told from other failures without loading Azure's library for a folder. */
interface Unreachable {
  readonly name: "UnreachableError";
  readonly reason: "missing" | "denied";
  readonly message: string;
}

function isUnreachable(error: unknown): error is Unreachable {
  return error instanceof FailedError && error.name === "UnreachableError";
}

/**
 * Whether a backend can be read now. One that is not there cannot; one that lets nobody in is an error.
 *
 * @param ours it was made by a run before: that it lets nobody in yet is then no wonder.
 */
export async function isReachable(store: StateStore, ours: boolean): Promise<boolean> {
  try {
    await store.list(".pulumi/stacks/");
    return true;
  } catch (error) {
    if (isUnreachable(error) && (error.reason === "missing" || ours)) {
      return false;
    }
    throw error;
  }
}

export interface Patience {
  /** Between two looks. */
  readonly seconds: number;
  readonly looks: number;
}

/**
 * Waits until a container that was just made lets us in: its name has to get around, and a role that was just granted
 * counts after up to ten minutes (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting).
 *
 * @throws the last answer when the patience is at its end.
 */
export async function untilReachable(
  store: StateStore,
  tell: (message: string) => void,
  patience: Patience = { seconds: 10, looks: 90 },
): Promise<void> {
  for (let look = 1; ; look++) {
    try {
      await store.list(".pulumi/stacks/");
      return;
    } catch (error) {
      if (!isUnreachable(error) || look >= patience.looks) {
        throw error;
      }
      if (look === 1) {
        tell(`${error.message}\nWaiting: new roles take some minutes until they are valid.`);
      }
      await new Promise((resolve) => setTimeout(resolve, patience.seconds * 1000));
    }
  }
}

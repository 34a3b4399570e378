import * as lockfile from "proper-lockfile";
import type { OnProgress } from "./engine";
import { errorCode } from "./errors";
import { duration } from "./progress";

/** How the lock behaves, in milliseconds. */
export interface LockTiming {
  /** A lock that its holder has not renewed for this long was left by one that was killed. At least 2,000. */
  readonly stale: number;
  /** How often one that waits looks again. */
  readonly retry: number;
  /** How often one that waits says so. */
  readonly remind: number;
}

const defaultTiming: LockTiming = { stale: 10_000, retry: 500, remind: 10_000 };

/**
 * Runs something while no other process runs something under the same lock. Waits as long as the holder lives: it may
 * be building for minutes, and its own steps are bounded.
 *
 * The lock keeps two from doing the same work; it is not what keeps them from harm. A machine that slept may come back
 * to a lock that another has taken over, and then both do the work and the first to finish puts its result in place.
 *
 * @param what What the other one is bringing, for a person who waits.
 */
export async function withLock<T>(
  file: string,
  onProgress: OnProgress,
  work: () => Promise<T>,
  timing: LockTiming = defaultTiming,
  what = "the engine",
): Promise<T> {
  const release = await acquire(file, onProgress, timing, what);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function acquire(
  file: string,
  onProgress: OnProgress,
  timing: LockTiming,
  what: string,
): Promise<() => Promise<void>> {
  const started = Date.now();
  let reminded = -Infinity;
  for (;;) {
    let lost = false;
    try {
      const release = await lockfile.lock(file, {
        lockfilePath: file,
        realpath: false,
        stale: timing.stale,
        update: timing.stale / 2,
        onCompromised: () => {
          lost = true;
        },
      });
      // What was taken over is the other's to release.
      return async () => {
        if (!lost) {
          await release();
        }
      };
    } catch (error) {
      if (errorCode(error) !== "ELOCKED") {
        throw error;
      }
    }
    if (Date.now() - reminded >= timing.remind) {
      reminded = Date.now();
      onProgress(`Another run is bringing ${what}; waiting for it (${duration(Date.now() - started)})`);
    }
    await new Promise((resolve) => setTimeout(resolve, timing.retry));
  }
}

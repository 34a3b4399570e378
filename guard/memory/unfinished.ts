import type { StateResource } from "./last-state";
import type { Unfinished } from "../judge/verdict";

export interface LastSuccess {
  /** When the last update that succeeded ended; undefined when none is among those that were looked at. */
  readonly endedAt: Date | undefined;
  /** Whether the whole history was looked through. */
  readonly isAll: boolean;
}

const MILLISECONDS_A_DAY = 24 * 60 * 60 * 1000;
/** Between the clocks of two machines that ran the engine one after the other. */
const CLOCK_DIFFERENCE = 60_000;

/**
 * What runs that broke off have left behind: made after the last update that succeeded had ended. An update that was
 * killed leaves no word in the history, which is the same here as one that failed. What was imported is older than the
 * state knows, and never counts.
 *
 * Refreshes and the like complete nothing, and do not count as updates.
 */
export function unfinishedResources(
  checkpoint: { readonly resources?: readonly StateResource[] },
  last: LastSuccess,
  now: Date,
): Unfinished {
  if (last.endedAt === undefined && !last.isAll) {
    return new Map();
  }
  const completedUntil = (last.endedAt?.getTime() ?? -Infinity) + CLOCK_DIFFERENCE;
  const found = new Map<string, number>();
  for (const { id, custom, created, importID, external } of checkpoint.resources ?? []) {
    const time = Date.parse(created ?? "");
    if (!custom || id === undefined || id === "") {
      continue;
    }
    // Under one id the same thing may stand twice; all of it must be young.
    const isOwn = importID === undefined && external !== true;
    const isYoung = isOwn && !Number.isNaN(time) && time > completedUntil;
    const known = found.get(id);
    found.set(id, Math.max(known ?? 0, isYoung ? (now.getTime() - time) / MILLISECONDS_A_DAY : Infinity));
  }
  return new Map([...found].filter(([, age]) => age !== Infinity));
}

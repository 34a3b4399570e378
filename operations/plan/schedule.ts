import type { EdgeKind } from "./run-graph";

/** Something that a run does, and what must have ended before. */
export interface Task {
  readonly seconds: number;
  readonly waits: readonly Wait[];
}

export interface Wait {
  /** Index of the task. */
  readonly on: number;
  readonly kind: EdgeKind;
}

export interface Slot {
  readonly startsAt: number;
  readonly endsAt: number;
  /** What ended last before it could start; absent for what waits for nothing. */
  readonly after?: Wait;
}

/**
 * When each task starts and ends, with so many hands: who can start first is served first, as the engine does it. Tasks of no
 * length need no hand.
 *
 * @param parallel tasks at a time; Infinity for no bound.
 * @throws Error when tasks wait for each other in a circle.
 */
export function scheduled(tasks: readonly Task[], parallel: number): readonly Slot[] {
  const slots = new Array<Slot | undefined>(tasks.length);
  const followers = tasks.map((): number[] => []);
  const missing = tasks.map(({ waits }, index) => {
    const distinct = new Set(waits.map(({ on }) => on));
    distinct.forEach((on) => followers[on]?.push(index));
    return distinct.size;
  });
  const ready: number[] = [];
  /** Sorted by their ends. */
  const running: number[] = [];
  const endOf = (index: number): number => slots[index]?.endsAt ?? 0;
  const last = (waits: readonly Wait[]): Wait | undefined =>
    waits.reduce<Wait | undefined>(
      (latest, wait) => (latest === undefined || endOf(wait.on) > endOf(latest.on) ? wait : latest),
      undefined,
    );

  const finish = (index: number): void => {
    for (const follower of followers[index] ?? []) {
      const left = (missing[follower] ?? 0) - 1;
      missing[follower] = left;
      if (left === 0) {
        enter(follower);
      }
    }
  };
  const enter = (index: number): void => {
    const task = tasks[index];
    if (task === undefined) return;
    if (task.seconds > 0) {
      ready.push(index);
      return;
    }
    const after = last(task.waits);
    const at = after === undefined ? 0 : endOf(after.on);
    slots[index] = { startsAt: at, endsAt: at, after };
    finish(index);
  };

  /** Behind what ends no later. */
  const placeIn = (sorted: readonly number[], end: number): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (endOf(sorted[middle] ?? 0) <= end) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  // Listed before: what enters may let others enter.
  const first = tasks.flatMap((_, index) => (missing[index] === 0 ? [index] : []));
  first.forEach(enter);
  let freed: number | undefined;
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    while (ready.length > 0 && running.length < parallel) {
      const index = ready.shift() ?? 0;
      const { seconds, waits } = tasks[index] ?? { seconds: 0, waits: [] };
      const own = last(waits);
      const couldAt = own === undefined ? 0 : endOf(own.on);
      const after = couldAt < now && freed !== undefined ? { on: freed, kind: "engine" as const } : own;
      slots[index] = { startsAt: now, endsAt: now + seconds, after };
      running.splice(placeIn(running, now + seconds), 0, index);
    }
    const next = running.shift() ?? 0;
    now = endOf(next);
    freed = next;
    finish(next);
  }
  // `map` would leave out those that never began.
  return Array.from(slots, (slot) => {
    if (slot === undefined) {
      throw new Error("Resources wait for each other in a circle, so nothing can be said about their time.");
    }
    return slot;
  });
}

/** The tasks on the way to the one that ends last, the first one first. */
export function longestWay(slots: readonly Slot[]): readonly number[] {
  const ends = slots.map(({ endsAt }) => endsAt);
  const way: number[] = [];
  let index: number | undefined = slots.length === 0 ? undefined : ends.indexOf(Math.max(...ends));
  while (index !== undefined) {
    way.unshift(index);
    index = slots[index]?.after?.on;
  }
  return way;
}

/** How long all of it takes. */
export function lengthOf(slots: readonly Slot[]): number {
  return Math.max(0, ...slots.map(({ endsAt }) => endsAt));
}

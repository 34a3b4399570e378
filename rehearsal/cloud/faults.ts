import type { CloudMethod } from "./log";

export const faultKinds = [
  "timeout-after-done",
  "unanswered",
  "timeout",
  "throttle",
  "error",
  "slow",
  "unhealthy",
  "comes-back",
] as const;
type FaultKind = (typeof faultKinds)[number];

/** Something that goes wrong in a rehearsal because somebody asked for it. */
export interface Fault {
  readonly match: {
    /** Pulumi token of a resource type (or of a function, for invokes); `*` stands for any run of characters. */
    readonly type: string;
    /** Name of the resource in the program; `*` as above. Default: any. */
    readonly name?: string;
    readonly method: CloudMethod;
  };
  /** The first matching call to be hit, counted from 1. Default: 1. */
  readonly nth?: number;
  /** How many calls from there on. Default: 1. */
  readonly times?: number;
  /**
   * `timeout-after-done`: the cloud does it, the caller is told of a timeout. `unanswered`: it does it, and the caller hears nothing for
   * `seconds`: who is killed meanwhile never knows of it. `timeout`: nothing is done.
   * `throttle`: refused for asking too often. `error`: refused with `message`. `slow`: done after `seconds`.
   * `unhealthy`: done, and what it starts does not become healthy; it says `message`. `comes-back`: deleted, and made
   * again by the service that writes to it, without what it was set to.
   */
  readonly fault: FaultKind;
  /** What the caller is told. Default: the cloud's usual words for the kind. */
  readonly message?: string;
  /** How long `slow` and `unanswered` take, and how long the others take to fail. Default: 0, for `slow` 30, for `unanswered` 3600. */
  readonly seconds?: number;
}

export interface Call {
  readonly type: string;
  readonly name: string;
  readonly method: CloudMethod;
}

/** Decides which calls a list of faults hits. Counts per fault, in the order in which calls arrive. */
export class Faults {
  private readonly counts: number[];

  constructor(private readonly faults: readonly Fault[]) {
    this.counts = faults.map(() => 0);
  }

  /** The fault that hits this call; the first in the list wins, and every matching one has counted it. */
  next(call: Call): Fault | undefined {
    let hit: Fault | undefined;
    this.faults.forEach((fault, index) => {
      if (!matches(fault.match, call)) return;
      const count = (this.counts[index] ?? 0) + 1;
      this.counts[index] = count;
      const first = fault.nth ?? 1;
      if (count >= first && count < first + (fault.times ?? 1)) hit ??= fault;
    });
    return hit;
  }
}

function matches(match: Fault["match"], call: Call): boolean {
  return (
    match.method === call.method &&
    matchesPattern(match.type, call.type) &&
    (match.name === undefined || matchesPattern(match.name, call.name))
  );
}

/** `*` stands for any run of characters. */
export function matchesPattern(pattern: string, text: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(text);
}

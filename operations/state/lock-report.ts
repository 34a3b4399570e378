import { table, type Output } from "../terminal/output";
import { deploymentIn, readState, type StackRef } from "../backend/layout";
import { ageInMinutes, ageText, brokenText, freshMinutes, readLocks, type Lock } from "../backend/locks";
import type { StateStore } from "../backend/store";

/** A lock and the stack that it locks. */
interface HeldLock {
  readonly ref: StackRef;
  readonly lock: Lock;
}

/** Something that a run began and did not get to the end of, as far as the state knows. */
interface Unfinished {
  /** `creating`, `updating`, `deleting`, … */
  readonly operation: string;
  readonly urn: string;
}

export interface LockReport {
  readonly locks: readonly HeldLock[];
  readonly unfinished: readonly Unfinished[];
}

export async function lockReport(store: StateStore, refs: readonly StackRef[]): Promise<LockReport> {
  const locks: HeldLock[] = [];
  const unfinished: Unfinished[] = [];
  for (const ref of refs) {
    locks.push(...(await readLocks(store, ref)).map((lock) => ({ ref, lock })));
    const state = await readState(store, ref);
    const pending = state === undefined ? [] : (deploymentIn(state.data, state.key).pending_operations ?? []);
    unfinished.push(...pending.map(({ type, resource }) => ({ operation: type, urn: resource.urn })));
  }
  return { locks, unfinished };
}

/** For `--json`. */
export function lockDocument({ locks, unfinished }: LockReport, now: Date): Record<string, unknown> {
  return {
    locks: locks.map(({ ref, lock }) => ({
      project: ref.project,
      id: lock.key
        .split("/")
        .at(-1)
        ?.replace(/\.json$/, ""),
      user: lock.user,
      host: lock.host,
      pid: lock.pid,
      since: lock.since.toISOString(),
      ageSeconds: Math.round(ageInMinutes(lock, now) * 60),
      process: lock.process,
      fresh: ageInMinutes(lock, now) < freshMinutes,
      ...(lock.command !== undefined && { command: lock.command }),
      ...(lock.broken !== undefined && { broken: lock.broken }),
    })),
    unfinished,
  };
}

export function printLocks({ locks, unfinished }: LockReport, now: Date, output: Output): void {
  for (const { ref, lock } of locks) {
    output.print(
      table(
        [
          ["stack", `${ref.project}/${ref.stack}`],
          ...(lock.broken === undefined
            ? [["held by", `${lock.user} on ${lock.host}`]]
            : [
                ["file", lock.key],
                ["cannot be read", `${brokenText[lock.broken]}; every run of the engine fails at it`],
              ]),
          ["since", `${lock.since.toISOString()} (${ageText(lock, now)})`],
          ...(lock.broken === undefined ? [["process", `${lock.pid}: ${processText(lock)}`]] : []),
          ...(lock.command === undefined ? [] : [["taken by", lock.command]]),
        ],
        "  ",
      ),
    );
    output.print();
  }
  if (unfinished.length > 0) {
    output.print("Started, and not known to have finished:");
    for (const { operation, urn } of unfinished) {
      const [, , type = "", name = ""] = urn.split("::");
      output.print(`  ${operation} ${type.split("$").at(-1) ?? ""} ${name}`);
    }
    output.print();
  }
}

function processText(lock: Lock): string {
  switch (lock.process) {
    case "alive":
      return "runs on this machine";
    case "dead":
      return "does not run on this machine any more";
    case "unknown":
      return `on ${lock.host}: whether it runs can only be seen there`;
  }
}

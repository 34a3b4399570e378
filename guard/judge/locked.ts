import { approvalFor, isTwoRuns, type Approval } from "../approvals/approval";
import { lockValue, type Lock, type StatefulType } from "../stateful-type";
import { keptTypes, locksOf } from "../catalogue/kept-types";
import { guessedType, statefulType } from "../catalogue/stateful-types";
import { showsData } from "../life/guessed-life";
import type { ResourceState, Step } from "../step";
import { asSwitch, isUnknown, read } from "../unknown";

/**
 * The one question whether something is locked, so that it takes an approval to delete or replace it: what holds data always is,
 * and everything else as long as it is protected, by the program or by hand.
 *
 * @param isProtected Whether the state has it protected, or an approval alone has taken that off.
 * @param state What the state has of it: a type that nobody has looked at may hold data by its properties.
 * @returns What the guard has to know of it; undefined for what may go.
 */
export function lockedKind(
  type: string,
  isProtected: boolean,
  state?: ResourceState,
): StatefulType | undefined {
  const kind =
    statefulType(type) ?? (state !== undefined && showsData(state) ? guessedType(type) : undefined);
  return kind !== undefined && kind.removable !== true
    ? kind
    : isProtected
      ? protectedKind(type, kind)
      : undefined;
}

/** What is known of something for no more than that it is protected. */
function protectedKind(type: string, kind: StatefulType | undefined): StatefulType {
  return {
    noun: kind?.noun ?? type.replace(/\/[^:]+:/, ":"),
    holds: "whatever it is protected for",
    locks: [],
    ...keptTypes[type],
    type,
    life: [],
    copyFirst: "",
    dataless: true,
  };
}

/** What an approval of one physical resource has taken the protection off. */
export type Unlocked = readonly { readonly urn: string; readonly id: string }[];

export function isUnlocked(
  unlocked: Unlocked | undefined,
  urn: string,
  id: string | null | undefined,
): boolean {
  return unlocked?.some((one) => one.urn === urn && one.id === id) ?? false;
}

/** A lock that a change takes off. */
export interface LostLock {
  /** `protect`, or the path of the cloud's own lock, with its words where it is a part of a document. */
  readonly what: string;
  /** As a sentence. */
  readonly why: string;
}

/** What a change in place takes off of what holds a resource: `protect`, and the locks that the table has of its type. */
export function* lostLocks(
  before: ResourceState,
  wanted: ResourceState,
  locks: readonly Lock[],
): Iterable<LostLock> {
  if (before.protect && !wanted.protect) {
    yield { what: "protect", why: "protect goes from true to false." };
  }
  for (const lock of locks) {
    const { path, on } = lock;
    const absent = lock.absent === "on" ? on : undefined;
    const said = (value: unknown): unknown =>
      lockValue(lock, typeof on === "boolean" ? asSwitch(value) : value);
    const was = said(read(before.inputs, path) ?? read(before.outputs, path)) ?? absent;
    const is = said(read(wanted.inputs, path)) ?? absent;
    if ((was === on || isUnknown(was)) && is !== on) {
      yield {
        what: "holds" in lock ? `${path}: ${on}` : path,
        why: isUnknown(is) ? `${path} is not known before the run.` : `${path} is no longer ${String(on)}.`,
      };
    }
  }
}

/** Something that a plan leaves with fewer locks than it has. */
export interface Unlocking {
  readonly urn: string;
  readonly id: string | null;
  readonly type: string;
  /** As in `LostLock.what`. */
  readonly lifts: readonly string[];
}

/**
 * Everything that a plan takes locks off without deleting it, by the state before and after alone, whatever setting causes it;
 * but for what a person has approved.
 */
export function unlockings(steps: readonly Step[], approvals: readonly Approval[]): readonly Unlocking[] {
  return steps.flatMap(({ urn, type, op, old: before, new: wanted }) => {
    if (before === undefined || wanted === undefined || op === "replace" || op === "read") {
      return [];
    }
    if (isTwoRuns(approvalFor(approvals, urn, before.id)?.operation)) {
      return [];
    }
    const lifts = [...lostLocks(before, wanted, locksOf(type))].map(({ what }) => what);
    return lifts.length === 0 ? [] : [{ urn, id: before.id, type, lifts }];
  });
}

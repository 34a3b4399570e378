import { describeResource } from "../describe";
import { guessedShortenings } from "../life/guessed-life";
import { shortening, type Shortening } from "../life/life";
import { lostLocks } from "./locked";
import type { ExpiryProperty, StatefulType } from "../stateful-type";
import type { ResourceState, Step } from "../step";
import { asSwitch, isUnknown, read } from "../unknown";
import type { Plan, Verdict } from "./verdict";
import { waysOn } from "./ways-on";

/** What a change in place, or a new resource, would do to the life of data at a guarded level. */
export function* judgeChange(
  step: Step,
  wanted: ResourceState,
  kind: StatefulType,
  plan: Plan,
): Iterable<Verdict> {
  const before = step.old;
  if (before === undefined) {
    yield* judgeCreation(step.urn, wanted, kind, plan);
    return;
  }
  const what = describeResource(kind, step.urn, before);
  for (const { what: lock, why } of lostLocks(before, wanted, kind.locks)) {
    if (lock !== "protect") {
      yield {
        rule: "removes-lock",
        loses: `${what} would lose the cloud's own lock: anybody with the permission could delete it.`,
        why,
        safeWay: waysOn(step.urn).unlock,
      };
    } else if (kind.removable !== true) {
      yield {
        rule: "removes-protection",
        loses: `${what} would stand unprotected: the next run could delete it, and with it ${kind.holds}.`,
        why,
        safeWay: waysOn(step.urn).unlock,
      };
    }
  }
  if (kind.finalCopy !== undefined) {
    const problem = lostFinalCopy(kind.finalCopy, before, wanted);
    if (problem !== undefined) {
      yield {
        rule: "removes-final-copy",
        loses: `${what} would leave no last copy behind when it is deleted.`,
        why: problem,
        safeWay: waysOn(step.urn).change,
      };
    }
  }
  if (kind.forced !== undefined && isForced(wanted, kind.forced) && !isForced(before, kind.forced)) {
    yield {
      rule: "forces-deletion",
      loses: `${what} could be deleted with everything in it; until now the cloud refuses as long as there is anything.`,
      why: `${kind.forced} ${isUnknown(read(wanted.inputs, kind.forced)) ? "is not known before the run" : "becomes true"}.`,
      safeWay: waysOn(step.urn).change,
    };
  }
  const shortenings: readonly Shortening[] = [
    ...kind.life
      // What only the cloud does, it does not do in a step that sends it nothing.
      .filter(({ kind: of }) => step.op !== "same" || (of !== "capacity" && of !== "version"))
      .flatMap((property) => shortening(property, before, wanted) ?? []),
    ...(kind.guessed === true ? guessedShortenings(before, wanted) : []),
  ];
  for (const found of shortenings) {
    yield {
      rule: found.rule,
      loses: `${what}: ${found.loses}`,
      why: found.why,
      safeWay: found.safeWay ?? waysOn(step.urn).change,
      ...(found.standing && { standing: found.standing }),
    };
  }
}

/** Rules that expire what is in a store that exists already are a change to that store, not only a new resource. */
function* judgeCreation(
  urn: string,
  wanted: ResourceState,
  kind: StatefulType,
  plan: Plan,
): Iterable<Verdict> {
  for (const property of kind.life) {
    if (property.kind !== "expiry" || kind.removable !== true || isNewStore(property, wanted, plan)) {
      continue;
    }
    const store = read(wanted.inputs, property.of);
    if (isTooYoung(store, property.soonest(read(wanted.inputs, property.path)), plan)) {
      continue;
    }
    const what = property.starts(read(wanted.inputs, property.path), plan.level);
    if (what !== undefined) {
      yield {
        rule: "shortened-lifecycle",
        loses: `${kind.noun} ${String(store)}: ${what}`,
        why: `${property.path} is new, and ${String(store)} exists already.`,
        safeWay: waysOn(urn).change,
      };
    }
  }
}

/**
 * Whether a store is from a run that broke off before it came to the rules, and so young that they find nothing in it to
 * delete: to complete that run takes no data from anybody. A store that some run has completed without them has been in
 * use without them, and what is in it was to stay.
 */
function isTooYoung(store: unknown, soonest: number, { unfinished }: Plan): boolean {
  const age = typeof store === "string" ? unfinished.get(store) : undefined;
  return age !== undefined && age < soonest;
}

function isNewStore(property: ExpiryProperty, wanted: ResourceState, plan: Plan): boolean {
  const store = read(wanted.inputs, property.of);
  // The id of what exists is known; only that of what is still to be made is not.
  return isUnknown(store) || plan.creations.hasStore(property, store);
}

function lostFinalCopy(
  { skip, skippedWhenAbsent = false, name, unless }: NonNullable<StatefulType["finalCopy"]>,
  before: ResourceState,
  wanted: ResourceState,
): string | undefined {
  if (unless !== undefined && read(wanted.inputs, unless) !== undefined) {
    return undefined;
  }
  const skips = (state: ResourceState): unknown =>
    skip === undefined ? false : (asSwitch(read(state.inputs, skip)) ?? skippedWhenAbsent);
  if (skips(before) !== true && skips(wanted) !== false) {
    return isUnknown(skips(wanted))
      ? `${skip ?? ""} is not known before the run.`
      : `${skip ?? ""} becomes true.`;
  }
  if (name !== undefined && skips(wanted) === false) {
    const had = read(before.inputs, name);
    const has = read(wanted.inputs, name);
    if (had !== undefined && (has === undefined || has === "" || isUnknown(has))) {
      return isUnknown(has) ? `${name} is not known before the run.` : `${name} is no longer set.`;
    }
  }
  return undefined;
}

function isForced(state: ResourceState, path: string): boolean {
  const value = asSwitch(read(state.inputs, path));
  return value === true || isUnknown(value);
}

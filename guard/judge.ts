import type { GuardLevel } from "../settings/sections/guard";
import { Checkpoint } from "./checkpoint";
import { describeResource, listed } from "./describe";
import { shortening } from "./life";
import { movedProvider } from "./provider";
import type { ExpiryProperty, StatefulType } from "./stateful-type";
import { isKnownStateful, statefulType } from "./stateful-types";
import type { Refusal, ResourceState, Step, StepOperation } from "./step";
import { isUnknown, read } from "./unknown";

export interface JudgeContext {
  readonly level: GuardLevel;
}

/** Kebab-case names of everything that the guard refuses in a plan. */
export const judgeRules = [
  "deletes-data",
  "replaces-data",
  "abandons-data",
  "still-locked",
  "removes-protection",
  "removes-lock",
  "removes-final-copy",
  "forces-deletion",
  "loosened",
  "lowered-retention",
  "exchanged",
  "shortened-lifecycle",
  "unknown-value",
  "missing-in-cloud",
  "moved-provider",
  "unknown-operation",
] as const;
export type JudgeRule = (typeof judgeRules)[number];

/**
 * What must not happen to data, among everything that is planned.
 *
 * At `production` and `development`: no deletion or replacement of anything that holds data, no loss of its protection
 * or of the cloud's locks on it, no shorter retention. At `disposable` only what the last checkpoint already shows
 * without protection and locks may be deleted or replaced: so it takes one run to lift them and another to destroy.
 *
 * What cannot be decided is refused.
 *
 * @param steps All steps of the plan, `same` included: a run that starts by taking protection off shows it there, and
 *   nowhere else.
 */
export function judgeSteps(steps: readonly Step[], context: JudgeContext): Refusal[] {
  const plan: Plan = { steps, level: context.level, checkpoint: new Checkpoint(steps) };
  return steps.flatMap((step) => [...judgeStep(step, plan)]);
}

interface Plan {
  readonly steps: readonly Step[];
  readonly level: GuardLevel;
  readonly checkpoint: Checkpoint;
}

/** A refusal without what every refusal of a step says. */
type Verdict = Pick<Refusal, "loses" | "why" | "safeWay"> & { readonly rule: JudgeRule };

const operations: ReadonlySet<string> = new Set<StepOperation>([
  "create",
  "update",
  "replace",
  "delete",
  "import",
  "read",
  "refresh",
  "same",
]);

function* judgeStep(step: Step, plan: Plan): Iterable<Refusal> {
  const refuse = (verdict: Verdict): Refusal => ({
    urn: step.urn,
    id: step.old?.id ?? step.new?.id ?? null,
    type: step.type,
    op: step.op,
    ...verdict,
  });
  if (!operations.has(step.op)) {
    yield refuse({
      rule: "unknown-operation",
      loses: "What would be lost cannot be said.",
      why: `The engine plans "${step.op}" here, which the guard does not know.`,
      safeWay: "Use the engine version that package.json pins, or teach the guard this operation.",
    });
    return;
  }
  const moved = movedProvider(
    step,
    plan.steps,
    (other) => plan.level !== "disposable" || !isFree(other, plan),
  );
  if (moved !== undefined) {
    yield refuse({ rule: "moved-provider", ...moved });
  }
  const kind = statefulType(step.type);
  if (kind === undefined) {
    return;
  }
  // Components have neither id nor provider; what they hold is under them. Their names alone may look like data's.
  const isComponent =
    !isKnownStateful(step.type) && step.old?.id === null && (step.old.provider ?? "") === "";
  if ((step.op === "delete" || step.op === "replace") && kind.removable !== true && !isComponent) {
    const verdict = judgeRemoval(step, kind, plan);
    if (verdict !== undefined) {
      yield refuse(verdict);
    }
  } else if (step.op === "refresh" && step.old !== undefined && step.new === undefined && !isComponent) {
    const verdict = judgeDisappearance(step, kind, plan);
    if (verdict !== undefined) {
      yield refuse(verdict);
    }
  } else if (plan.level !== "disposable" && step.new !== undefined) {
    for (const verdict of judgeChange(step, step.new, kind, plan)) {
      yield refuse(verdict);
    }
  }
}

function judgeRemoval(step: Step, kind: StatefulType, plan: Plan): Verdict | undefined {
  const what = describeResource(kind, step.urn, step.old);
  const gone = step.op === "replace" ? "replaced by a new one that is empty" : "deleted";
  const loses = `${what} would be ${gone}, and with it ${kind.holds}.`;
  const why = causeOfRemoval(step);
  if (plan.level === "disposable") {
    const held = plan.checkpoint.holds(step, kind);
    return held.length === 0
      ? undefined
      : {
          rule: "still-locked",
          loses,
          why: `${why} The last run left it locked: ${listed(held)}.`,
          safeWay:
            "Put it back, run `groundwork up` once at guard level disposable, which lifts the locks and destroys " +
            "nothing, and make this change in the run after that.",
        };
  }
  if (step.op === "delete" && step.old?.retainOnDelete === true) {
    return {
      rule: "abandons-data",
      loses: `${what} would stay in the cloud, but nothing would manage, guard or find it any more.`,
      why: `${why} It has retainOnDelete, so that it is forgotten instead of deleted.`,
      safeWay: safeRemoval(step, kind, plan),
    };
  }
  return {
    rule: step.op === "replace" ? "replaces-data" : "deletes-data",
    loses,
    why,
    safeWay: safeRemoval(step, kind, plan),
  };
}

function causeOfRemoval(step: Step): string {
  if (step.op === "delete") {
    return "It is no longer in the program or its settings, or the whole stack is being destroyed.";
  }
  const keys = step.replaceKeys.filter((key) => key !== "provider");
  const provider = step.replaceKeys.includes("provider") || step.old?.provider !== step.new?.provider;
  const causes = [
    ...(keys.length === 0 ? [] : [`${listed(keys)} cannot be changed in place`]),
    ...(provider ? ["it moves to another provider, which may be another account or region"] : []),
  ];
  const text = causes.length === 0 ? "the engine says so, and does not say what for" : causes.join(", and ");
  return `It is replaced because ${text}.`;
}

function safeRemoval(step: Step, kind: StatefulType, plan: Plan): string {
  const twin = plan.steps.find((other) => other.op === "create" && other.type === step.type);
  return [
    step.op === "delete" && twin !== undefined
      ? `If it was only renamed or moved to ${twin.urn}, give that one \`aliases\`: then nothing is deleted.`
      : undefined,
    step.op === "replace"
      ? "Take the change back, or build a second one beside it and move the data."
      : undefined,
    `To give it up on purpose: ${lowerFirst(kind.copyFirst)} Then set groundwork:guard level to disposable, run ` +
      "`groundwork up` once, which lifts the locks and destroys nothing, and make this change in the run after that.",
  ]
    .filter((sentence) => sentence !== undefined)
    .join(" ");
}

function judgeDisappearance(step: Step, kind: StatefulType, plan: Plan): Verdict | undefined {
  if (plan.level === "disposable") {
    return undefined;
  }
  const what = describeResource(kind, step.urn, step.old);
  return {
    rule: "missing-in-cloud",
    loses: `${what} is not in the cloud any more, and the next run would make a new one that is empty.`,
    why: "The refresh did not find it: it was deleted, or these are the credentials of another account or region.",
    safeWay:
      "Find out first which of the two it is. If it was deleted, restore it under the same name and refresh again.",
  };
}

function* judgeChange(step: Step, wanted: ResourceState, kind: StatefulType, plan: Plan): Iterable<Verdict> {
  const before = step.old;
  if (before === undefined) {
    yield* judgeCreation(wanted, kind, plan);
    return;
  }
  const what = describeResource(kind, step.urn, before);
  const lift =
    "Take the change back. If it is meant: set groundwork:guard level to disposable, run `groundwork up` once with the " +
    "change, and set the level back.";
  if (before.protect && !wanted.protect && kind.removable !== true) {
    yield {
      rule: "removes-protection",
      loses: `${what} would stand unprotected: the next run could delete it, and with it ${kind.holds}.`,
      why: "protect goes from true to false.",
      safeWay: lift,
    };
  }
  for (const { path, on, absent } of kind.locks) {
    const was = read(before.inputs, path) ?? read(before.outputs, path) ?? (absent === "on" ? on : undefined);
    const is = read(wanted.inputs, path) ?? (absent === "on" ? on : undefined);
    if ((was === on || isUnknown(was)) && is !== on) {
      yield {
        rule: "removes-lock",
        loses: `${what} would lose the cloud's own lock: anybody with the permission could delete it.`,
        why: isUnknown(is) ? `${path} is not known before the run.` : `${path} is no longer ${String(on)}.`,
        safeWay: lift,
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
        safeWay: lift,
      };
    }
  }
  if (kind.forced !== undefined && isForced(wanted, kind.forced) && !isForced(before, kind.forced)) {
    yield {
      rule: "forces-deletion",
      loses: `${what} could be deleted with everything in it; until now the cloud refuses as long as there is anything.`,
      why: `${kind.forced} ${isUnknown(read(wanted.inputs, kind.forced)) ? "is not known before the run" : "becomes true"}.`,
      safeWay: lift,
    };
  }
  for (const property of kind.life) {
    const found = shortening(property, before, wanted);
    if (found !== undefined) {
      yield { rule: found.rule, loses: `${what}: ${found.loses}`, why: found.why, safeWay: lift };
    }
  }
}

/** Rules that expire what is in a store that exists already are a change to that store, not only a new resource. */
function* judgeCreation(wanted: ResourceState, kind: StatefulType, plan: Plan): Iterable<Verdict> {
  for (const property of kind.life) {
    if (property.kind !== "expiry" || kind.removable !== true || isNewStore(property, wanted, plan)) {
      continue;
    }
    const store = read(wanted.inputs, property.of);
    const what = property.shortens(undefined, read(wanted.inputs, property.path));
    if (what !== undefined) {
      yield {
        rule: "shortened-lifecycle",
        loses: `${kind.noun} ${String(store)}: ${what}`,
        why: `${property.path} is new, and ${String(store)} exists already.`,
        safeWay:
          "Take the rules away. If they are meant: set groundwork:guard level to disposable, run `groundwork up` once " +
          "with the change, and set the level back.",
      };
    }
  }
}

function isNewStore(property: ExpiryProperty, wanted: ResourceState, plan: Plan): boolean {
  const store = read(wanted.inputs, property.of);
  // The id of what exists is known; only that of what is still to be made is not.
  return (
    isUnknown(store) ||
    plan.steps.some(
      ({ op, type, new: made }) =>
        op === "create" &&
        made !== undefined &&
        statefulType(type)?.forced !== undefined &&
        read(made.inputs, property.of) === store,
    )
  );
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
    skip === undefined ? false : (read(state.inputs, skip) ?? skippedWhenAbsent);
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
  const value = read(state.inputs, path);
  return value === true || isUnknown(value);
}

/** Whether the last checkpoint shows it without protection and locks. */
function isFree(step: Step, plan: Plan): boolean {
  const kind = statefulType(step.type);
  return kind === undefined || plan.checkpoint.holds(step, kind).length === 0;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

import type { Approval } from "../approvals/approval";
import type { GuardLevel } from "../level";
import { isApproved } from "./approved-change";
import { changesOf } from "./changes";
import { Checkpoint } from "./checkpoint";
import { Creations } from "./creations";
import { DatabaseNetwork } from "./database-network";
import { isUnlocked, lockedKind, type Unlocked } from "./locked";
import { judgeChange } from "./change";
import { judgeDisappearance, judgeHistory, judgeRemoval } from "./removal";
import { judgeKubernetesVersion } from "./kubernetes-version";
import { changedKeyType } from "./key-types";
import { majorUpgrade } from "./major-upgrade";
import { movedProvider } from "./provider";
import { replicasBehind } from "./replicas";
import { SubnetBlocks } from "./subnet-blocks";
import type { StatefulType } from "../stateful-type";
import { isKnownStateful, statefulType } from "../catalogue/stateful-types";
import type { Refusal, Step, StepOperation } from "../step";
import type { Plan, Unfinished, Verdict } from "./verdict";

export interface JudgeContext {
  readonly level: GuardLevel;
  /** Who does not know leaves it out: then nothing counts as unfinished. */
  readonly unfinished?: Unfinished;
  /** What a person has allowed for single resources. Default: nothing. */
  readonly approvals?: readonly Approval[];
  /** What a run has taken protection off for an approval: it goes on counting as protected. Default: nothing. */
  readonly unlocked?: Unlocked;
}

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
  const plan: Plan = {
    steps,
    level: context.level,
    checkpoint: new Checkpoint(steps),
    creations: new Creations(steps),
    unfinished: context.unfinished ?? new Map(),
    deleted: new Set(
      steps.flatMap(({ op, urn, type }) =>
        op === "delete" ? [urn, ...(type === "pulumi:pulumi:Stack" ? [""] : [])] : [],
      ),
    ),
    approvals: context.approvals ?? [],
    unlocked: context.unlocked ?? [],
  };
  const network = new DatabaseNetwork(steps);
  const blocks = new SubnetBlocks(steps);
  return steps.flatMap((step) => [...judgeStep(step, plan, network, blocks)]);
}

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

function* judgeStep(
  step: Step,
  plan: Plan,
  network: DatabaseNetwork,
  blocks: SubnetBlocks,
): Iterable<Refusal> {
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
  // Somebody else's: read with `get`, or read no more. What becomes of it is not this stack's doing. What was protected was the
  // stack's own: only read from now on, it would lose that.
  if (step.op === "read" && step.old?.protect !== true) {
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
  const underDatabase = network.judge(step);
  if (underDatabase !== undefined) {
    yield refuse(underDatabase);
  }
  const taken = blocks.judge(step);
  if (taken !== undefined) {
    yield refuse(taken);
  }
  for (const verdict of [
    majorUpgrade(step),
    replicasBehind(step, plan.steps),
    changedKeyType(step),
    judgeKubernetesVersion(step, plan.steps),
  ]) {
    if (verdict !== undefined) {
      yield refuse(verdict);
    }
  }
  // Components have neither id nor provider; what they hold is under them. Their names alone may look like data's.
  const isComponent =
    !isKnownStateful(step.type) && step.old?.id === null && (step.old.provider ?? "") === "";
  const isRemoval = step.op === "delete" || step.op === "replace";
  const locked =
    isRemoval && !isComponent ? lockedKind(step.type, isProtected(step, plan), step.old) : undefined;
  if (locked !== undefined) {
    const verdict = judgeRemoval(step, locked, plan);
    if (verdict !== undefined) {
      yield refuse(verdict);
    }
  }
  const kind = statefulType(step.type);
  if (isRemoval && kind !== undefined && losesHistory(step, kind, plan)) {
    yield refuse(judgeHistory(step, kind));
  }
  // What holds data is judged as a whole; what is only protected may say something of a store besides.
  if (kind === undefined || (locked !== undefined && locked.dataless !== true)) {
    return;
  }
  if (step.op === "refresh" && isGone(step, plan) && !isComponent && !isRemadeWhole(kind)) {
    const verdict = judgeDisappearance(step, kind, plan);
    if (verdict !== undefined) {
      yield refuse(verdict);
    }
  } else {
    for (const { old, wanted, decided, store = step } of changesOf(step, kind, plan)) {
      for (const verdict of judgeChange({ ...step, old }, wanted, decided, plan)) {
        // What the cloud itself does not do is no matter of protection.
        const holds = plan.level !== "disposable" || ["shrinks", "downgrades"].includes(verdict.rule);
        if (holds && ![step, store].some((one) => isApproved(verdict.rule, one, kind, plan.approvals))) {
          yield refuse(verdict);
        }
      }
    }
  }
}

/** Whether what something keeps would be gone, though what it belongs to stays. */
function losesHistory(step: Step, kind: StatefulType, { level, deleted, approvals }: Plan): boolean {
  return (
    kind.keepsHistory === true &&
    level !== "disposable" &&
    !deleted.has(step.parent ?? "") &&
    !isApproved("lowered-retention", step, kind, approvals)
  );
}

/** Whether something is protected, or was until an approval took that off. */
function isProtected({ urn, old }: Step, { checkpoint, unlocked }: Plan): boolean {
  return old !== undefined && (checkpoint.isProtected(urn, old) || isUnlocked(unlocked, urn, old.id));
}

/** Whether a type holds nothing that a new one would lack: what it says of its store the program says again. */
function isRemadeWhole({ removable, beside }: StatefulType): boolean {
  return removable === true && beside !== undefined;
}

/** Whether a refresh has not found it: the engine may say so, or only make it anew later in the same plan. */
function isGone(step: Step, plan: Plan): boolean {
  return step.old !== undefined && (step.new === undefined || plan.creations.has(step.urn));
}

/** Whether the last checkpoint shows it without protection and locks. */
function isFree(step: Step, plan: Plan): boolean {
  const kind = statefulType(step.type);
  return kind === undefined || plan.checkpoint.holds(step, kind).length === 0;
}

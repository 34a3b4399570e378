import type { Standing } from "../../guard/approvals/approval-record";
import { isInForce } from "../../guard/approvals/exceptions";
import { judgeSteps, type JudgeContext } from "../../guard/judge/judge";
import { unlockings } from "../../guard/judge/locked";
import { statefulType } from "../../guard/catalogue/stateful-types";
import { interruptionsOf } from "../../guard/service/interruptions";
import type { Refusal, Step } from "../../guard/step";
import { isVeto, removals, vetoRefusals, withOld } from "./gate";
import { engineErrors, engineWarnings, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineRun, Scope } from "../engine/engine-stack";
import { FailedError } from "../terminal/errors";
import { failureOf } from "./failures";
import { holding } from "./memory/approvals";
import { withApprovals } from "./memory/approve-line";
import { judgeMemory, type MemoryVerdict } from "./memory/inventory";
import { exercisedOf, standingsOf, unlockedBy } from "./memory/verified";
import { holdTo } from "./held-plan";
import { judgeNamedIds } from "./named-ids";
import type { PlanReport } from "./report";
import { withSettings } from "./setting-paths";
import { agedPins } from "./pin-ages";
import { judgeVersionDates } from "./version-dates";
import { deletionsOf, planOf, readPlan, type Plan } from "./plan";
import { unfinishedResources } from "../../guard/memory/unfinished";
import type { OpenStack } from "./workspace";

/** What a preview found out, and what a run that carries it out is held to. */
export interface JudgedUpdate extends PlanReport {
  readonly run: EngineRun;
  readonly planFile: string;
}

/**
 * Previews an update, of the whole stack or of a part of it, with the policy packs, and judges it. Nothing is changed.
 *
 * @throws OperationError when there is no plan to judge: the settings or the call are wrong, or the engine failed.
 */
export async function planUpdate(stack: OpenStack, scope: Scope = {}): Promise<JudgedUpdate> {
  const standings = await standingsOf(stack);
  stack.engine.handOver(holding(standings));
  const planFile = stack.planFiles.next();
  const run = await stack.engine.preview({
    policyPacks: stack.policyPacks,
    signal: stack.signal,
    planFile,
    ...scope,
  });
  const report = await judgeRun(stack, run, "preview", standings);
  if (report.plan.steps.length === 0 && !isStopped(report)) {
    throw new FailedError(
      `The engine planned nothing for ${stack.name}, not even the stack itself, so nothing can be said about ` +
        `what would be lost. Nothing was touched.`,
    );
  }
  if (run.failure === undefined) {
    holdTo(planFile);
  }
  return { ...report, run, planFile };
}

/** Previews taking the stack down and judges it. Nothing is changed. */
export async function planDestroy(stack: OpenStack): Promise<PlanReport> {
  const standings = await standingsOf(stack);
  stack.engine.handOver(holding(standings));
  const run = await stack.engine.previewDestroy({ signal: stack.signal });
  return judgeRun(stack, run, "preview of the destroy", standings);
}

type Action = "preview" | "preview of the destroy";

async function judgeRun(
  stack: OpenStack,
  run: EngineRun,
  action: Action,
  standings: readonly Standing[],
): Promise<PlanReport> {
  const whole = readPlan(run.events);
  const plan = action === "preview" ? whole : deletionsOf(whole);
  const errors = engineErrors(run.events);
  const violations = policyViolations(run.events);
  const warnings = engineWarnings(run.events);
  const exceptions = stack.settings.sections.guard.exceptions.filter((one) => isInForce(one, new Date()));
  const report = {
    stack: stack.name,
    plan,
    policyViolations: violations,
    errors,
    warnings,
    exceptions,
    standings,
    // Who takes a stack down means to end its service.
    interruptions: action === "preview" ? interruptionsOf(plan.outcome) : [],
    unlockings: action === "preview" ? unlockings(plan.steps, holding(standings)) : [],
  };

  if (run.failure === undefined) {
    if (plan.gaps.length > 0) {
      throw new FailedError(
        `The engine's plan for ${stack.name} could not be read whole (${plan.gaps.join("; ")}), so nothing can be ` +
          `said about what would be lost. Nothing was touched.`,
        plan.gaps,
      );
    }
    const every = await everyStanding(stack, plan.steps, standings);
    const { refusals, warnings: remarks, exercised } = await judge(stack, plan.steps, every);
    return {
      ...report,
      warnings: [...warnings, ...remarks],
      refusals: withApprovals(withSettings(refusals, plan.steps), plan.steps, every, stack.name),
      exercised,
    };
  }

  const vetoed = errors.filter(isVeto);
  const completed = await withUnseen(stack, plan, vetoed, action);
  const every = await everyStanding(stack, completed.steps, standings);
  const { refusals: judged, warnings: remarks } = await judge(stack, completed.steps, every);
  const refusals = withApprovals(
    withSettings([...judged, ...vetoRefusals(vetoed, judged, completed.steps)], completed.steps),
    completed.steps,
    every,
    stack.name,
  );
  if (refusals.length === 0 && !violations.some(isMandatory)) {
    throw failureOf(stack, action, run.failure, errors);
  }
  return {
    ...report,
    plan: completed,
    refusals,
    warnings: [...warnings, ...remarks],
    errors: errors.filter((error) => !isVeto(error)),
  };
}

/** The guard's judgement of the plan itself, and of what it remembers besides. */
async function judge(
  stack: OpenStack,
  steps: readonly Step[],
  standings: readonly Standing[],
): Promise<MemoryVerdict & Pick<PlanReport, "exercised">> {
  const approvals = holding(standings);
  const unlocked = unlockedBy(standings);
  const named = await judgeNamedIds(stack, steps);
  const judged = await judgeWith(stack, steps, { approvals, unlocked });
  const told = new Set(judged.refusals.map(({ urn, rule }) => `${urn} ${rule}`));
  const verdict = {
    ...judged,
    refusals: [...judged.refusals, ...named.filter(({ urn, rule }) => !told.has(`${urn} ${rule}`))],
  };
  if (approvals.length === 0) {
    return verdict;
  }
  const without = await judgeWith(stack, steps, { approvals: [], unlocked });
  return { ...verdict, exercised: exercisedOf(approvals, steps, without.refusals, verdict.refusals) };
}

async function judgeWith(stack: OpenStack, steps: readonly Step[], allowed: Allowed): Promise<MemoryVerdict> {
  const memory = await judgeMemory(stack, steps, allowed.approvals);
  const dates = judgeVersionDates(steps, new Date());
  return {
    ...memory,
    refusals: [...(await judgePlan(stack, steps, allowed)), ...dates.refusals, ...memory.refusals],
    warnings: [
      ...dates.warnings,
      ...agedPins(stack.settings, stack.settingsFile, new Date()),
      ...(stack.guardLevel === "disposable" ? [] : lostHistories(steps)),
      ...memory.warnings,
    ],
  };
}

/** What goes with what it belongs to, and is no data, but is a record that somebody may want. */
function lostHistories(steps: readonly Step[]): EngineError[] {
  return steps
    .filter(({ op, type }) => op === "delete" && statefulType(type)?.keepsHistory === true)
    .map(({ urn, old }) => ({ urn, message: `every event in it goes with it (${old?.id ?? ""}).` }));
}

/** Judged once more with what only the backend knows where that may decide: whether a store is from a run that broke off. */
async function judgePlan(stack: OpenStack, steps: readonly Step[], allowed: Allowed): Promise<Refusal[]> {
  const level = stack.guardLevel;
  const refusals = judgeSteps(steps, { level, ...allowed });
  if (!refusals.some(({ rule, op }) => rule === "shortened-lifecycle" && op === "create")) {
    return refusals;
  }
  const [checkpoint, last] = [await stack.engine.checkpoint(), await stack.engine.lastSuccess()];
  return judgeSteps(steps, {
    level,
    ...allowed,
    unfinished: unfinishedResources(checkpoint, last, new Date()),
  });
}

type Allowed = Required<Pick<JudgeContext, "approvals" | "unlocked">>;

/**
 * Also what the ledger alone knows of, where something is refused, or goes: somebody may have thought to have an approval, or may
 * have taken away the record of one that has left something open.
 */
async function everyStanding(
  stack: OpenStack,
  steps: readonly Step[],
  standings: readonly Standing[],
): Promise<readonly Standing[]> {
  return steps.every(({ op }) => op === "same" || op === "create")
    ? standings
    : [...standings, ...((await stack.approvals?.missing()) ?? [])];
}

/**
 * A plan that the engine did not tell to its end, completed from the last checkpoint: what it said of neither old nor id, and, where a deletion was vetoed, the deletions that would have
 * followed. Deletions are planned last and all at once: what an update has no step for by then would have been deleted
 * too, and in a destroy everything.
 */
async function withUnseen(
  stack: OpenStack,
  plan: Plan,
  vetoed: readonly EngineError[],
  action: Action,
): Promise<Plan> {
  const deletionVetoed = vetoed.some((error) =>
    plan.steps.some((step) => step.urn === error.urn && step.op === "delete"),
  );
  if (!deletionVetoed && !plan.steps.some(isBare)) {
    return plan;
  }
  const { resources = [] } = await stack.engine.checkpoint();
  const steps = plan.steps.map((step) => (isBare(step) ? withOld(step, resources) : step));
  if (!deletionVetoed) {
    return planOf(steps, plan.gaps);
  }
  const spoken = action === "preview" ? steps : steps.filter((step) => step.op !== "same");
  const all = planOf([...steps, ...removals(resources, spoken)], plan.gaps);
  return action === "preview" ? all : deletionsOf(all);
}

/** A replacement of something that the engine did not name, as when the import that was to take its place failed. */
function isBare({ op, old }: Step): boolean {
  return op === "replace" && (old?.id ?? null) === null;
}

function isStopped(report: PlanReport): boolean {
  return report.refusals.length > 0 || report.policyViolations.some(isMandatory);
}

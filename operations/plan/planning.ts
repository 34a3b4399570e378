import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Standing } from "../../guard/approvals/approval-record";
import { isInForce } from "../../guard/approvals/exceptions";
import { unlockings } from "../../guard/judge/locked";
import { interruptionsOf } from "../../guard/service/interruptions";
import type { Refusal, Step } from "../../guard/step";
import { durationOf } from "../../rehearsal/catalogue/durations";
import { causesIn } from "./causes";
import { isVeto, removals, vetoRefusals, withOld } from "./gate";
import { engineErrors, engineWarnings, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineRun, Scope } from "../engine/engine-stack";
import { FailedError } from "../terminal/errors";
import { failureOf, readingAction } from "./failures";
import { holding } from "./memory/approvals";
import { withApprovals } from "./memory/approve-line";
import { lastReading } from "./memory/inventory";
import { standingsOf } from "./memory/verified";
import { driftOf } from "./drift";
import type { Knowledge } from "./drift-report";
import { holdTo } from "./held-plan";
import { hasReadings, movesIn, type Move } from "./moves";
import { predictDestroy, predictUpdate } from "./prediction";
import { PreviewProgress } from "./preview-progress";
import type { PlanReport } from "./report";
import { storedDeployment } from "./take-in";
import { judge } from "./judge-plan";
import { withSettings } from "./setting-paths";
import { deletionsOf, planOf, readPlan, type Plan } from "./plan";
import { withWaiting } from "./waiting";
import type { OpenStack } from "./workspace";

/** What a preview found out, and what a run that carries it out is held to. */
export interface JudgedUpdate extends PlanReport {
  readonly run: EngineRun;
  readonly planFile: string;
}

export interface PlanOptions {
  /** Whether the cloud is read first, and what moved there is judged too. Default: not. */
  readonly refresh?: boolean;
}

/**
 * Previews an update, of the whole stack or of a part of it, with the policy packs, and judges it. Nothing is changed.
 *
 * @throws OperationError when there is no plan to judge: the settings or the call are wrong, or the engine failed.
 */
export async function planUpdate(
  stack: OpenStack,
  { refresh = false, ...scope }: PlanOptions & Scope = {},
): Promise<JudgedUpdate> {
  const standings = await standingsOf(stack);
  stack.engine.handOver(holding(standings));
  const planFile = stack.planFiles.next();
  const run = await told(stack, (onEvent) =>
    stack.engine.preview({
      policyPacks: stack.policyPacks,
      signal: stack.signal,
      onEvent,
      planFile,
      refresh,
      ...scope,
    }),
  );
  const report = await judgeRun(stack, run, "preview", standings, refresh);
  if (report.plan.steps.length === 0 && !isStopped(report)) {
    throw new FailedError(
      `The engine planned nothing for ${stack.name}, not even the stack itself, so nothing can be said about ` +
        `what would be lost. Nothing was touched.`,
    );
  }
  if (run.failure !== undefined) {
    return { ...report, run, planFile };
  }
  const prediction = await predictUpdate(stack, holdTo(planFile), report.plan.steps);
  return { ...report, run, planFile, prediction };
}

/** Previews taking the stack down and judges it. Nothing is changed. */
export async function planDestroy(
  stack: OpenStack,
  { refresh = false }: PlanOptions = {},
): Promise<PlanReport> {
  const standings = await standingsOf(stack);
  stack.engine.handOver(holding(standings));
  const run = await told(stack, (onEvent) =>
    stack.engine.previewDestroy({ signal: stack.signal, onEvent, refresh }),
  );
  const report = await judgeRun(stack, run, "preview of the destroy", standings, refresh);
  return run.failure === undefined ? { ...report, prediction: await predictDestroy(stack) } : report;
}

/** A preview that says how far it is. */
async function told(
  stack: OpenStack,
  preview: (onEvent: (event: EngineEvent) => void) => Promise<EngineRun>,
): Promise<EngineRun> {
  const known = (await storedDeployment(stack))?.resources ?? [];
  const progress = new PreviewProgress(stack.output, stack.name, known.length);
  try {
    return await preview(progress.onEvent);
  } finally {
    progress.stop();
  }
}

type Action = "preview" | "preview of the destroy";

async function judgeRun(
  stack: OpenStack,
  run: EngineRun,
  action: Action,
  standings: readonly Standing[],
  refresh: boolean,
): Promise<PlanReport> {
  const whole = readPlan(run.events);
  // The project or the environment may ask the engine to read the cloud as well.
  const isRead = refresh || hasReadings(run.events);
  const moves = movesIn(run.events);
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
    interruptions: action === "preview" ? interruptionsOf(plan.outcome, durationOf) : [],
    unlockings: action === "preview" ? unlockings(plan.steps, holding(standings)) : [],
  };
  // Who takes a stack down needs no other reason.
  const causes = (planned: Plan, cloud: Knowledge): Promise<PlanReport["causes"]> =>
    action === "preview"
      ? causesIn(stack, planned, { standings, ...(cloud.isRead && { drift: cloud.drift }) })
      : Promise.resolve(undefined);

  if (run.failure === undefined) {
    if (plan.gaps.length > 0) {
      throw new FailedError(
        `The engine's plan for ${stack.name} could not be read completely (${plan.gaps.join("; ")}), so nothing can be ` +
          `said about what would be lost. Nothing was touched.`,
        plan.gaps,
      );
    }
    const every = await everyStanding(stack, plan.steps, standings);
    const { refusals, warnings: remarks, exercised } = await judge(stack, plan.steps, every, moves);
    const cloud = await knowledgeOf(stack, isRead, moves, plan, refusals);
    return {
      ...report,
      warnings: [...warnings, ...remarks],
      refusals: withApprovals(withSettings(refusals, plan.steps), plan.steps, every, stack.name),
      exercised,
      cloud,
      causes: await causes(plan, cloud),
    };
  }

  const vetoed = errors.filter(isVeto);
  const completed = await withUnseen(stack, plan, vetoed, action, moves);
  const every = await everyStanding(stack, completed.steps, standings);
  const { refusals: judged, warnings: remarks } = await judge(stack, completed.steps, every, moves);
  const refusals = withApprovals(
    withSettings([...judged, ...vetoRefusals(vetoed, judged, completed.steps)], completed.steps),
    completed.steps,
    every,
    stack.name,
  );
  if (refusals.length === 0 && !violations.some(isMandatory)) {
    const isUnread = isRead && plan.steps.length === 0;
    throw failureOf(stack, isUnread ? readingAction : action, run.failure, errors);
  }
  const cloud = await knowledgeOf(stack, isRead, moves, completed, refusals);
  return {
    ...report,
    plan: completed,
    refusals,
    warnings: [...warnings, ...remarks],
    errors: errors.filter((error) => !isVeto(error)),
    cloud,
    causes: await causes(completed, cloud),
  };
}

async function knowledgeOf(
  stack: OpenStack,
  isRead: boolean,
  moves: readonly Move[],
  plan: Plan,
  refusals: readonly Refusal[],
): Promise<Knowledge> {
  return isRead
    ? {
        isRead: true,
        at: new Date().toISOString(),
        drift: await withWaiting(stack, driftOf(moves, plan, refusals)),
      }
    : { isRead: false, from: await lastReading(stack) };
}

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
  moves: readonly Move[],
): Promise<Plan> {
  const deletionVetoed = vetoed.some((error) =>
    plan.steps.some((step) => step.urn === error.urn && step.op === "delete"),
  );
  if (!deletionVetoed && !plan.steps.some(isBare)) {
    return plan;
  }
  const gone = new Set(moves.filter(({ isGone }) => isGone).map(({ urn }) => urn));
  const { resources: recorded = [] } = await stack.engine.checkpoint();
  const resources = recorded.filter(({ urn }) => !gone.has(urn));
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

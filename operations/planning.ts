import { isInForce } from "../guard/exceptions";
import { judgeSteps } from "../guard/judge";
import type { Refusal, Step } from "../guard/step";
import { isVeto, removals, vetoRefusals } from "./gate";
import { engineErrors, engineWarnings, isMandatory, policyViolations, type EngineError } from "./diagnostics";
import type { EngineRun, Scope } from "./engine-stack";
import { FailedError } from "./errors";
import { failureOf } from "./failures";
import type { PlanReport } from "./plan-report";
import { deletionsOf, planOf, readPlan, type Plan } from "./plan";
import { unfinishedResources } from "./unfinished";
import type { OpenStack } from "./workspace";

/**
 * Previews an update, of the whole stack or of a part of it, with the policy packs, and judges it. Nothing is changed.
 *
 * @throws OperationError when there is no plan to judge: the settings or the call are wrong, or the engine failed.
 */
export async function planUpdate(
  stack: OpenStack,
  scope: Scope = {},
): Promise<PlanReport & { readonly run: EngineRun }> {
  const run = await stack.engine.preview({ policyPacks: stack.policyPacks, signal: stack.signal, ...scope });
  const report = await judgeRun(stack, run, "preview");
  if (report.plan.steps.length === 0 && !isStopped(report)) {
    throw new FailedError(
      `The engine planned nothing for ${stack.name}, not even the stack itself, so nothing can be said about ` +
        `what would be lost. Nothing was touched.`,
    );
  }
  return { ...report, run };
}

/** Previews taking the stack down and judges it. Nothing is changed. */
export async function planDestroy(stack: OpenStack): Promise<PlanReport> {
  const run = await stack.engine.previewDestroy({ signal: stack.signal });
  return judgeRun(stack, run, "preview of the destroy");
}

type Action = "preview" | "preview of the destroy";

async function judgeRun(stack: OpenStack, run: EngineRun, action: Action): Promise<PlanReport> {
  const whole = readPlan(run.events);
  const plan = action === "preview" ? whole : deletionsOf(whole);
  const errors = engineErrors(run.events);
  const violations = policyViolations(run.events);
  const warnings = engineWarnings(run.events);
  const exceptions = stack.settings.sections.guard.exceptions.filter((one) => isInForce(one, new Date()));
  const report = { stack: stack.name, plan, policyViolations: violations, errors, warnings, exceptions };

  if (run.failure === undefined) {
    if (plan.gaps.length > 0) {
      throw new FailedError(
        `The engine's plan for ${stack.name} could not be read whole (${plan.gaps.join("; ")}), so nothing can be ` +
          `said about what would be lost. Nothing was touched.`,
        plan.gaps,
      );
    }
    return { ...report, refusals: await judge(stack, plan.steps) };
  }

  const vetoed = errors.filter(isVeto);
  const completed = await withUnseen(stack, plan, vetoed, action);
  const judged = await judge(stack, completed.steps);
  const refusals = [...judged, ...vetoRefusals(vetoed, judged, completed.steps)];
  if (refusals.length === 0 && !violations.some(isMandatory)) {
    throw failureOf(stack.name, action, run.failure, errors);
  }
  return { ...report, plan: completed, refusals, errors: errors.filter((error) => !isVeto(error)) };
}

/**
 * The guard's judgement, and once more with what only the backend knows where that may decide: whether a store is from a
 * run that broke off.
 */
async function judge(stack: OpenStack, steps: readonly Step[]): Promise<Refusal[]> {
  const level = stack.guardLevel;
  const refusals = judgeSteps(steps, { level });
  if (!refusals.some(({ rule, op }) => rule === "shortened-lifecycle" && op === "create")) {
    return refusals;
  }
  const [checkpoint, last] = [await stack.engine.checkpoint(), await stack.engine.lastSuccess()];
  return judgeSteps(steps, { level, unfinished: unfinishedResources(checkpoint, last, new Date()) });
}

/**
 * A plan that stopped at the first vetoed deletion, with the deletions that would have followed. Deletions are planned
 * last and all at once: what an update has no step for by then would have been deleted too, and in a destroy
 * everything.
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
  if (!deletionVetoed) {
    return plan;
  }
  const { resources = [] } = await stack.engine.checkpoint();
  const spoken = action === "preview" ? plan.steps : plan.steps.filter((step) => step.op !== "same");
  const all = planOf([...plan.steps, ...removals(resources, spoken)], plan.gaps);
  return action === "preview" ? all : deletionsOf(all);
}

function isStopped(report: PlanReport): boolean {
  return report.refusals.length > 0 || report.policyViolations.some(isMandatory);
}

import type { EngineRun, Scope } from "../engine/engine-stack";
import { brokenOff } from "./failures";
import { concludeApprovals } from "./memory/conclude";
import { rememberInventory } from "./memory/inventory";
import { didLessThanPlanned } from "./held-run";
import type { Output } from "../terminal/output";
import type { JudgedUpdate } from "./planning";
import type { PlanReport } from "./report";
import { Progress } from "./progress";
import { maskedOutputs, type Outputs } from "./stack-outputs";
import type { OpenStack } from "./workspace";

/**
 * Makes a judged plan true, with progress on stderr, and returns the stack's outputs, secrets masked.
 *
 * @param options `scope`: what the plan was made for; `call`: what a person has called, for messages.
 * @throws FailedError that says what was done, what failed and what is left.
 */
export async function carryOut(
  stack: OpenStack,
  report: JudgedUpdate,
  output: Output,
  { scope = {}, call = stack.call("up") }: { readonly scope?: Scope; readonly call?: string } = {},
): Promise<Outputs> {
  const progress = new Progress(output, {
    plan: report.plan,
    stopping: stack.stopping,
    prediction: foretold(stack, report),
  });
  try {
    const whole = await stack.engine.up({
      policyPacks: stack.policyPacks,
      onEvent: progress.onEvent,
      signal: stack.signal,
      planFile: report.planFile,
      refresh: report.cloud.isRead,
      ...scope,
    });
    const run: EngineRun = didLessThanPlanned(report.plan, whole) ? { events: whole.events } : whole;
    // One that another run has kept out has changed nothing.
    if (run.failure === undefined || run.failure.kind === "failed") {
      await rememberInventory(stack, output, {
        complete: run.failure === undefined,
        hasRead: report.cloud.isRead,
      });
    }
    progress.stop();
    await concludeApprovals(stack, report, output, {
      complete: run.failure === undefined,
      events: run.events,
    });
    if (run.failure !== undefined) {
      throw brokenOff(stack, call, report.plan, run.failure, run.events);
    }
    tellSummary(progress, output);
    return maskedOutputs(run.events);
  } finally {
    progress.stop();
  }
}

/** What a run is compared with while it goes. A rehearsal takes none of the clouds' time. */
export function foretold(stack: OpenStack, report: PlanReport): PlanReport["prediction"] {
  return stack.session === undefined ? report.prediction : undefined;
}

/** What was done, and how long it took. */
export function tellSummary(progress: Progress, output: Output): void {
  const summary = progress.summary();
  if (summary !== undefined) {
    output.note(summary);
  }
}

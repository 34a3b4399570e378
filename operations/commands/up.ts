import type { CommandContext } from "../command-context";
import { confirm } from "../confirm";
import type { EngineRun, Scope } from "../engine-stack";
import { exitCodes, type ExitCode } from "../exit-codes";
import { brokenOff } from "../failures";
import { didLessThanPlanned } from "../held-run";
import { awaitsCopy, concludeApprovals } from "../guard/conclude";
import { rememberInventory } from "../guard/inventory";
import { table, type Output } from "../output";
import { changesAnything } from "../plan";
import { isRefused, nothingToChange, planDocument, printPlan, tellRefusal, typedFor } from "../plan-report";
import { planUpdate, type JudgedUpdate } from "../planning";
import { Progress } from "../progress";
import { maskedOutputs, outputRows, type Outputs } from "../stack-outputs";
import { withStack, type OpenStack } from "../workspace";

/** Previews, judges, asks, and makes the changes. */
export async function up(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack);
    printPlan(report, output);
    if (isRefused(report)) {
      output.document(planDocument(report));
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    if (!changesAnything(report.plan)) {
      await rememberInventory(stack, output, { complete: true });
      const outputs = maskedOutputs(report.run.events);
      if (awaitsCopy(report)) {
        await concludeApprovals(stack, report, output, { complete: true, events: [] });
      }
      output.document({ ...planDocument(report), result: "nothing to change", outputs });
      output.print(`\n${stack.name}: ${nothingToChange}`);
      printOutputs(outputs, output);
      return exitCodes.done;
    }
    if (!(await confirm(`Change ${stack.name} (${stack.where})?`, context, typedFor(report)))) {
      output.document({ ...planDocument(report), result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    const outputs = await carryOut(stack, report, output);
    output.document({ ...planDocument(report), result: "changed", outputs });
    output.print(`\n${stack.name}: what the plan says is done. The cloud was not asked about the rest.`);
    printOutputs(outputs, output);
    return exitCodes.done;
  });
}

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
  const progress = new Progress(output);
  try {
    const whole = await stack.engine.up({
      policyPacks: stack.policyPacks,
      onEvent: progress.onEvent,
      signal: stack.signal,
      planFile: report.planFile,
      ...scope,
    });
    const run: EngineRun = didLessThanPlanned(report.plan, whole) ? { events: whole.events } : whole;
    // One that another run has kept out has changed nothing.
    if (run.failure === undefined || run.failure.kind === "failed") {
      await rememberInventory(stack, output, { complete: run.failure === undefined });
    }
    progress.stop();
    await concludeApprovals(stack, report, output, {
      complete: run.failure === undefined,
      events: run.events,
    });
    if (run.failure !== undefined) {
      throw brokenOff(stack.name, call, report.plan, run.failure, run.events);
    }
    return maskedOutputs(run.events);
  } finally {
    progress.stop();
  }
}

export function printOutputs(outputs: Outputs, output: Output): void {
  const rows = outputRows(outputs);
  if (rows.length > 0) {
    output.print();
    output.print(output.colors.bold("Outputs"));
    output.print(table(rows, "  "));
  }
}

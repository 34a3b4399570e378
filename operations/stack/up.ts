import { settleBegun } from "../plan/begun";
import { cameBack, takeBack } from "../plan/came-back";
import { carryOut } from "../plan/carry-out";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { awaitsCopy, concludeApprovals } from "../plan/memory/conclude";
import { rememberInventory } from "../plan/memory/inventory";
import { isToBeRecorded } from "../plan/drift";
import { nothingToChange, printNotAsked } from "../plan/drift-report";
import { changesAnything } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal, typedFor } from "../plan/report";
import { withEarlyChecks } from "../doctor/early";
import { planUpdate, type PlanOptions } from "../plan/planning";
import { maskedOutputs, printOutputs } from "../plan/stack-outputs";
import { withStack } from "../plan/workspace";

/** Previews, judges, asks, and makes the changes. */
export async function up(
  context: CommandContext,
  stackName: string,
  options: PlanOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    if (!(await settleBegun(context, stack))) {
      output.document({ stack: stack.name, result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    output.note(`Previewing ${stack.name} (${stack.where})`);
    let report = await withEarlyChecks(context, stack, () => planUpdate(stack, options));
    const back = isRefused(report) ? [] : await cameBack(stack, report.plan.steps);
    if (back.length > 0) {
      if (!(await takeBack(context, stack, back, report.plan.steps))) {
        output.document({ ...planDocument(report), result: "declined" });
        output.print("Nothing was touched.");
        return exitCodes.done;
      }
      output.note(`Previewing ${stack.name} once more, with what was taken over`);
      report = await planUpdate(stack, options);
    }
    printPlan(report, output);
    if (isRefused(report)) {
      output.document(planDocument(report));
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    const { cloud } = report;
    if (!changesAnything(report.plan) && !(cloud.isRead && isToBeRecorded(cloud.drift))) {
      await rememberInventory(stack, output, { complete: true, hasRead: cloud.isRead });
      const outputs = maskedOutputs(report.run.events);
      if (awaitsCopy(report)) {
        await concludeApprovals(stack, report, output, { complete: true, events: [] });
      }
      output.document({ ...planDocument(report), result: "nothing to change", outputs });
      output.print(`\n${stack.name}: ${nothingToChange(stack.name, cloud)}`);
      printOutputs(outputs, output);
      return exitCodes.done;
    }
    printNotAsked(stack.name, cloud, output);
    if (!(await confirm(`Change ${stack.name} (${stack.where})?`, context, typedFor(report)))) {
      output.document({ ...planDocument(report), result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    const outputs = await carryOut(stack, report, output);
    output.document({ ...planDocument(report), result: "changed", outputs });
    output.print(
      `\n${stack.name}: what the plan says is done.${cloud.isRead ? "" : " The cloud was not asked about the rest."}`,
    );
    printOutputs(outputs, output);
    return exitCodes.done;
  });
}

import { lookForBegun, settleBegun } from "../plan/begun";
import { afterwards } from "../plan/afterwards";
import { cameBack, cameBackWords, takeBack } from "../plan/came-back";
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
import { OpenedPlan } from "../plan/sealed/opening";
import { requireSettled } from "../plan/sealed/sealable";
import { maskedOutputs, printOutputs } from "../plan/stack-outputs";
import { requirePageFile, withPage, writePage, type PageOptions } from "../page/write";
import { withStack } from "../plan/workspace";

export interface UpOptions extends PlanOptions, PageOptions {
  /** File of a sealed plan: that is done, and nothing else. Default: what a preview finds. */
  readonly plan?: string;
}

/** Previews, judges, asks, and makes the changes. */
export async function up(
  context: CommandContext,
  stackName: string,
  { plan: planned, ...given }: UpOptions,
): Promise<ExitCode> {
  requirePageFile(given.page);
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const sealed =
      planned === undefined ? undefined : await OpenedPlan.open(context, stack, planned, "up", given);
    if (sealed !== undefined) {
      requireSettled(stack, (await lookForBegun(context, stack)).length);
    } else if (!(await settleBegun(context, stack))) {
      output.document({ stack: stack.name, result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    const options = { ...given, refresh: sealed?.plan.refresh ?? given.refresh };
    output.note(`Previewing ${stack.name} (${stack.where})`);
    let report = await withEarlyChecks(context, stack, () => planUpdate(stack, options));
    const documentOf = (): object => ({
      ...planDocument(report),
      ...(sealed && { plan: sealed.applied }),
    });
    const back = isRefused(report) ? [] : await cameBack(stack, report.plan.steps);
    if (sealed !== undefined) {
      for (const line of cameBackWords(back)) {
        output.note(line);
      }
      requireSettled(stack, back.length);
    } else if (back.length > 0) {
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
      await writePage(context, stack, report, options);
      output.document(documentOf());
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    if (sealed !== undefined) {
      sealed.requireSame(report, report.planFile);
      report = { ...report, planFile: sealed.engineFile(stack) };
    }
    const { cloud } = report;
    if (!changesAnything(report.plan) && !(cloud.isRead && isToBeRecorded(cloud.drift))) {
      await rememberInventory(stack, output, { complete: true, hasRead: cloud.isRead });
      const outputs = maskedOutputs(report.run.events);
      if (awaitsCopy(report)) {
        await concludeApprovals(stack, report, output, { complete: true, events: [] });
      }
      output.document({ ...documentOf(), result: "nothing to change", outputs });
      output.print(`\n${stack.name}: ${nothingToChange(stack.name, cloud)}`);
      printOutputs(outputs, output);
      await writePage(context, stack, report, options);
      return exitCodes.done;
    }
    printNotAsked(stack.name, cloud, output);
    if (!(await confirm(`Change ${stack.name} (${stack.where})?`, context, typedFor(report)))) {
      output.document({ ...documentOf(), result: "declined" });
      output.print("Nothing was touched.");
      return exitCodes.done;
    }
    await sealed?.requireStill(context, stack);
    const outputs = await withPage(context, stack, report, options, () =>
      carryOut(stack, report, output, { call: sealed?.call, message: sealed?.message }),
    );
    const next = afterwards(stack, report.plan);
    output.document({
      ...documentOf(),
      ...{ result: "changed", outputs },
      ...(next.length > 0 && { next }),
    });
    output.print(
      `\n${stack.name}: what the plan says is done.${cloud.isRead ? "" : " The cloud was not asked about the rest."}`,
    );
    printOutputs(outputs, output);
    if (next.length > 0) {
      output.print(`\n${output.colors.bold("Still to do")}`);
      next.forEach((line) => output.printFitted(`  ${line}`));
    }
    return exitCodes.done;
  });
}

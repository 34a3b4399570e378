import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { afterwards } from "../plan/afterwards";
import { lookForBegun } from "../plan/begun";
import { cameBack, cameBackWords } from "../plan/came-back";
import { nothingToChange, printNotAsked } from "../plan/drift-report";
import { changesAnything } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal } from "../plan/report";
import { writeReview } from "../plan/review-comment";
import { planUpdate, type JudgedUpdate, type PlanOptions } from "../plan/planning";
import { requirePageFile, writePage, type PageOptions } from "../page/write";
import { Sealing, type SealOptions } from "../plan/sealed/sealing";
import { requireSettled, tellSealed } from "../plan/sealed/sealable";
import { withStack, type OpenStack } from "../plan/workspace";

export interface PreviewOptions extends PlanOptions, PageOptions {
  /** Any change is a finding (exit 4). */
  readonly expectNoChanges: boolean;
  /** Where the plan is to be sealed, for `up --plan`. Default: nowhere. */
  readonly seal?: SealOptions;
  /** File for a comment on a pull request. Default: none is written. */
  readonly markdown?: string;
}

/** Shows what `up` would do and what stands against it. Changes nothing. */
export async function preview(
  context: CommandContext,
  stackName: string,
  options: PreviewOptions,
): Promise<ExitCode> {
  requirePageFile(options.page);
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const sealing = options.seal && (await Sealing.begin(context, stack, options.seal));
    const begun = await lookForBegun(context, stack);
    if (sealing !== undefined) {
      requireSettled(stack, begun.length);
    }
    if (begun.length > 0) {
      output.note(
        `\`${stack.call("up")}\` takes over what was made, before it makes a plan; this one is without that.`,
      );
    }
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack, { refresh: options.refresh });
    writeReview(options.markdown, report, "plan", output);
    const next = isRefused(report) || !changesAnything(report.plan) ? [] : nextSteps(stack, report);
    printPlan(report, output);
    await writePage(context, stack, report, options);
    if (isRefused(report)) {
      output.document(planDocument(report));
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    const back = await cameBack(stack, report.plan.steps);
    for (const line of cameBackWords(back)) {
      output.note(`${line} \`${stack.call("up")}\` takes it over.`);
    }
    if (sealing !== undefined) {
      requireSettled(stack, back.length);
    }
    const sealed = await sealing?.finish("up", report, report.planFile);
    output.document({
      ...planDocument(report),
      ...(next.length > 0 && { next }),
      ...(sealed && { plan: sealed }),
    });
    const changes = changesAnything(report.plan);
    if (changes) {
      printNotAsked(stack.name, report.cloud, output);
      output.print();
      next.forEach((line) => output.printFitted(line));
    } else {
      output.print(`\n${stack.name}: ${nothingToChange(stack.name, report.cloud)}`);
    }
    tellSealed(stack, "up", sealed, output);
    return options.expectNoChanges && changes ? exitCodes.found : exitCodes.done;
  });
}

function nextSteps(stack: OpenStack, { plan }: JudgedUpdate): readonly string[] {
  return [`\`${stack.call("up")}\` makes these changes.`, ...afterwards(stack, plan)];
}

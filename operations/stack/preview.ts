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
import { withStack, type OpenStack } from "../plan/workspace";

export interface PreviewOptions extends PlanOptions {
  /** Any change is a finding (exit 4). */
  readonly expectNoChanges: boolean;
  /** File for a comment on a pull request. Default: none is written. */
  readonly markdown?: string;
}

/** Shows what `up` would do and what stands against it. Changes nothing. */
export async function preview(
  context: CommandContext,
  stackName: string,
  options: PreviewOptions,
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    if ((await lookForBegun(context, stack)).length > 0) {
      output.note(
        `\`${stack.call("up")}\` takes over what was made, before it makes a plan; this one is without that.`,
      );
    }
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack, { refresh: options.refresh });
    writeReview(options.markdown, report, "plan", output);
    const next = isRefused(report) || !changesAnything(report.plan) ? [] : nextSteps(stack, report);
    output.document({ ...planDocument(report), ...(next.length > 0 && { next }) });
    printPlan(report, output);
    if (isRefused(report)) {
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    for (const line of cameBackWords(await cameBack(stack, report.plan.steps))) {
      output.note(`${line} \`${stack.call("up")}\` takes it over.`);
    }
    const changes = changesAnything(report.plan);
    if (changes) {
      printNotAsked(stack.name, report.cloud, output);
      output.print();
      next.forEach((line) => output.printFitted(line));
    } else {
      output.print(`\n${stack.name}: ${nothingToChange(stack.name, report.cloud)}`);
    }
    return options.expectNoChanges && changes ? exitCodes.found : exitCodes.done;
  });
}

function nextSteps(stack: OpenStack, { plan }: JudgedUpdate): readonly string[] {
  return [`\`${stack.call("up")}\` makes these changes.`, ...afterwards(stack, plan)];
}

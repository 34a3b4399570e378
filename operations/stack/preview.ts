import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { lookForBegun } from "../plan/begun";
import { cameBack, cameBackWords } from "../plan/came-back";
import { nothingToChange, printNotAsked } from "../plan/drift-report";
import { changesAnything } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal } from "../plan/report";
import { withEarlyChecks } from "../doctor/early";
import { planUpdate, type PlanOptions } from "../plan/planning";
import { onlyWaits } from "../plan/waiting";
import { withStack } from "../plan/workspace";

export interface PreviewOptions extends PlanOptions {
  /** Any change is a finding (exit 4). */
  readonly expectNoChanges: boolean;
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
    const report = await withEarlyChecks(context, stack, () =>
      planUpdate(stack, { refresh: options.refresh }),
    );
    output.document(planDocument(report));
    printPlan(report, output);
    if (isRefused(report)) {
      tellRefusal(report, output);
      return exitCodes.refused;
    }
    for (const line of cameBackWords(await cameBack(stack, report.plan.steps))) {
      output.note(`${line} \`${stack.call("up")}\` takes it over.`);
    }
    const waits = onlyWaits(report.plan, report.cloud);
    const changes = changesAnything(report.plan) && !waits;
    if (waits) {
      output.print(
        `\n${stack.name}: nothing to change but what RDS has been told, and does in its maintenance window.`,
      );
    } else if (changes) {
      printNotAsked(stack.name, report.cloud, output);
    } else {
      output.print(`\n${stack.name}: ${nothingToChange(stack.name, report.cloud)}`);
    }
    return options.expectNoChanges && changes ? exitCodes.found : exitCodes.done;
  });
}

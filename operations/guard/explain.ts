import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { count } from "../terminal/output";
import { isRefused, planDocument, printPlan, tellRefusal } from "../plan/report";
import { planUpdate } from "../plan/planning";
import { withStack } from "../plan/workspace";

/** Previews the stack and says of everything that is refused what would be lost, why, and each way to go on. Changes nothing. */
export async function explain(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack, { refresh: true });
    output.document(planDocument(report));
    if (!isRefused(report)) {
      output.print(`Nothing of the plan for ${stack.name} is refused.`);
      return exitCodes.done;
    }
    printPlan(report, output);
    if (report.refusals.some(({ approval }) => approval !== undefined)) {
      output.print(
        `\n${count(report.refusals.filter(({ approval }) => approval !== undefined).length, "refusal")} could be answered by an approval: ` +
          `for exactly that resource, once, and for the time that --for says. Everything else stays locked.`,
      );
    }
    tellRefusal(report, output);
    return exitCodes.refused;
  });
}

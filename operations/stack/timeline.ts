import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { destroyOf } from "../plan/graph-readers";
import { isCustom } from "../plan/held-run";
import { planUpdate } from "../plan/planning";
import { predictDestroy, predictionOf, recordedResources } from "../plan/prediction";
import type { Prediction } from "../plan/timeline";
import { isRefused, printPlan, tellRefusal } from "../plan/report";
import { printTimeline } from "../plan/timeline-report";
import { withStack, type OpenStack } from "../plan/workspace";

/**
 * Says how long the next `up` takes, or a destroy, and why: from the graph and from what the clouds' documents say. Changes nothing.
 * Of a stack of which nothing stands, the destroy is that of what `up` would make.
 */
export async function timeline(
  context: CommandContext,
  stackName: string,
  { destroy }: { readonly destroy: boolean },
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    const isStanding = (await recordedResources(stack)).some(({ type }) => isCustom(type));
    const prediction = destroy && isStanding ? await predictDestroy(stack) : await ofNextUp(context, stack);
    if (prediction === undefined) {
      return exitCodes.refused;
    }
    const { timeline: found } =
      destroy && !isStanding ? predictionOf(destroyOf(prediction.graph), stack.parallel) : prediction;
    output.document(found);
    printTimeline(found, output);
    return exitCodes.done;
  });
}

/** Undefined where there is no plan to make it of: guard or policies have stopped the engine's preview. */
async function ofNextUp(context: CommandContext, stack: OpenStack): Promise<Prediction | undefined> {
  const { output } = context;
  output.note(`Previewing ${stack.name} (${stack.where})`);
  const report = await planUpdate(stack);
  if (report.prediction === undefined && isRefused(report)) {
    printPlan(report, output);
    output.document({ stack: stack.name, result: "refused" });
    tellRefusal(report, output);
  }
  return report.prediction;
}

import { cloudDocument, printDrift, printMovesByDesign } from "../plan/drift-report";
import { planUpdate } from "../plan/planning";
import { writeReview } from "../plan/review-comment";
import { printRefusals } from "../plan/refusal-report";
import { withStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";

/**
 * Reads the cloud, and shows what moved there outside of runs, apart from what the file changes: each property with before and after, and
 * what the next `up` does about it. Changes nothing, in the state neither.
 *
 * @param options `markdown`: a file for a comment or an issue that says the same.
 * @returns 4 when something moved that is not meant to.
 */
export async function drift(
  context: CommandContext,
  stackName: string,
  options: { readonly markdown?: string } = {},
): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    output.note(`Reading what there is of ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack, { refresh: true });
    writeReview(options.markdown, report, "drift", output);
    const { cloud, refusals } = report;
    const moved = cloud.isRead ? cloud.drift.moved : [];
    const urns = new Set(moved.map(({ urn }) => urn));
    const because = refusals.filter(({ urn }) => urns.has(urn));
    output.document({ stack: stack.name, ...cloudDocument(cloud), refusals: because });
    printMovesByDesign(cloud, output);
    printDrift(cloud, output);
    printRefusals(because, output);
    output.print(
      moved.length === 0
        ? `\n${stack.name}: nothing has moved outside.`
        : `\n${stack.name}: \`${stack.call("preview")}\` shows what \`${stack.call("up")}\` does about it, with what the file changes.`,
    );
    return moved.length === 0 ? exitCodes.done : exitCodes.found;
  });
}

import { confirm } from "../terminal/confirm";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { count } from "../terminal/output";
import type { ImageCall } from "./call";
import { judgeImages, type FoundImage } from "./judge-images";
import { findImages, findLeftSnapshots } from "./inventory";
import { cleanListing, imageDocument } from "./listing";
import { deleteSnapshot, removeImage, type Removed } from "./remove";

/** What is kept where the settings say nothing any more. */
const KEEP = 3;

/**
 * Lists the group's images with what would become of each, asks, and removes those that nobody needs, their snapshots with
 * them; also snapshots that an earlier clean-up has left.
 */
export async function cleanImages({
  context,
  stack,
  clients,
  group,
  settings,
  options,
}: ImageCall): Promise<ExitCode> {
  const { output } = context;
  const keep = options.keep ?? settings.imageBuild?.keep ?? KEEP;
  if (keep < 1) {
    throw new UsageError("--keep takes 1 or more: the newest image always stays. Nothing was touched.");
  }
  output.note(`Looking for images of ${group.key} (${stack.where})`);
  const judged = judgeImages(await findImages(clients, group), keep);
  const leftBefore = await findLeftSnapshots(clients, group);
  const chosen = judged.filter(({ verdict }) => verdict.remove).map(({ image }) => image);
  const report = (
    outcomes: ReadonlyMap<string, Removed>,
    snapshots: readonly string[],
    result: string,
  ): void =>
    output.document({
      stack: stack.name,
      group: group.key,
      keep,
      result,
      images: judged.map(({ image, verdict }) => {
        const outcome = outcomes.get(image.id);
        return {
          ...imageDocument(image),
          remove: verdict.remove,
          why: outcome?.why === undefined || outcome.why === "" ? verdict.why : outcome.why,
          ...(outcome !== undefined && { outcome: outcome.result, snapshotsLeft: outcome.left }),
        };
      }),
      leftSnapshots: leftBefore,
      leftSnapshotsRemoved: snapshots,
    });
  if (judged.length > 0) {
    output.print(cleanListing(judged, Date.now()));
  }
  if (leftBefore.length > 0) {
    output.print(`Left by an earlier clean-up: ${leftBefore.join(", ")}`);
  }
  if (chosen.length === 0 && leftBefore.length === 0) {
    report(new Map(), [], "nothing to remove");
    output.print("\nNothing to remove.");
    return exitCodes.done;
  }
  const what = whatGoes(chosen, leftBefore);
  if (options.dryRun) {
    report(new Map(), [], "dry run");
    output.print(`\n${what} would be removed. Nothing was touched.`);
    return exitCodes.done;
  }
  if (!(await confirm(`Remove ${what} (${stack.where})?`, context))) {
    report(new Map(), [], "declined");
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  const outcomes = new Map<string, Removed>();
  for (const image of chosen) {
    const outcome: Removed = stack.signal.aborted
      ? { result: "failed", why: "stopped before its turn", left: [] }
      : await removeImage(clients, group, image);
    outcomes.set(image.id, outcome);
    output.note(`  ${image.id}: ${outcome.result}${outcome.why === "" ? "" : ` (${outcome.why})`}`);
  }
  const snapshots: string[] = [];
  const problems: string[] = [];
  for (const snapshot of leftBefore) {
    const problem = stack.signal.aborted
      ? "stopped before its turn"
      : await deleteSnapshot(clients, snapshot);
    if (problem === undefined) {
      snapshots.push(snapshot);
    } else {
      problems.push(`${snapshot}: ${problem}`);
    }
  }
  const results = [...outcomes.values()];
  const failed = results.some(({ result }) => result === "failed") || problems.length > 0;
  report(outcomes, snapshots, failed ? "failed" : "removed");
  const removed = results.filter(({ result }) => result === "removed").length;
  output.print(
    `\nRemoved ${count(removed, "image")}${snapshots.length > 0 ? ` and ${count(snapshots.length, "left snapshot")}` : ""}.`,
  );
  for (const problem of problems) {
    output.note(output.colors.red(`Not removed: ${problem}`));
  }
  if (failed) {
    output.note("What is left is removed by the next clean-up.");
  }
  return failed ? exitCodes.failed : exitCodes.done;
}

function whatGoes(images: readonly FoundImage[], left: readonly string[]): string {
  const snapshots = images.flatMap((image) => image.snapshots).length + left.length;
  return [
    ...(images.length > 0 ? [count(images.length, "image")] : []),
    ...(snapshots > 0 ? [count(snapshots, "snapshot")] : []),
  ].join(" and ");
}

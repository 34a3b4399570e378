import * as path from "node:path";
import { groundworkCommand } from "../../guard/printed-command";
import { nearestName } from "../../settings/nearest";
import type { NodeGroupSettings } from "../../settings/sections/cluster";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { count, table } from "../terminal/output";
import { stackFile } from "../terminal/project";
import { readText, refuseWhatIsWrong, replaceText, withScalars } from "../engine/stack-file-edit";
import { settingsOf } from "../plan/workspace";

export interface NodesOptions {
  /** `--min N`; absent: it goes along when the desired size falls below it. */
  readonly min?: number;
  /** `--max N`; absent: it goes along when the desired size rises above it. */
  readonly max?: number;
  /** `--only-desired`: the bounds stay, and a size outside of them is refused. */
  readonly onlyDesired: boolean;
}

type Sizes = Pick<NodeGroupSettings, "minSize" | "desiredSize" | "maxSize">;

/**
 * Changes how many nodes a group has: the number in the stack file, and nothing else in there. It takes effect with the
 * next `up`, which anybody can preview before.
 */
export function nodes(
  context: CommandContext,
  stackName: string,
  groupName: string,
  change: string,
  options: NodesOptions,
): ExitCode {
  const { output, project } = context;
  const { cluster } = settingsOf(context, stackName).sections;
  if (cluster === undefined) {
    throw new UsageError(
      `${stackName} has no cluster: Pulumi.${stackName}.yaml has no section groundwork:cluster. Nothing was touched.`,
    );
  }
  const group = Object.hasOwn(cluster.nodeGroups, groupName) ? cluster.nodeGroups[groupName] : undefined;
  if (group === undefined) {
    throw unknownGroup(stackName, groupName, Object.keys(cluster.nodeGroups));
  }

  const before: Sizes = { minSize: group.minSize, desiredSize: group.desiredSize, maxSize: group.maxSize };
  const after = changed(before, change, options);
  const edits = (["minSize", "desiredSize", "maxSize"] as const)
    .filter((name) => after[name] !== before[name])
    .map((name) => ({ path: ["groundwork:cluster", "nodeGroups", groupName, name], value: after[name] }));

  const file = stackFile(project, stackName);
  const name = path.basename(file);
  const apply = groundworkCommand`up ${stackName}`;
  const effect = effectOf(after.desiredSize - before.desiredSize);
  if (edits.length > 0) {
    const text = readText(file);
    const edited = withScalars(text, edits, { file: name, project: project.name });
    refuseWhatIsWrong(context, stackName, edited, name);
    replaceText(file, text, edited);
  }

  output.document({
    stack: stackName,
    group: groupName,
    file: name,
    changed: edits.length > 0,
    before,
    after,
    effect,
    apply,
  });
  if (edits.length === 0) {
    output.print(
      `${name} has these sizes of the group ${groupName} already. Nothing was touched, and the cloud was not asked.`,
    );
    return exitCodes.done;
  }
  output.print(`${name}, group ${groupName}:`);
  output.print(
    table(
      (["minSize", "desiredSize", "maxSize"] as const).map((size) => [
        size,
        before[size] === after[size] ? String(before[size]) : `${before[size]} -> ${after[size]}`,
      ]),
      "  ",
    ),
  );
  for (const sentence of effect) {
    output.print(sentence);
  }
  output.print("Counted from the file: the cloud was not asked how many run.");
  output.print(`It takes effect with: ${apply}`);
  return exitCodes.done;
}

/** @throws UsageError for what is no change, and for sizes that no group can have. */
function changed(before: Sizes, change: string, options: NodesOptions): Sizes {
  const match = /^([+\-=])(\d{1,4})$/.exec(change);
  if (match === null) {
    throw new UsageError(
      `"${change}" does not say what to do. Allowed: +2 (two more), -1 (one less), =5 (five in all). Nothing was touched.`,
    );
  }
  const [, sign, digits] = match;
  const number = Number(digits);
  const desiredSize =
    sign === "=" ? number : sign === "+" ? before.desiredSize + number : before.desiredSize - number;
  if (desiredSize < 0) {
    throw new UsageError(
      `${change} of ${count(before.desiredSize, "node")} leaves ${desiredSize}: the smallest number is 0. Nothing was touched.`,
    );
  }
  if (options.onlyDesired && (options.min !== undefined || options.max !== undefined)) {
    throw new UsageError(
      "--only-desired leaves minSize and maxSize as they are: give it, or --min and --max. Nothing was touched.",
    );
  }
  if (options.onlyDesired) {
    return { ...before, desiredSize };
  }
  return {
    minSize: options.min ?? Math.min(before.minSize, desiredSize),
    desiredSize,
    maxSize: options.max ?? Math.max(before.maxSize, desiredSize),
  };
}

/**
 * What becomes of nodes and their pods. EKS holds to disruption budgets for a quarter of an hour and no longer: "Managed
 * node groups concepts" in https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html.
 */
function effectOf(difference: number): readonly string[] {
  if (difference > 0) {
    return [`${count(difference, "node")} more will be started; pods that wait for room go there.`];
  }
  if (difference === 0) {
    return [];
  }
  return [
    `${count(-difference, "node")} will be drained and ended, which ones Auto Scaling chooses. EKS evicts their pods, and a ` +
      "disruption budget makes an eviction wait until another pod has taken over: for up to 15 minutes a node.",
    "After that the node ends with whatever still runs on it. Where pods need longer: `kubectl drain NODE`, which waits as long " +
      "as it takes, then `aws autoscaling terminate-instance-in-auto-scaling-group --should-decrement-desired-capacity " +
      "--instance-id ID`, and only then this command, so that the file says what is left.",
    "Volumes stay, and follow their pods within their zone.",
  ];
}

function unknownGroup(stackName: string, groupName: string, groups: readonly string[]): UsageError {
  const nearest = nearestName(groupName, groups);
  return new UsageError(
    `${stackName} has no node group "${groupName}". Known: ${oneOf([...groups].sort())}.` +
      `${nearest === undefined ? "" : ` Did you mean ${nearest}?`} Nothing was touched.`,
  );
}

import type * as rdsModule from "@aws-sdk/client-rds";
import { createRequire } from "node:module";
import { statefulType } from "../../guard/catalogue/stateful-types";
import { quoted } from "../../guard/printed-command";
import type { AwsClientConfig } from "../engine/aws-clients";
import type { PlannedStep } from "../plan/plan";
import { settingPath } from "../plan/setting-paths";
import type { OpenStack } from "../plan/workspace";
import type { Leftover } from "./leftover";

const load = createRequire(__filename);

/** What RDS, and those who share its ways, call the snapshots of a type. Of clusters all are DB cluster snapshots. */
const clusterTypes: ReadonlySet<string> = new Set([
  "aws:rds/cluster:Cluster",
  "aws:docdb/cluster:Cluster",
  "aws:neptune/cluster:Cluster",
]);
const instanceType = "aws:rds/instance:Instance";

/** Last snapshots of this destroy whose names are taken: AWS would take none, and delete nothing. */
export async function takenSnapshots(
  stack: OpenStack,
  gone: readonly PlannedStep[],
  config: AwsClientConfig,
): Promise<readonly Leftover[]> {
  const wanted = gone.flatMap((step) => {
    const copy = statefulType(step.type)?.finalCopy;
    const { [copy?.skip ?? ""]: skipped, [copy?.name ?? ""]: name } = step.old?.inputs ?? {};
    const isKnown = step.type === instanceType || clusterTypes.has(step.type);
    return isKnown && skipped !== true && typeof name === "string" && name !== "" ? [{ step, name }] : [];
  });
  if (wanted.length === 0) {
    return [];
  }
  const { RDSClient, DescribeDBSnapshotsCommand, DescribeDBClusterSnapshotsCommand } = load(
    "@aws-sdk/client-rds",
  ) as typeof rdsModule;
  const client = new RDSClient(config);
  const isTaken = async (asked: Promise<unknown>): Promise<boolean> =>
    asked.then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && /^DB(Cluster)?SnapshotNotFound/.test(error.name)) return false;
        throw error;
      },
    );
  const taken: Leftover[] = [];
  try {
    for (const { step, name } of wanted) {
      const ofCluster = clusterTypes.has(step.type);
      const asked = ofCluster
        ? client.send(new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier: name }))
        : client.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: name }));
      if (await isTaken(asked)) {
        taken.push(leftoverOf(stack, step, name, ofCluster));
      }
    }
  } finally {
    client.destroy();
  }
  return taken;
}

function leftoverOf(stack: OpenStack, step: PlannedStep, name: string, ofCluster: boolean): Leftover {
  const { region } = stack.settings.context;
  const [noun, option] = ofCluster
    ? ["db-cluster-snapshot", "db-cluster-snapshot-identifier"]
    : ["db-snapshot", "db-snapshot-identifier"];
  const setting = settingPath(step.urn, ["finalSnapshotIdentifier"])?.path.join(".");
  return {
    kind: "final snapshot",
    id: name,
    why: `It has the name that the last snapshot of ${step.name} would get, and is the last copy of an earlier database: AWS would refuse the deletion.`,
    remove:
      `another name: ${setting ?? "finalSnapshotIdentifier"} in Pulumi.${stack.name}.yaml, then ${stack.call("up")}; ` +
      `or, where nobody needs that copy: aws rds delete-${noun} --region ${region} --${option} ${quoted(name)}`,
  };
}

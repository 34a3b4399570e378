import { awsClientConfig, describeAwsError } from "../engine/aws-clients";
import { FailedError } from "../terminal/errors";
import type { Plan } from "../plan/plan";
import type { OpenStack } from "../plan/workspace";
import { notEmptyOrLocked } from "./contents";
import { madeByKubernetes } from "./kubernetes-leftovers";
import type { Leftover } from "./leftover";
import { inTheNetwork } from "./network-leftovers";
import { takenSnapshots } from "./taken-snapshots";

/**
 * What would stop this destroy half way, looked for before anything is deleted: what Kubernetes made for objects that the stack does not
 * manage, snapshots that have the name of a last one, what others have put into the stack's network, its buckets and its zones, and locks.
 *
 * @throws FailedError when AWS cannot be asked: nothing is destroyed unseen.
 */
export async function leftovers(stack: OpenStack, plan: Plan): Promise<readonly Leftover[]> {
  const gone = plan.outcome.filter(({ op }) => op === "delete");
  if (!gone.some(({ type }) => type.startsWith("aws:"))) {
    return [];
  }
  const config = await awsClientConfig(stack);
  const asking = async <T>(what: string, action: Promise<T>): Promise<T> =>
    action.catch((error: unknown) => {
      throw new FailedError(
        `AWS could not be asked ${what}: ${describeAwsError(error)}\n` +
          "Without knowing that, nothing is destroyed. Nothing was touched.",
      );
    });
  const { left, balancers } = await asking(
    "what Kubernetes made outside of the stack (tag:GetResources)",
    madeByKubernetes(stack, gone, config),
  );
  const snapshots = await asking(
    "whether the name of a last snapshot is taken (rds:DescribeDBSnapshots, rds:DescribeDBClusterSnapshots)",
    takenSnapshots(stack, gone, config),
  );
  const network = await asking(
    "what others have in the stack's network (ec2:Describe*)",
    inTheNetwork(stack, gone, balancers, config),
  );
  const contents = await asking(
    "what is in the stack's buckets and zones (s3:ListBucketVersions, route53:ListResourceRecordSets)",
    notEmptyOrLocked(gone, config),
  );
  return [...left, ...snapshots, ...network, ...contents];
}

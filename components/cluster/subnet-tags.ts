import type * as pulumi from "@pulumi/pulumi";
import { Tag } from "@pulumi/aws/ec2/tag";

/**
 * Tags by which EKS's cloud provider finds subnets for load balancers: those of public ones for load balancers that the
 * internet reaches, those of private ones for internal ones.
 * Source: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html.
 *
 * @param clusterName the subnets are the cluster's, and may be others' too.
 */
export function subnetTags(tier: "public" | "private", clusterName: string): Record<string, string> {
  return {
    [tier === "public" ? "kubernetes.io/role/elb" : "kubernetes.io/role/internal-elb"]: "1",
    [`kubernetes.io/cluster/${clusterName}`]: "shared",
  };
}

/**
 * The same tags on subnets that are not ours, one resource each: nothing else of them is touched, and they go with the
 * cluster.
 *
 * @param subnetIds known ids, from the settings.
 */
export function tagExistingSubnets(
  name: string,
  tier: "public" | "private",
  subnetIds: readonly string[],
  clusterName: string,
  parent: pulumi.Resource,
): Tag[] {
  return subnetIds.flatMap((subnetId) =>
    Object.entries(subnetTags(tier, clusterName)).map(
      ([key, value]) =>
        new Tag(`${name}-${subnetId}-${key}`, { resourceId: subnetId, key, value }, { parent }),
    ),
  );
}

import type * as pulumi from "@pulumi/pulumi";
import { Tag } from "@pulumi/aws/autoscaling/tag";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { architectureOf } from "../../settings/instance-types";
import type { ClusterSettings, NodeGroupSettings } from "../../settings/sections/cluster";
import { iamBounds } from "../iam-place";
import { managedPolicyArn } from "../arns";
import { physicalName, tagsOfStack } from "../names";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";
import { createPullThroughCache } from "./pull-through-cache";
import { withVersionGuard } from "./version-guard";

/**
 * What a node may do by itself: find its cluster, hand pods their identities, pull images. No network plug-in's policy,
 * which lets its holder move the interfaces of other machines: the plug-in has a role of its own.
 */
const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"];

/** Root device of EKS's Amazon Linux images. */
const ROOT_DEVICE = "/dev/xvda";

export interface NodesArgs {
  readonly context: StackContext;
  readonly clusterName: pulumi.Input<string>;
  readonly settings: ClusterSettings;
  /** The stack's tags: the provider's own reach no node. */
  readonly tags: Readonly<Record<string, string>>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly parent: pulumi.Resource;
  /** The add-ons without which a node does not become ready. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** The managed node groups, each with its launch template, all with one role. */
export function createNodes(name: string, args: NodesArgs): NodeGroup[] {
  const { context, parent } = args;
  const role = new Role(
    `${name}-nodes`,
    {
      ...iamBounds(context),
      description: `Nodes of ${physicalName(context, name)}.`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "Machines",
          Effect: "Allow",
          Principal: { Service: "ec2.amazonaws.com" },
          Action: ["sts:AssumeRole"],
        },
      ]),
    },
    { parent },
  );
  const permissions = NODE_POLICIES.map(
    (policy) =>
      new RolePolicyAttachment(
        `${name}-nodes-${policy}`,
        { role: role.name, policyArn: managedPolicyArn(context, policy) },
        { parent },
      ),
  );
  const caches = createPullThroughCache(name, {
    context,
    settings: args.settings.pullThroughCache,
    roleName: role.name,
    parent,
  });
  return Object.entries(args.settings.nodeGroups).map(([key, group]) =>
    // Without its permissions a node neither joins nor leaves in order.
    createNodeGroup(`${name}-${key}`, key, group, role, {
      ...args,
      dependsOn: [...args.dependsOn, ...permissions, ...caches],
    }),
  );
}

function createNodeGroup(
  name: string,
  key: string,
  group: NodeGroupSettings,
  role: Role,
  args: NodesArgs,
): NodeGroup {
  const { context, parent, settings } = args;
  const template = createLaunchTemplate(name, group, args);
  const { minSize, desiredSize, maxSize, maxUnavailable, maxUnavailablePercentage } = group;
  const nodes = new NodeGroup(
    name,
    {
      clusterName: args.clusterName,
      // A prefix: a group that is replaced stands beside its successor until pods have moved.
      nodeGroupNamePrefix: `${key}-`,
      nodeRoleArn: role.arn,
      subnetIds: args.subnetIds,
      // With that of the settings, not of the cluster: an upgrade is told whole in one preview.
      version: settings.version,
      releaseVersion: group.releaseVersion ?? settings.nodeReleaseVersion,
      amiType: isArm(group) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD",
      instanceTypes: [...group.instanceTypes],
      capacityType: group.capacityType,
      // A number, never $Latest: otherwise a changed template would change nothing.
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      // Held at each run, with no changes ignored: the number in the settings is the number of nodes.
      scalingConfig: { minSize, desiredSize, maxSize },
      updateConfig:
        maxUnavailablePercentage === undefined
          ? { maxUnavailable: maxUnavailable ?? 1 }
          : { maxUnavailablePercentage },
      labels: { ...group.labels },
      taints: group.taints.map(({ key: taint, value, effect }) => ({ key: taint, value, effect })),
      tags: { Name: physicalName(context, name) },
    },
    withVersionGuard(context, { parent, dependsOn: [...args.dependsOn] }),
  );
  tagNewNodes(name, nodes, args);
  return nodes;
}

/** The stack's tags as they are now, on each node that starts from now on: EKS does not hand those of a node group on. */
function tagNewNodes(name: string, nodes: NodeGroup, { parent, tags }: NodesArgs): void {
  const autoscalingGroupName = nodes.resources.apply(([made]) => made?.autoscalingGroups?.[0]?.name ?? "");
  for (const [key, value] of Object.entries(tags)) {
    new Tag(
      `${name}-tag-${key.replaceAll(/[^\w.-]/g, "-")}`,
      { autoscalingGroupName, tag: { key, value, propagateAtLaunch: true } },
      { parent, deletedWith: nodes },
    );
  }
}

function createLaunchTemplate(
  name: string,
  group: NodeGroupSettings,
  { context, parent, tags: stackTags }: NodesArgs,
): LaunchTemplate {
  // The provider's tags reach the template, but not what is made from it.
  const tags = {
    ...stackTags,
    Name: physicalName(context, name),
    ...tagsOfStack(context),
  };
  return new LaunchTemplate(
    name,
    {
      description: `Nodes of ${physicalName(context, name)}.`,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // No further than the node: pods have identities of their own, and none of the node's.
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: [
        {
          deviceName: ROOT_DEVICE,
          ebs: {
            volumeType: "gp3",
            volumeSize: group.diskSize,
            encrypted: "true",
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
      tags: { Name: physicalName(context, name) },
    },
    // Those of the day on which the group is made, for its first nodes and their disks: a version of the template is another
    // round of all nodes, which no cost centre is worth. Nodes that start later have what `tagNewNodes` says.
    { parent, ignoreChanges: ["tagSpecifications"] },
  );
}

function isArm({ instanceTypes }: NodeGroupSettings): boolean {
  return instanceTypes[0] !== undefined && architectureOf(instanceTypes[0]) === "arm64";
}

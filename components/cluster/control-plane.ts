import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { Cluster } from "@pulumi/aws/eks/cluster";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { Key } from "@pulumi/aws/kms/key";
import { floor } from "../../guard/floors";
import { CONTROL_PLANE_ZONES_TAG } from "../../guard/judge/control-plane-zones";
import type { ClusterSettings } from "../../settings/sections/cluster";
import { iamBounds } from "../iam-place";
import { clusterArn, managedPolicyArn } from "../arns";
import { guarded, isLocked } from "../guard/guarded";
import { physicalName } from "../names";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";
import type { ControlPlanePlace } from "./control-plane-place";
import { withVersionGuard } from "./version-guard";

/** All that EKS has. The audit log is the one that is missed most where it is missing. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

export interface ControlPlaneArgs extends ControlPlanePlace {
  readonly context: StackContext;
  readonly clusterName: string;
  readonly settings: ClusterSettings;
  readonly parent: pulumi.Resource;
  /** What has to be there before the cluster, and goes after it. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/** The cluster without nodes: its key, its log, its role, and the control plane itself. */
export function createControlPlane(name: string, args: ControlPlaneArgs): Cluster {
  const { context, clusterName, settings, parent } = args;

  const key = new Key(
    `${name}-secrets`,
    {
      description: `Encrypts the secrets of ${clusterName}. Without it they, and with them the cluster, are lost.`,
      enableKeyRotation: true,
      deletionWindowInDays: floor("keyDeletion", context.guardLevel),
      tags: { Name: physicalName(context, `${name}-secrets`) },
    },
    guarded("aws:kms/key:Key", context, { parent }),
  );

  // EKS would make the group by itself, for ever. Made before the cluster it has our retention. Deleted after it, EKS may
  // still make it again for its last lines: `groundwork up` takes that one over (docs/runbooks/destroy.md).
  const logGroup = new LogGroup(
    `${name}-logs`,
    { name: `/aws/eks/${clusterName}/cluster`, retentionInDays: settings.logRetentionDays },
    { parent },
  );

  const role = new Role(
    `${name}-control-plane`,
    {
      ...iamBounds(context),
      description: `The control plane of ${clusterName}: network interfaces, and load balancers of services.`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "ThisCluster",
          Effect: "Allow",
          Principal: { Service: "eks.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          // The service acts for every customer: only what it does for this cluster may use the role.
          Condition: { ArnLike: { "aws:SourceArn": clusterArn(context, clusterName) } },
        },
      ]),
    },
    { parent },
  );
  const permission = new RolePolicyAttachment(
    `${name}-control-plane`,
    { role: role.name, policyArn: managedPolicyArn(context, "AmazonEKSClusterPolicy") },
    { parent },
  );

  const { publicCidrBlocks } = settings.apiAccess;
  return new Cluster(
    name,
    {
      name: clusterName,
      version: settings.version,
      roleArn: role.arn,
      accessConfig: {
        authenticationMode: "API",
        // Who happens to make it is no administrator: administrators stand in the settings.
        bootstrapClusterCreatorAdminPermissions: false,
      },
      // Add-ons take the place of what EKS would put there and never update.
      bootstrapSelfManagedAddons: false,
      encryptionConfig: { provider: { keyArn: key.arn }, resources: ["secrets"] },
      enabledClusterLogTypes: LOG_TYPES,
      vpcConfig: {
        subnetIds: args.subnetIds,
        endpointPrivateAccess: true,
        endpointPublicAccess: publicCidrBlocks.length > 0,
        // Without public access there is nobody to list.
        ...(publicCidrBlocks.length > 0 && { publicAccessCidrs: [...publicCidrBlocks] }),
      },
      ...(settings.serviceIpv4Cidr !== undefined && {
        kubernetesNetworkConfig: { serviceIpv4Cidr: settings.serviceIpv4Cidr },
      }),
      upgradePolicy: { supportType: settings.supportType },
      deletionProtection: isLocked(context),
      // For the guard, which compares it: EKS itself shows subnets only.
      tags: { [CONTROL_PLANE_ZONES_TAG]: pulumi.output(args.zones).apply((zones) => zones.join(" ")) },
    },
    guarded(
      "aws:eks/cluster:Cluster",
      context,
      withVersionGuard(context, {
        parent,
        // Without its permissions the control plane cannot take its network interfaces away again.
        dependsOn: [permission, logGroup, ...args.dependsOn],
      }),
    ),
  );
}

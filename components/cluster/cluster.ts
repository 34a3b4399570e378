import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/kubernetes/provider";
import type { ClusterSettings } from "../../settings/sections/cluster";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { createAccess, type CiAccess } from "./access";
import { afterNodes, beforeNodes, createAddons } from "./add-ons";
import { createControlPlane } from "./control-plane";
import { placeOfControlPlane } from "./control-plane-place";
import { kubeconfigOf, reachedBy } from "./kubeconfig";
import { autoScalingGroupOf, createNodes } from "./nodes";
import { createStorageClass } from "./storage-class";
import { tagExistingSubnets } from "./subnet-tags";

export interface ClusterArgs {
  readonly context: StackContext;
  readonly settings: ClusterSettings;
  /** The stack's tags, for what takes none from the provider: nodes and their disks. */
  readonly tags: Readonly<Record<string, string>>;
  /** Roles of CI that the stack makes. Default: none. */
  readonly ci?: CiAccess | undefined;
  /**
   * What it stands in, for the order alone: load balancers that Kubernetes puts into public subnets, which it finds by
   * their tags, are made after these lead to the internet, and gone before they are.
   */
  readonly network?: pulumi.Resource;
  /** For nodes, pods and internal load balancers: known when the subnets have their way out. */
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  /** The same, for the control plane's network interfaces: they need no way out, and a cluster takes longer than a NAT gateway. */
  readonly controlPlaneSubnetIds: readonly pulumi.Input<string>[];
  /** Zone of private subnet i; AWS is asked where it is not known. */
  readonly availabilityZones?: readonly string[];
  /**
   * Subnets of a VPC that existed before, by id: they are tagged here. Those of a new VPC have their tags from Network,
   * which is told the cluster's name.
   */
  readonly existingSubnets?: {
    readonly publicSubnetIds: readonly string[];
    readonly privateSubnetIds: readonly string[];
  };
}

/** What the cluster of a stack is called. Known before there is one: subnets carry it, policies name it, people type it. */
export function clusterNameOf(context: StackContext): string {
  return physicalName(context, "cluster");
}

/**
 * An EKS cluster that serves from its first minute: nodes in private subnets, add-ons in the order in which they need
 * each other, access for those that the settings name and nobody else.
 *
 * In order: key, log group and role; the control plane; access, and the add-ons that nodes need; nodes; the add-ons that
 * need nodes; everything of Kubernetes. An upgrade goes the same way, a removal the other.
 */
export class Cluster extends pulumi.ComponentResource {
  /** Fixed, and known in the first preview. */
  readonly clusterName: string;
  /** As a file for kubectl, with no credential in it: `aws` makes one for whoever uses it. */
  readonly kubeconfig: pulumi.Output<string>;
  /** For everything inside the cluster: made after nodes, access and add-ons, and gone before them. */
  readonly provider: Provider;
  /** Of nodes and pods: whom a database, say, lets in. EKS makes it with the cluster. */
  readonly nodeSecurityGroupId: pulumi.Output<string>;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  /** Minor version of Kubernetes. */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:cluster:Cluster", name, {}, opts);
    const { context, settings } = args;
    this.clusterName = clusterNameOf(context);
    const { existingSubnets, privateSubnetIds } = args;
    const subnetTags =
      existingSubnets === undefined
        ? []
        : (["public", "private"] as const).flatMap((tier) =>
            tagExistingSubnets(name, tier, existingSubnets[`${tier}SubnetIds`], this.clusterName, this),
          );

    const cluster = createControlPlane(name, {
      context,
      clusterName: this.clusterName,
      settings,
      ...placeOfControlPlane(settings, args, this),
      parent: this,
      dependsOn: subnetTags,
    });

    const common = { context, settings, cluster, clusterName: cluster.name, parent: this };
    const access = createAccess(`${name}-access`, {
      ...common,
      entries: settings.accessEntries,
      ...(args.ci && { ci: args.ci }),
    });
    const needed = createAddons(name, beforeNodes, {
      ...common,
      fixedName: this.clusterName,
      dependsOn: [],
    });
    const nodes = createNodes(name, {
      ...common,
      tags: args.tags,
      subnetIds: [...privateSubnetIds],
      dependsOn: needed,
    });
    const served = createAddons(name, afterNodes, {
      ...common,
      fixedName: this.clusterName,
      dependsOn: nodes,
    });

    this.kubeconfig = pulumi
      .all([cluster.endpoint, cluster.certificateAuthority])
      .apply(([endpoint, { data }]) =>
        kubeconfigOf({
          clusterName: this.clusterName,
          region: context.region,
          endpoint,
          certificateAuthority: data,
        }),
      );
    this.provider = new Provider(
      name,
      {
        kubeconfig: this.kubeconfig.apply((file) => reachedBy(file, context.login)),
        // Another address is another cluster, and then everything in it is to be made anew. Nothing else is a reason for
        // that: not a changed kubeconfig, and not a name, which a replaced cluster would share.
        clusterIdentifier: cluster.endpoint,
        enableServerSideApply: true,
      },
      {
        parent: this,
        dependsOn: [
          ...(args.network === undefined ? [] : [args.network]),
          ...access,
          ...needed,
          ...nodes,
          ...served,
        ],
      },
    );
    // The default, for whoever names one all the same.
    const ofEverybody = { className: "gp3", isDefault: true };
    createStorageClass(`${name}-gp3`, ofEverybody, { parent: this, provider: this.provider });

    this.nodeSecurityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.version = cluster.version;
    this.watched = {
      cluster: this.clusterName,
      ...Object.fromEntries(
        Object.keys(settings.nodeGroups).flatMap((key, index) => {
          const group = nodes[index];
          return group === undefined ? [] : [[`nodes:${key}`, autoScalingGroupOf(group)]];
        }),
      ),
    };
    this.registerOutputs({
      clusterName: this.clusterName,
      kubeconfig: this.kubeconfig,
      nodeSecurityGroupId: this.nodeSecurityGroupId,
      version: this.version,
    });
  }
}

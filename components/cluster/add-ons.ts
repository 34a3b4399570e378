import type * as pulumi from "@pulumi/pulumi";
import { Addon, type AddonArgs as AddonResourceArgs } from "@pulumi/aws/eks/addon";
import { getAddonVersionOutput } from "@pulumi/aws/eks/getAddonVersion";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import type { AddonName } from "../../settings/sections/add-ons";
import type { ClusterSettings } from "../../settings/sections/cluster";
import { iamBounds } from "../iam-place";
import { managedPolicyArn } from "../arns";
import type { StackContext } from "../../settings/stack-context";
import { podIdentityTrust } from "./workload-identity";

/** An add-on as this program wants it. */
interface AddonPlan {
  readonly addon: AddonName;
  /** A policy of AWS, for the pods of one service account of it. */
  readonly identity?: { readonly serviceAccount: string; readonly policy: string };
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** What a node needs to become ready, and what hands its pods their identities. */
export const beforeNodes: readonly AddonPlan[] = [
  { addon: "eks-pod-identity-agent" },
  {
    addon: "vpc-cni",
    identity: { serviceAccount: "aws-node", policy: "AmazonEKS_CNI_Policy" },
    // Off unless told: network policies would be objects that nobody enforces.
    configuration: { enableNetworkPolicy: "true" },
  },
  { addon: "kube-proxy" },
];

/** What runs on nodes: without any it would never be ready, and the run would wait for it until it gives up. */
export const afterNodes: readonly AddonPlan[] = [
  { addon: "coredns" },
  {
    addon: "aws-ebs-csi-driver",
    identity: {
      serviceAccount: "ebs-csi-controller-sa",
      policy: "service-role/AmazonEBSCSIDriverPolicy",
    },
  },
  { addon: "metrics-server" },
];

export interface AddonsArgs {
  readonly context: StackContext;
  /** As it is called: known in the first preview. */
  readonly fixedName: string;
  /** The same, known only when the cluster is there. */
  readonly clusterName: pulumi.Input<string>;
  readonly cluster: pulumi.Resource;
  readonly settings: ClusterSettings;
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** EKS add-ons, which EKS keeps as they are wanted. */
export function createAddons(name: string, plans: readonly AddonPlan[], args: AddonsArgs): Addon[] {
  return plans.map((plan) => createAddon(`${name}-${plan.addon}`, plan, args));
}

function createAddon(name: string, plan: AddonPlan, args: AddonsArgs): Addon {
  const { settings, parent } = args;
  const permissions: pulumi.Resource[] = [];
  return new Addon(
    name,
    {
      clusterName: args.clusterName,
      addonName: plan.addon,
      addonVersion: settings.addons[plan.addon] ?? heldVersion(name, plan.addon, args),
      ...identityOf(name, plan, args, permissions),
      ...(plan.configuration && { configurationValues: JSON.stringify(plan.configuration) }),
      // What is there already, or was changed by hand, gives way: what the add-on is stands here.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      // Nothing of it stays behind in the cluster.
      preserve: false,
    },
    { parent, dependsOn: [...args.dependsOn, ...permissions] },
  );
}

/**
 * What EKS takes by default for the version of Kubernetes, asked for once and kept with the stack: AWS moves its defaults
 * some times a year, and a run about something else must not move the network plug-in of all nodes. The name has the version
 * of Kubernetes, so that an upgrade of the cluster asks anew.
 */
function heldVersion(
  name: string,
  addonName: AddonName,
  { cluster, context, parent, settings }: AddonsArgs,
): pulumi.Output<string> {
  const { version: kubernetesVersion } = settings;
  const asked = getAddonVersionOutput({ addonName, kubernetesVersion, mostRecent: false }, { parent });
  const held = new Parameter(
    `${name}-version-${kubernetesVersion}`,
    {
      name: `/${context.project}/${context.stack}/cluster/add-ons/${addonName}/${kubernetesVersion}`,
      description: `Version of ${addonName}: the default of EKS when the cluster came to Kubernetes ${kubernetesVersion}`,
      type: "String",
      insecureValue: asked.version,
    },
    // After the cluster: an upgrade that is refused leaves nothing behind.
    { parent, dependsOn: [cluster], ignoreChanges: ["insecureValue"] },
  );
  return held.insecureValue;
}

/** A role for the add-on's pods; what grants it is added to `permissions`, to be there first. */
function identityOf(
  name: string,
  { addon, identity }: AddonPlan,
  { context, fixedName, parent }: AddonsArgs,
  permissions: pulumi.Resource[],
): Pick<AddonResourceArgs, "podIdentityAssociations"> {
  if (identity === undefined) {
    return {};
  }
  const { serviceAccount, policy } = identity;
  const role = new Role(
    name,
    {
      ...iamBounds(context),
      description: `Pods of the add-on ${addon} in ${fixedName}.`,
      assumeRolePolicy: podIdentityTrust(context, fixedName, { namespace: "kube-system", serviceAccount }),
    },
    { parent },
  );
  permissions.push(
    new RolePolicyAttachment(
      name,
      { role: role.name, policyArn: managedPolicyArn(context, policy) },
      { parent },
    ),
  );
  return { podIdentityAssociations: [{ roleArn: role.arn, serviceAccount }] };
}

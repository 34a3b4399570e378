import type * as pulumi from "@pulumi/pulumi";
import { AccessEntry } from "@pulumi/aws/eks/accessEntry";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation";
import type { ClusterSettings } from "../../settings/sections/cluster";
import { partition } from "../arns";
import type { StackContext } from "../../settings/stack-context";

type AccessPolicy = ClusterSettings["accessEntries"][string]["policy"] | "adminView";

/** One who may use the cluster. */
type Entry = Pick<ClusterSettings["accessEntries"][string], "principalArn" | "namespaces"> & {
  readonly policy: AccessPolicy;
  /** EKS looks whether the principal is there. Default: it was before. */
  readonly dependsOn?: readonly pulumi.Resource[];
};

/** CI's roles, which the stack makes itself: one changes what is in the cluster, the other sees all of it. */
export interface CiAccess {
  readonly roleArns: { readonly plan: string; readonly apply: string };
  readonly roles: readonly pulumi.Resource[];
}

const policyNames: Readonly<Record<AccessPolicy, string>> = {
  clusterAdmin: "AmazonEKSClusterAdminPolicy",
  admin: "AmazonEKSAdminPolicy",
  edit: "AmazonEKSEditPolicy",
  view: "AmazonEKSViewPolicy",
  // A refresh reads secrets and what is in no namespace, as `view` may not.
  adminView: "AmazonEKSAdminViewPolicy",
};

export interface AccessArgs {
  readonly context: StackContext;
  /** Known only when the cluster is there. */
  readonly clusterName: pulumi.Input<string>;
  readonly entries: ClusterSettings["accessEntries"];
  /** Default: CI has no roles of this stack. */
  readonly ci?: CiAccess;
  readonly parent: pulumi.Resource;
}

/**
 * Who may use the cluster, and what.
 *
 * Resources are named by principal and policy, not by the entry's name in the settings: a renamed entry changes nothing,
 * and who gets another policy has it before the old one goes. The program's own principal is never without.
 */
export function createAccess(name: string, args: AccessArgs): pulumi.Resource[] {
  const { ci, context, clusterName, parent } = args;
  const entries: readonly Entry[] = [
    ...Object.values(args.entries),
    ...(ci === undefined
      ? []
      : [
          { principalArn: ci.roleArns.apply, policy: "clusterAdmin" as const, dependsOn: ci.roles },
          { principalArn: ci.roleArns.plan, policy: "adminView" as const, dependsOn: ci.roles },
        ]),
  ];
  return entries.flatMap(({ principalArn, policy, namespaces, dependsOn = [] }) => {
    // arn:aws:iam::123456789012:role/platform is 123456789012:role/platform.
    const principal = principalArn.split(":").slice(4).join(":");
    const entry = new AccessEntry(
      `${name}-${principal}`,
      { clusterName, principalArn, type: "STANDARD" },
      { parent, dependsOn: [...dependsOn] },
    );
    const association = new AccessPolicyAssociation(
      `${name}-${principal}-${policy}`,
      {
        clusterName,
        principalArn: entry.principalArn,
        policyArn: `arn:${partition(context.region)}:eks::aws:cluster-access-policy/${policyNames[policy]}`,
        accessScope:
          namespaces === undefined ? { type: "cluster" } : { type: "namespace", namespaces: [...namespaces] },
      },
      // One of a kind a principal: made first, the new one would be the old one, and be gone with it.
      { parent, deleteBeforeReplace: true },
    );
    return [entry, association];
  });
}

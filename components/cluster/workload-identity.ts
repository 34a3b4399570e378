import * as pulumi from "@pulumi/pulumi";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { iamBounds } from "../iam-place";
import { clusterArn } from "../arns";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

/** For pods that may not connect anywhere: where EKS Pod Identity hands out credentials, on every node. */
export const podIdentityEgress = {
  to: [{ ipBlock: { cidr: "169.254.170.23/32" } }],
  ports: [{ protocol: "TCP", port: 80 }],
};

/**
 * What EKS puts into the pods of a service account that has an association, in the same words (EKS User Guide, How EKS Pod Identity works):
 * an association takes effect some seconds after it is made, and EKS puts nothing into a pod that was there before. Where this stands
 * in the pod, EKS leaves it as it is (amazon-eks-pod-identity-webhook, pkg/handler), and early pods get credentials a little later.
 */
export const podIdentityCredentials = {
  environment: {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:
      "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
  },
  volume: {
    name: "eks-pod-identity-token",
    projected: {
      sources: [
        {
          serviceAccountToken: {
            audience: "pods.eks.amazonaws.com",
            expirationSeconds: 86400,
            path: "eks-pod-identity-token",
          },
        },
      ],
    },
  },
  volumeMount: {
    name: "eks-pod-identity-token",
    mountPath: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
    readOnly: true,
  },
};

export interface WorkloadIdentityArgs {
  readonly context: StackContext;
  /** As `Cluster.clusterName` has it. */
  readonly clusterName: string;
  readonly namespace: string;
  /** The service account that pods run as; it need not exist yet. */
  readonly serviceAccount: string;
  /** Something that is made when the cluster serves: EKS takes no association before. */
  readonly inCluster: pulumi.Resource;
  /** What its pods may do, as JSON text. Known in the first preview: composed of fixed names, not of outputs. */
  readonly policy: string;
}

/**
 * Permissions of AWS for the pods of one service account, without any key: a role that EKS Pod Identity hands them.
 * Pods have podIdentityCredentials, or come some seconds after it: EKS looks when a pod is made.
 */
export class WorkloadIdentity extends pulumi.ComponentResource {
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: WorkloadIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:cluster:WorkloadIdentity", name, {}, opts);
    const { context, clusterName, namespace, serviceAccount } = args;
    const child = { parent: this };

    const role = new Role(
      name,
      {
        ...iamBounds(context),
        description: `Pods of ${namespace}/${serviceAccount} in ${clusterName}.`,
        assumeRolePolicy: podIdentityTrust(context, clusterName, { namespace, serviceAccount }),
      },
      child,
    );
    const permission = new RolePolicy(name, { role: role.name, policy: args.policy }, child);
    const association = new PodIdentityAssociation(
      name,
      { clusterName, namespace, serviceAccount, roleArn: role.arn },
      // No pod gets the role before it may what it is for.
      { ...child, dependsOn: [permission, args.inCluster] },
    );

    // Known only when pods get it.
    this.roleArn = pulumi.all([role.arn, association.associationId]).apply(([arn]) => arn);
    this.roleName = role.name;
    this.registerOutputs({ roleArn: this.roleArn, roleName: this.roleName });
  }
}

/**
 * Who may take a role for pods: EKS Pod Identity, for one service account of one cluster. It says in tags of each session
 * whom it acts for, hence TagSession.
 */
export function podIdentityTrust(
  context: StackContext,
  clusterName: string,
  pods: { readonly namespace: string; readonly serviceAccount: string },
): string {
  return policyDocument([
    {
      Sid: "PodsOfOneServiceAccount",
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: {
        StringEquals: {
          "aws:RequestTag/eks-cluster-arn": clusterArn(context, clusterName),
          "aws:RequestTag/kubernetes-namespace": pods.namespace,
          "aws:RequestTag/kubernetes-service-account": pods.serviceAccount,
        },
      },
    },
  ]);
}

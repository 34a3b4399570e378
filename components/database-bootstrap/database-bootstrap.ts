import * as pulumi from "@pulumi/pulumi";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type { BootstrapSettings } from "../../settings/sections/bootstrap";
import { databaseInstanceArn, keysArn, secretArn } from "../arns";
import { podIdentityEgress, WorkloadIdentity } from "../cluster/workload-identity";
import type { Database } from "../database/database";
import { objectLabels } from "../kubernetes/labels";
import { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";
import { createBootstrapJob } from "./job";
import { databaseNamespace } from "./names";
import { createRoleSecrets, verifiersSecretName, type RoleSecrets } from "./role-secrets";

const SERVICE_ACCOUNT = "database-bootstrap";

export interface DatabaseBootstrapArgs {
  readonly context: StackContext;
  readonly settings: BootstrapSettings;
  /** It must let the cluster's nodes in: `database.allowFrom` with `Cluster.nodeSecurityGroupId`. */
  readonly database: Pick<
    Database,
    "identifier" | "servingIdentifier" | "address" | "port" | "secretArn" | "keyArn"
  >;
  /** As `Cluster.clusterName` has it. */
  readonly clusterName: string;
}

/**
 * Databases, roles, extensions and grants inside a database server, made by a Job in the cluster: whoever runs the
 * program need not reach the server. A run that changes the settings runs a new Job and waits for it; one that fails
 * fails the run. What the Job does, step by step, is in boot/database-bootstrap/.
 *
 * Needs providers for AWS and for the cluster.
 */
export class DatabaseBootstrap extends pulumi.ComponentResource {
  /** ARN of the secret of each role that logs in: user name, password, host, port, database and URL. */
  readonly roleSecretArns: pulumi.Output<Record<string, string>>;
  /** How each of these connects. */
  readonly connections: RoleSecrets["connections"];
  /** Known when the Job has ended well: what connects with these roles depends on it. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: DatabaseBootstrapArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:database:DatabaseBootstrap", name, {}, opts);
    const { context, settings, database, clusterName } = args;
    const child = { parent: this };

    const secrets = createRoleSecrets(name, { context, settings, database, parent: this });
    const namespace = new RestrictedNamespace(name, { context, namespace: databaseNamespace }, child);
    const labels = objectLabels(context, SERVICE_ACCOUNT);
    const metadata = { name: SERVICE_ACCOUNT, namespace: databaseNamespace, labels };
    const inside = { parent: this, dependsOn: [namespace] };
    const account = new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, inside);
    const identity = new WorkloadIdentity(
      name,
      {
        context,
        clusterName,
        namespace: databaseNamespace,
        serviceAccount: SERVICE_ACCOUNT,
        inCluster: namespace,
        policy: readOnlyItsSecrets(context, database),
      },
      child,
    );
    const network = new NetworkPolicy(
      name,
      {
        metadata,
        spec: {
          podSelector: { matchLabels: { "app.kubernetes.io/name": SERVICE_ACCOUNT } },
          policyTypes: ["Ingress", "Egress"],
          egress: [
            // The server's address is a name to Kubernetes, and may be another one after a fail-over.
            { ports: [{ protocol: "TCP", port: database.port }] },
            // Secrets Manager, wherever its endpoint is.
            { ports: [{ protocol: "TCP", port: 443 }] },
            podIdentityEgress,
          ],
        },
      },
      inside,
    );
    const job = createBootstrapJob(name, {
      context,
      settings,
      database,
      namespace: databaseNamespace,
      serviceAccount: SERVICE_ACCOUNT,
      verifiersSecret: verifiersSecretName(context),
      parent: this,
      dependsOn: [namespace, account, identity, network, ...secrets.versions],
    });

    this.connections = secrets.connections;
    this.roleSecretArns = pulumi.output(secrets.arns);
    this.done = job.metadata.name;
    this.registerOutputs({ roleSecretArns: this.roleSecretArns, done: this.done });
  }
}

/**
 * What the Job's pods may do: read two secrets. The ids of the master user's secret and of the key are not known before
 * they exist, so the policy names them by what is: the tag that RDS puts on its secrets with the instance that they are of
 * (nobody else can: tags that begin with `aws:` are the services' own), and the key's alias.
 */
function readOnlyItsSecrets(
  context: StackContext,
  { identifier, servingIdentifier }: DatabaseBootstrapArgs["database"],
): string {
  return policyDocument([
    {
      Sid: "ReadTheMasterUsersSecret",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: [secretArn(context, "rds!db-*")],
      Condition: {
        StringEquals: {
          "aws:ResourceTag/aws:rds:primaryDBInstanceArn": databaseInstanceArn(context, servingIdentifier),
        },
      },
    },
    {
      Sid: "ReadTheVerifiers",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      // Secrets Manager appends a hyphen and six characters to each name.
      Resource: [secretArn(context, `${verifiersSecretName(context)}-??????`)],
    },
    {
      Sid: "DecryptThem",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [keysArn(context)],
      Condition: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${identifier}` },
        StringEquals: { "kms:ViaService": `secretsmanager.${context.region}.amazonaws.com` },
      },
    },
  ]);
}

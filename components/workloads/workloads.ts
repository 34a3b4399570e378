import * as pulumi from "@pulumi/pulumi";
import type { WorkloadSettings, WorkloadsSettings } from "../../settings/sections/workloads";
import type { LogBucket } from "../buckets/bucket";
import type { Certificates } from "../dns/certificate";
import { loadBalancerDimension } from "../dns/load-balancer-host";
import type { AliasTarget } from "../dns/zone-records";
import { usesDatabase } from "../../settings/workload-sources";
import { WorkloadIdentity } from "../cluster/workload-identity";
import type { Database } from "../database/database";
import type { DatabaseBootstrap } from "../database-bootstrap/database-bootstrap";
import type { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import type { Mail } from "../mail/mail";
import { policyDocument, policySize, ROLE_POLICY_LIMIT } from "../policy-document";
import { grantStatements, grantTargets, type GrantSources } from "../service-users/grants";
import type { StackContext } from "../../settings/stack-context";
import { createDisks } from "./claims";
import type { SecretPlaces } from "./secret-values";
import { Workload, type WorkloadArgs } from "./workload";

/** The namespace that workloads and what they share live in. */
export const workloadsNamespace = "workloads";

/** What else of the stack workloads use, as far as it is there; settings see to it that what one names is. */
export interface WorkloadsArgs extends GrantSources, Omit<SecretPlaces, "bootstrap"> {
  readonly context: StackContext;
  readonly settings: WorkloadsSettings;
  readonly namespace: RestrictedNamespace;
  /** As `Cluster.clusterName` has it; needed where a workload has permissions. */
  readonly clusterName?: string;
  readonly mail?: Mail;
  /** Needed where a load balancer has `certificate`. Default: none. */
  readonly certificates?: Certificates;
  /** Where load balancers log who asks for what. Default: nowhere. */
  readonly logs?: LogBucket | undefined;
  readonly database?: Pick<Database, "port" | "replicas">;
  readonly bootstrap?: DatabaseBootstrap;
}

/** Keys of workloads that have a load balancer. */
export function reachedWorkloads(settings: WorkloadsSettings = {}): readonly string[] {
  return Object.keys(settings).filter((key) => settings[key]?.loadBalancer !== undefined);
}

/** The programs that run in the cluster. */
export class Workloads extends pulumi.ComponentResource {
  /** Key of a workload to its load balancer's name in the cloud's DNS; only those that have one. */
  readonly loadBalancers: Readonly<Record<string, pulumi.Output<string>>>;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  /** What names of DNS can be given to, by key of a workload. */
  readonly aliasTargets: Readonly<Record<string, AliasTarget>>;

  constructor(name: string, args: WorkloadsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workloads:Workloads", name, {}, opts);
    const { certificates = {}, context, logs, settings, namespace } = args;
    const disks = createDisks(name, context, settings, this);
    const balancers: Record<string, pulumi.Output<string>> = {};
    for (const [key, workload] of Object.entries(settings)) {
      const { loadBalancer } = new Workload(
        `${name}-${key}`,
        {
          context,
          key,
          namespace,
          settings: workload,
          places: args,
          disks,
          identity: this.identity(`${name}-${key}`, key, workload, args),
          callers: workload.allowFrom,
          certificates,
          logs,
          ...outsideOf(key, workload, args),
        },
        { parent: this },
      );
      if (loadBalancer !== undefined) {
        balancers[key] = loadBalancer;
      }
    }
    this.loadBalancers = balancers;
    this.watched = Object.fromEntries(
      Object.entries(balancers).map(([key, host]) => [`workload:${key}`, host.apply(loadBalancerDimension)]),
    );
    this.aliasTargets = Object.fromEntries(Object.entries(balancers).map(([key, host]) => [key, { host }]));
    this.registerOutputs({ loadBalancers: this.loadBalancers });
  }

  /** What its pods may do in AWS; undefined where that is nothing. */
  private identity(
    name: string,
    key: string,
    { grants, permissions }: WorkloadSettings,
    args: WorkloadsArgs,
  ): WorkloadIdentity | undefined {
    const { context, clusterName } = args;
    if (grants.length === 0 && permissions.length === 0) {
      return undefined;
    }
    if (clusterName === undefined) {
      throw new Error(`workloads.${key}: it has permissions, and there is no cluster that hands them out.`);
    }
    const targets = grantTargets(args);
    const policy = policyDocument([
      ...grants.flatMap((grant) => grantStatements(grant, context, targets)),
      ...permissions.map(({ actions, resources }, index) => ({
        Sid: `Settings${index}`,
        Effect: "Allow" as const,
        Action: actions,
        Resource: resources,
      })),
    ]);
    if (policySize(policy) > ROLE_POLICY_LIMIT) {
      throw new Error(
        `workloads.${key}: what its pods may do takes a policy of ${policySize(policy)} characters, and IAM takes ` +
          `${ROLE_POLICY_LIMIT} for a role. Name fewer resources: one ARN with a * at its end can stand for several.`,
      );
    }
    const pods = { namespace: workloadsNamespace, serviceAccount: key, inCluster: args.namespace };
    return new WorkloadIdentity(name, { context, clusterName, policy, ...pods }, { parent: this });
  }
}

/** What a workload reaches outside the cluster by name: the mail server, the database. */
function outsideOf(
  key: string,
  workload: WorkloadSettings,
  { bootstrap, database, mail }: WorkloadsArgs,
): Pick<WorkloadArgs, "dependsOn" | "environmentSecrets" | "outsidePorts"> {
  if (workload.mail && mail === undefined) {
    throw new Error(`workloads.${key}: mail is true, and the stack has no mail.`);
  }
  const sends = workload.mail ? mail : undefined;
  const queries = usesDatabase(workload);
  return {
    environmentSecrets: sends === undefined ? [] : [sends.secretName],
    outsidePorts: [
      ...(sends?.outsidePort === undefined ? [] : [sends.outsidePort]),
      ...(queries && database !== undefined ? [database.port] : []),
    ],
    // Roles are there, with the passwords that the pods get, when the bootstrap has run.
    dependsOn: queries && bootstrap !== undefined ? [bootstrap] : [],
  };
}

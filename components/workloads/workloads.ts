import * as pulumi from "@pulumi/pulumi";
import type { WorkloadSettings, WorkloadsSettings } from "../../settings/sections/workloads";
import type { Certificates } from "../dns/certificate";
import type { AliasTarget } from "../dns/dns";
import type { RestrictedNamespace } from "../kubernetes/restricted-namespace";
import type { Mail } from "../mail/mail";
import type { ServiceUserCredentials } from "../service-users/service-users";
import type { StackContext } from "../../settings/stack-context";
import { Workload } from "./workload";

/** The namespace that workloads and what they share live in. */
export const workloadsNamespace = "workloads";

export interface WorkloadsArgs {
  readonly context: StackContext;
  readonly settings: WorkloadsSettings;
  readonly namespace: RestrictedNamespace;
  /** Needed where a workload has `mail: true`. */
  readonly mail?: Mail;
  /** Needed where a load balancer has `certificate`. Default: none. */
  readonly certificates?: Certificates;
  /** Needed where a workload has `secrets`. */
  readonly users?: { readonly credentials: pulumi.Output<Record<string, ServiceUserCredentials>> };
}

/** Keys of workloads that have a load balancer. */
export function reachedWorkloads(settings: WorkloadsSettings = {}): readonly string[] {
  return Object.keys(settings).filter((key) => settings[key]?.loadBalancer !== undefined);
}

/** The programs that run in the cluster. */
export class Workloads extends pulumi.ComponentResource {
  /** Key of a workload to its load balancer's name in the cloud's DNS; only those that have one. */
  readonly loadBalancers: Readonly<Record<string, pulumi.Output<string>>>;
  /** What names of DNS can be given to, by key of a workload. */
  readonly aliasTargets: Readonly<Record<string, AliasTarget>>;

  constructor(name: string, args: WorkloadsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workloads:Workloads", name, {}, opts);
    const { certificates = {}, context, settings, namespace } = args;
    const balancers: Record<string, pulumi.Output<string>> = {};
    for (const [key, workload] of Object.entries(settings)) {
      const { loadBalancer } = new Workload(
        `${name}-${key}`,
        {
          context,
          key,
          namespace,
          settings: workload,
          secretEnvironment: secretUrls(key, workload, args),
          callers: workload.allowFrom,
          certificates,
          ...mailOf(key, workload, args),
        },
        { parent: this },
      );
      if (loadBalancer !== undefined) {
        balancers[key] = loadBalancer;
      }
    }
    this.loadBalancers = balancers;
    this.aliasTargets = Object.fromEntries(Object.entries(balancers).map(([key, host]) => [key, { host }]));
    this.registerOutputs({ loadBalancers: this.loadBalancers });
  }
}

function mailOf(
  key: string,
  { mail: sendsMail }: WorkloadSettings,
  { mail }: WorkloadsArgs,
): { environmentSecrets?: pulumi.Input<string>[]; mailPort?: number } {
  if (!sendsMail) {
    return {};
  }
  if (mail === undefined) {
    throw new Error(`workloads.${key}: mail is true, and the stack has no mail.`);
  }
  return {
    environmentSecrets: [mail.secretName],
    ...(mail.outsidePort === undefined ? {} : { mailPort: mail.outsidePort }),
  };
}

function secretUrls(
  key: string,
  { secrets }: WorkloadSettings,
  { users }: WorkloadsArgs,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([variable, { user, url }]) => {
      if (users === undefined) {
        throw new Error(
          `workloads.${key}: secrets.${variable} is of a service user, and the stack has none.`,
        );
      }
      const value = users.credentials.apply((credentials) => {
        const found = credentials[user]?.urls[url];
        if (found === undefined) {
          throw new Error(`workloads.${key}: the service user ${user} has no URL for ${url}.`);
        }
        return found;
      });
      return [variable, pulumi.secret(value)];
    }),
  );
}

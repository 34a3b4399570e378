import * as pulumi from "@pulumi/pulumi";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { ciApplyPolicy, ciPlanPolicy } from "../../guard/rules/ci-permissions";
import {
  ciProvider,
  ciRoleArn,
  ciRoleKinds,
  ciRoleName,
  ciTrust,
  type CiIdentity,
  type CiRoleKind,
} from "../../guard/rules/ci-roles";
import type { CiSettings } from "../../settings/sections/ci";
import type { StackContext } from "../../settings/stack-context";
import { iamBounds } from "../iam-place";
import { policySize, ROLE_POLICY_LIMIT } from "../policy-document";

export interface CiArgs {
  readonly context: StackContext;
  readonly settings: CiSettings;
  readonly identity: CiIdentity;
  /** Names of the stack's buckets. */
  readonly buckets: readonly string[];
  /** Secrets of others that workloads have: names or ARNs. */
  readonly secrets: readonly string[];
}

/**
 * What lets CI run the stack without a secret of its own: GitHub vouches for a job of one repository, one branch or one environment,
 * and AWS gives it a session for some hours. `plan` reads; `apply` changes everything but what is made here.
 */
export class Ci extends pulumi.ComponentResource {
  /** Known in the first preview. */
  readonly roleArns: Readonly<Record<CiRoleKind, string>>;
  /** To wait for, where AWS looks whether a role is there. */
  readonly roles: readonly Role[];

  constructor(name: string, args: CiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:ci:Ci", name, {}, opts);
    const { context, identity, settings } = args;
    const provider = settings.existingProvider
      ? []
      : [
          new OpenIdConnectProvider(
            name,
            { url: ciProvider.url, clientIdLists: [ciProvider.audience] },
            { parent: this },
          ),
        ];
    const policies: Readonly<Record<CiRoleKind, string>> = {
      plan: ciPlanPolicy(identity, args.buckets, args.secrets),
      apply: ciApplyPolicy(identity),
    };
    this.roles = ciRoleKinds.map((kind) => {
      const role = new Role(
        `${name}-${kind}`,
        {
          ...iamBounds(context),
          name: ciRoleName(identity, kind),
          description: `${identity.project}-${identity.stack}: CI ${kind === "plan" ? "reads" : "changes"}`,
          assumeRolePolicy: ciTrust(identity, kind),
          // An hour is IAM's own, and its least.
          maxSessionDuration: kind === "plan" ? 3600 : settings.sessionHours * 3600,
        },
        // Nobody can take a role before the provider is there.
        { parent: this, dependsOn: provider },
      );
      const policy = policies[kind];
      if (policySize(policy) > ROLE_POLICY_LIMIT) {
        throw new Error(
          `${name}: what ${kind} may do takes ${String(policySize(policy))} characters, and IAM takes ${String(ROLE_POLICY_LIMIT)} for a role. Name fewer regions in groundwork:ci, or a shorter path in groundwork:iam.`,
        );
      }
      new RolePolicy(`${name}-${kind}`, { role: role.name, policy }, { parent: this });
      return role;
    });
    this.roleArns = { plan: ciRoleArn(identity, "plan"), apply: ciRoleArn(identity, "apply") };
    this.registerOutputs({ roleArns: this.roleArns });
  }
}

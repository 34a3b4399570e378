import type * as iamModule from "@aws-sdk/client-iam";
import { createRequire } from "node:module";
import { policySize } from "../../components/policy-document";
import type { StackContext } from "../../settings/stack-context";
import { groundworkCommand } from "../../guard/printed-command";
import type { AwsClientConfig } from "../engine/aws-clients";
import { FailedError, UsageError } from "../terminal/errors";
import { grantsOf, grantsPolicy, grantsPolicyName, inlineLimits, type Grant, type Person } from "./grants";

const load = createRequire(__filename);

/** What a person has of a stack. */
export interface PersonGrants {
  readonly person: Person;
  readonly arn: string;
  readonly grants: readonly Grant[];
  /** Characters of the person's other inline policies. */
  readonly otherPolicies: number;
}

/** Grants as IAM has them; nothing is kept anywhere else. */
export class People {
  private readonly sdk = load("@aws-sdk/client-iam") as typeof iamModule;
  private readonly client: iamModule.IAMClient;
  private readonly policyName: string;

  constructor(
    config: AwsClientConfig,
    private readonly context: StackContext,
  ) {
    this.client = new this.sdk.IAMClient(config);
    this.policyName = grantsPolicyName(context);
  }

  close(): void {
    this.client.destroy();
  }

  /** Everybody who has a grant of the stack, also one that is over. */
  async all(): Promise<readonly PersonGrants[]> {
    const found: PersonGrants[] = [];
    let marker: string | undefined;
    do {
      const page = await this.client.send(
        new this.sdk.GetAccountAuthorizationDetailsCommand({
          Filter: ["User", "Role"],
          ...(marker !== undefined && { Marker: marker }),
        }),
      );
      for (const user of page.UserDetailList ?? []) {
        found.push(this.grantsIn({ kind: "user", name: user.UserName ?? "" }, user.Arn, user.UserPolicyList));
      }
      for (const role of page.RoleDetailList ?? []) {
        found.push(this.grantsIn({ kind: "role", name: role.RoleName ?? "" }, role.Arn, role.RolePolicyList));
      }
      marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (marker !== undefined);
    return found.filter(({ grants }) => grants.length > 0);
  }

  /** @throws UsageError when there is no such person, or it is one whose policies nobody may change. */
  async one(person: Person): Promise<PersonGrants> {
    if (/^AWSReservedSSO_/.test(person.name)) {
      throw new UsageError(
        `${person.name} belongs to IAM Identity Center, which lets nobody else change it. Grant it to an IAM user or to a role ` +
          "of your own that the person takes. Nothing was touched.",
      );
    }
    const { kind, name } = person;
    try {
      const arn =
        kind === "user"
          ? (await this.client.send(new this.sdk.GetUserCommand({ UserName: name }))).User?.Arn
          : (await this.client.send(new this.sdk.GetRoleCommand({ RoleName: name }))).Role?.Arn;
      const names = await this.policyNames(person);
      const policies: iamModule.PolicyDetail[] = [];
      for (const policy of names) {
        policies.push({ PolicyName: policy, PolicyDocument: await this.document(person, policy) });
      }
      return this.grantsIn(person, arn, policies);
    } catch (error) {
      if (error instanceof Error && error.name.startsWith("NoSuchEntity")) {
        throw new UsageError(
          `There is no IAM ${kind} ${name} in account ${this.context.accountId}. A person is an IAM user (ann), or a role ` +
            "(role/operators). Nothing was touched.",
        );
      }
      throw error;
    }
  }

  /** @throws FailedError when it is more than IAM takes; nothing is changed then. */
  async write({ person, otherPolicies }: PersonGrants, grants: readonly Grant[]): Promise<void> {
    const { kind, name } = person;
    if (grants.length === 0) {
      const PolicyName = this.policyName;
      if (kind === "user") {
        await this.client.send(new this.sdk.DeleteUserPolicyCommand({ UserName: name, PolicyName }));
      } else {
        await this.client.send(new this.sdk.DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
      }
      return;
    }
    const document = grantsPolicy(this.context, kind, grants);
    const size = policySize(document);
    const limit = inlineLimits[kind];
    if (size + otherPolicies > limit) {
      throw new FailedError(
        `${name} would have inline policies of ${size + otherPolicies} characters (${otherPolicies} of them not from here), and IAM ` +
          `takes ${limit} for a ${kind}. Revoke grants for other roles first (\`${groundworkCommand`access ${this.context.stack} list`}\`), or grant it to ` +
          `a role that the person takes, which has ${inlineLimits.role}. Nothing was touched.`,
      );
    }
    const policy = { PolicyName: this.policyName, PolicyDocument: document };
    if (kind === "user") {
      await this.client.send(new this.sdk.PutUserPolicyCommand({ UserName: name, ...policy }));
    } else {
      await this.client.send(new this.sdk.PutRolePolicyCommand({ RoleName: name, ...policy }));
    }
  }

  private async policyNames({ kind, name }: Person): Promise<readonly string[]> {
    const names: string[] = [];
    let marker: string | undefined;
    do {
      const more = marker !== undefined && { Marker: marker };
      const page =
        kind === "user"
          ? await this.client.send(new this.sdk.ListUserPoliciesCommand({ UserName: name, ...more }))
          : await this.client.send(new this.sdk.ListRolePoliciesCommand({ RoleName: name, ...more }));
      names.push(...(page.PolicyNames ?? []));
      marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (marker !== undefined);
    return names;
  }

  private async document({ kind, name }: Person, policy: string): Promise<string> {
    const answer =
      kind === "user"
        ? await this.client.send(new this.sdk.GetUserPolicyCommand({ UserName: name, PolicyName: policy }))
        : await this.client.send(new this.sdk.GetRolePolicyCommand({ RoleName: name, PolicyName: policy }));
    return answer.PolicyDocument ?? "";
  }

  private grantsIn(
    person: Person,
    arn: string | undefined,
    policies: readonly iamModule.PolicyDetail[] | undefined,
  ): PersonGrants {
    // IAM encodes documents as in URLs.
    const texts = (policies ?? []).map(({ PolicyName: name, PolicyDocument: document = "" }) => ({
      name,
      text: decoded(document),
    }));
    return {
      person,
      arn: arn ?? "",
      grants: texts.filter(({ name }) => name === this.policyName).flatMap(({ text }) => grantsOf(text)),
      otherPolicies: texts
        .filter(({ name }) => name !== this.policyName)
        .reduce((sum, { text }) => sum + policySize(text), 0),
    };
  }
}

function decoded(document: string): string {
  try {
    return decodeURIComponent(document);
  } catch {
    return document;
  }
}

/** `ann`, `role/operators`, or an ARN of either in this account. @throws UsageError for anything else. */
export function personOf(text: string, accountId: string): Person {
  const arn = /^arn:[\w-]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([\w+=,.@-]+)$/.exec(text);
  if (arn !== null) {
    const [, account = "", kind = "user", name = ""] = arn;
    if (account !== accountId) {
      throw new UsageError(
        `${text} is of account ${account}; the machines are in ${accountId}. Nothing was touched.`,
      );
    }
    return { kind: kind === "role" ? "role" : "user", name };
  }
  const plain = /^(?:(user|role)\/)?([\w+=,.@-]{1,128})$/.exec(text);
  if (plain === null) {
    throw new UsageError(
      `"${text}" is no person. Allowed: an IAM user (ann), a role (role/operators), or the ARN of either. Nothing was touched.`,
    );
  }
  return { kind: plain[1] === "role" ? "role" : "user", name: plain[2] ?? "" };
}

/** `30m`, `2h`, `1d`: milliseconds. @throws UsageError for anything else, and for more than the role allows. */
export function parseSpan(text: string, longestHours: number): number {
  const match = /^(\d{1,4})(m|h|d)$/.exec(text);
  const unit = { m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? ""] ?? 0;
  const span = Number(match?.[1] ?? 0) * unit;
  if (span <= 0) {
    throw new UsageError(`--for ${text} is no time. Allowed: 30m, 2h, 1d. Nothing was touched.`);
  }
  if (span > longestHours * 3_600_000) {
    throw new UsageError(
      `--for ${text} is longer than the role's access.longestHours allows (${longestHours} h). Nothing was touched.`,
    );
  }
  return span;
}

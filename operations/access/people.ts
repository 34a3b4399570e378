import type * as iamModule from "@aws-sdk/client-iam";
import { createRequire } from "node:module";
import { policySize } from "../../components/policy-document";
import type { StackContext } from "../../settings/stack-context";
import { groundworkCommand } from "../../guard/printed-command";
import type { AwsClientConfig } from "../engine/aws-clients";
import { FailedError, UsageError } from "../terminal/errors";
import {
  doorDemands,
  doorOf,
  doorTag,
  doorText,
  isPermissionSetRole,
  personThrough,
  trustPolicy,
} from "./doors";
import { grantsOf, grantsPolicy, grantsPolicyName, inlineLimits, type Grant, type Person } from "./grants";

const load = createRequire(__filename);

/** What a person has of a stack. */
export interface PersonGrants {
  readonly person: Person;
  readonly arn: string;
  readonly grants: readonly Grant[];
  /** Whom the role lets in that has still to be made for the person; absent where nothing has. */
  readonly principalArn?: string;
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
        const through = role.Tags?.find(({ Key }) => Key === doorTag)?.Value;
        const person: Person = {
          kind: "role",
          name: role.RoleName ?? "",
          ...(through !== undefined && { door: doorOf(through) }),
        };
        found.push(this.grantsIn(person, role.Arn, role.RolePolicyList));
      }
      marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (marker !== undefined);
    return found.filter(({ grants }) => grants.length > 0);
  }

  /** @throws UsageError when there is no such person. */
  async one(person: Person): Promise<PersonGrants> {
    const { door, kind, name } = person;
    if (door !== undefined) {
      const made = await this.find(person);
      if (made !== undefined) {
        return made;
      }
      // What is still to be made names the role that it is for, which has to be there.
      const { arn } = await this.standing({ kind: "role", name: door.role });
      return { person, arn: "", grants: [], otherPolicies: 0, principalArn: arn };
    }
    return this.standing({ kind, name });
  }

  private async standing(person: Person): Promise<PersonGrants> {
    const found = await this.find(person);
    if (found !== undefined) {
      return found;
    }
    throw new UsageError(
      `There is no IAM ${person.kind} ${person.name} in account ${this.context.accountId}. A person is an IAM user (ann), a role ` +
        "(role/operators), or what `aws sts get-caller-identity` shows of somebody who comes by IAM Identity Center. Nothing was touched.",
    );
  }

  /** Undefined where IAM has nobody of that name. */
  private async find(person: Person): Promise<PersonGrants | undefined> {
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
        return undefined;
      }
      throw error;
    }
  }

  /**
   * @returns ARN of whom the grants are written to.
   * @throws FailedError when it is more than IAM takes; nothing is changed then.
   */
  async write(had: PersonGrants, grants: readonly Grant[]): Promise<string> {
    const { person, otherPolicies } = had;
    const { door, kind, name } = person;
    if (grants.length === 0) {
      const PolicyName = this.policyName;
      if (kind === "user") {
        await this.client.send(new this.sdk.DeleteUserPolicyCommand({ UserName: name, PolicyName }));
      } else {
        await this.client.send(new this.sdk.DeleteRolePolicyCommand({ RoleName: name, PolicyName }));
        if (door !== undefined) {
          await this.client.send(new this.sdk.DeleteRoleCommand({ RoleName: name }));
        }
      }
      return had.arn;
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
    const arn = had.principalArn === undefined ? had.arn : await this.makeDoor(person, had.principalArn);
    const policy = { PolicyName: this.policyName, PolicyDocument: document };
    if (kind === "user") {
      await this.client.send(new this.sdk.PutUserPolicyCommand({ UserName: name, ...policy }));
    } else {
      await this.client.send(new this.sdk.PutRolePolicyCommand({ RoleName: name, ...policy }));
    }
    return arn;
  }

  /** The role through which people of Identity Center come. It goes with its last grant. */
  private async makeDoor({ door = { role: "" }, name }: Person, principalArn: string): Promise<string> {
    const { Role: role } = await this.client.send(
      new this.sdk.CreateRoleCommand({
        RoleName: name,
        Description: `Sessions on machines of ${this.context.project}-${this.context.stack}, by groundwork access`,
        ...doorDemands(this.context),
        AssumeRolePolicyDocument: trustPolicy(this.context, door, principalArn),
        Tags: [
          { Key: doorTag, Value: doorText(door) },
          { Key: "managed-by", Value: "groundwork" },
          { Key: "project", Value: this.context.project },
          { Key: "environment", Value: this.context.stack },
        ],
      }),
    );
    return role?.Arn ?? "";
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

/**
 * `ann`, `role/operators`, or an ARN of either in this account; for people of Identity Center the role of their permission set, or what
 * `aws sts get-caller-identity` shows of one of them. @throws UsageError for anything else.
 */
export function personOf(text: string, context: StackContext): Person {
  const session = /^arn:[\w-]+:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/.exec(text);
  const arn = /^arn:[\w-]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([\w+=,.@-]+)$/.exec(text);
  const account = session?.[1] ?? arn?.[1] ?? context.accountId;
  if (account !== context.accountId) {
    throw new UsageError(
      `${text} is of account ${account}; the machines are in ${context.accountId}. Nothing was touched.`,
    );
  }
  if (session !== null) {
    const [, , role = "", one = ""] = session;
    if (!isPermissionSetRole(role)) {
      throw new UsageError(
        `${text} is a session of ${role}, and IAM knows who takes a role of your own only when it is taken. Grant it to the role ` +
          `(role/${role}). Nothing was touched.`,
      );
    }
    return personThrough(context, { role, session: one });
  }
  const [, kind, name = ""] = arn?.slice(1) ?? /^(?:(user|role)\/)?([\w+=,.@-]{1,128})$/.exec(text) ?? [];
  if (name === "") {
    throw new UsageError(
      `"${text}" is no person. Allowed: an IAM user (ann), a role (role/operators), the ARN of either, or what ` +
        "`aws sts get-caller-identity` shows of somebody who comes by IAM Identity Center. Nothing was touched.",
    );
  }
  if (name.startsWith("AWSReservedSSO_") && !isPermissionSetRole(name)) {
    throw new UsageError(
      `"${name}" is no role of a permission set: these end with _ and 16 hexadecimal digits, as ` +
        "`aws iam list-roles --path-prefix /aws-reserved/sso.amazonaws.com/` shows them. Nothing was touched.",
    );
  }
  return kind === "role" && isPermissionSetRole(name)
    ? personThrough(context, { role: name })
    : { kind: kind === "role" ? "role" : "user", name };
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

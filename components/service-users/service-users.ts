import type { Scheme } from "../../settings/url-schemes";
import * as pulumi from "@pulumi/pulumi";
import { AccessKey } from "@pulumi/aws/iam/accessKey";
import { Policy } from "@pulumi/aws/iam/policy";
import { User } from "@pulumi/aws/iam/user";
import { UserPolicyAttachment } from "@pulumi/aws/iam/userPolicyAttachment";
import type { Grant, UsersSettings } from "../../settings/sections/users";
import { otherSlot, type Slot } from "../../settings/two-slots";
import { iamBounds } from "../iam-place";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import type { NewKey } from "./accepted";
import { grantPolicy, grantTargets, type GrantSources } from "./grants";
import { type Credentials, serviceUrl } from "./urls";

/** IAM's limit for a user's name. */
const MAX_USER_NAME = 64;

/** Without reports there is no report_writer and no report_reader, without messaging no sqs_readwriter. */
export interface ServiceUsersArgs extends GrantSources {
  readonly context: StackContext;
  readonly settings: UsersSettings;
  /** Ends when AWS takes a key; what is given out waits for it. Default: nothing is waited for. */
  readonly whenAccepted?: (key: NewKey) => Promise<void>;
}

/** What an application developer needs: the key, the secret, and the URLs with both in them. */
export interface ServiceUserCredentials extends Credentials {
  /** A URL for each service that the user may use, and for no other. */
  readonly urls: Partial<Record<Scheme, string>>;
}

/**
 * IAM users for applications that can have no role, each with what it needs and nothing else. `report_writer` and
 * `report_reader` exist wherever there are reports, `sqs_readwriter` wherever there is messaging, others by setting.
 *
 * Each has a key in one of two slots, and while it is being rotated in both: what is given out is the key of the current slot, and
 * a new one is given out when AWS takes it. So an update makes the new key, tries it, and then changes whatever has it.
 *
 * Policies are managed ones, one a grant, attached to each user that has it: inline policies of a user may not exceed
 * 2,048 characters together, and the same policies serve roles.
 */
export class ServiceUsers extends pulumi.ComponentResource {
  /** User (`report_writer`) to credentials; secret as a whole. */
  readonly credentials: pulumi.Output<Record<string, ServiceUserCredentials>>;

  private readonly name: string;
  private readonly args: ServiceUsersArgs;
  private readonly policies = new Map<Grant, Policy>();

  constructor(name: string, args: ServiceUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:users:ServiceUsers", name, {}, opts);
    this.name = name;
    this.args = args;

    const users: [string, readonly Grant[]][] = [
      ...(args.reports === undefined
        ? []
        : ([
            ["report_writer", ["reports:write"]],
            ["report_reader", ["reports:read"]],
          ] satisfies [string, Grant[]][])),
      ...(args.messaging === undefined
        ? []
        : ([["sqs_readwriter", ["queues:all"]]] satisfies [string, Grant[]][])),
      ...Object.entries(args.settings.additional).map(([user, { grants }]): [string, readonly Grant[]] => [
        user,
        grants,
      ]),
    ];
    // Whatever the parts are marked as: nothing of this is for a screen or a log.
    this.credentials = pulumi.secret(
      pulumi.output(
        Object.fromEntries(users.map(([user, grants]) => [user, this.createUser(user, new Set(grants))])),
      ),
    );
    this.registerOutputs({ credentials: this.credentials });
  }

  private createUser(user: string, grants: ReadonlySet<Grant>): pulumi.Output<ServiceUserCredentials> {
    const { context } = this.args;
    const userName = physicalName(context, user);
    if (userName.length > MAX_USER_NAME) {
      throw new Error(
        `users: "${userName}" has ${userName.length} characters; IAM allows ${MAX_USER_NAME}. Choose a shorter name than "${user}".`,
      );
    }
    const iamUser = new User(
      `${this.name}-${user}`,
      {
        ...iamBounds(context),
        name: userName,
        path: `${context.iam?.path ?? "/"}${context.project}/${context.stack}/`,
        // A user with a key that somebody made by hand is not deleted without that somebody knowing.
        forceDestroy: false,
      },
      { parent: this },
    );
    const attachments = [...grants].map(
      (grant) =>
        new UserPolicyAttachment(
          `${this.name}-${user}-${grant.replace(":", "-")}`,
          { user: iamUser.name, policyArn: this.policy(grant).arn },
          { parent: this },
        ),
    );
    const { current = "a", other = "none" } = this.args.settings.keys[user] ?? {};
    const keyIn = (slot: Slot, status?: "Inactive"): AccessKey =>
      new AccessKey(
        `${this.name}-${user}-key-${slot}`,
        { user: iamUser.name, ...(status !== undefined && { status }) },
        // A key that exists is a key that can do what its user may: nobody gets one that is refused everything.
        { parent: this, dependsOn: attachments },
      );
    const key = keyIn(current);
    if (other !== "none") {
      keyIn(otherSlot(current), other === "inactive" ? "Inactive" : undefined);
    }
    const { region } = context;
    return pulumi
      .all([key.id, key.secret, key.createDate])
      .apply(async ([accessKeyId, secretAccessKey, createDate]) => {
        const credentials = { accessKeyId, secretAccessKey };
        // While there are two, who has the old one loses nothing by waiting until the new one works.
        if (other !== "none") {
          await this.args.whenAccepted?.({ ...credentials, createDate, region, user });
        }
        return { ...credentials, urls: this.urls(grants, credentials) };
      });
  }

  private policy(grant: Grant): Policy {
    const existing = this.policies.get(grant);
    if (existing !== undefined) {
      return existing;
    }
    const { context } = this.args;
    const suffix = grant.replace(":", "-");
    const policy = new Policy(
      `${this.name}-${suffix}`,
      {
        name: physicalName(context, suffix),
        path: `${context.iam?.path ?? "/"}${context.project}/${context.stack}/`,
        description: `${grant} in ${context.project} ${context.stack}`,
        policy: grantPolicy(grant, context, grantTargets(this.args)),
      },
      { parent: this },
    );
    this.policies.set(grant, policy);
    return policy;
  }

  private urls(grants: ReadonlySet<Grant>, credentials: Credentials): Partial<Record<Scheme, string>> {
    const { context, reports, messaging } = this.args;
    const url = (scheme: Scheme, resource: string): Partial<Record<Scheme, string>> => ({
      [scheme]: serviceUrl({ scheme, credentials, region: context.region, resource }),
    });
    const usesReports = grants.has("reports:write") || grants.has("reports:read");
    return {
      ...(usesReports && reports !== undefined
        ? { ...url("dynamodb", mainTable(reports.tableNames)), ...url("s3", reports.bucketName) }
        : {}),
      ...(grants.has("queues:all") && messaging !== undefined ? url("sqs", messaging.controlPrefix) : {}),
    };
  }
}

/** The URL names one table: the one called `reports`, or the first by name where none is. */
function mainTable(tableNames: Readonly<Record<string, string>>): string {
  const [first] = Object.keys(tableNames).sort();
  const name = tableNames["reports"] ?? tableNames[first ?? ""];
  if (name === undefined) {
    throw new Error("reports: there is no table that a user's URL could name.");
  }
  return name;
}

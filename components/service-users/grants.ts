import type { Grant } from "../../settings/sections/users";
import { bucketArn, queueArn, tableArn, tableIndexesArn } from "../arns";
import { policyDocument, type Statement } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

/** What the grants are about, by names that are fixed before anything exists. */
export interface GrantTargets {
  readonly reports?: {
    readonly tableNames: readonly string[];
    readonly indexedTableNames: readonly string[];
    readonly bucketName: string;
  };
  readonly queues?: {
    readonly prefix: string;
    /** Of the queues that the stack declares. */
    readonly names: readonly string[];
  };
}

/** IAM counts every character of a managed policy but white space, of which there is none here. */
const MAX_POLICY_CHARACTERS = 6144;

/**
 * The least policy for a grant:
 *
 * | grant | allows |
 * |---|---|
 * | `reports:write` | PutItem in the tables, PutObject in the bucket |
 * | `reports:read` | Query, GetItem, BatchGetItem in the tables, Query in their indexes, GetObject in the bucket |
 * | `queues:all` | everything on queues whose name begins with the prefix, making and deleting them included |
 * | `queues:send` | SendMessage to the declared queues, and finding them |
 * | `queues:receive` | ReceiveMessage, DeleteMessage, ChangeMessageVisibility in the declared queues, and finding them |
 *
 * No KMS permission: keys of tables, bucket and queues let in who comes through the service, be they the services' or the stack's own.
 *
 * @throws Error when what the grant is about does not exist in this stack, or the policy outgrows IAM's limit.
 */
export function grantPolicy(grant: Grant, context: StackContext, targets: GrantTargets): string {
  const document = policyDocument(grantStatements(grant, context, targets));
  if (document.length > MAX_POLICY_CHARACTERS) {
    throw new Error(
      `users: the policy for "${grant}" has ${document.length} characters; IAM allows ${MAX_POLICY_CHARACTERS}. ` +
        `It names every table: have fewer tables in one stack.`,
    );
  }
  return document;
}

/** The parts of a stack that grants can be about. */
export interface GrantSources {
  readonly reports?: {
    /** Key in the settings to the table's name. */
    readonly tableNames: Readonly<Record<string, string>>;
    readonly indexedTableNames: readonly string[];
    readonly bucketName: string;
  };
  readonly messaging?: {
    readonly controlPrefix: string;
    /** Key in the settings to the queue's name. */
    readonly queueNames: Readonly<Record<string, string>>;
  };
}

export function grantTargets({ reports, messaging }: GrantSources): GrantTargets {
  return {
    reports: reports && { ...reports, tableNames: Object.values(reports.tableNames) },
    queues: messaging && { prefix: messaging.controlPrefix, names: Object.values(messaging.queueNames) },
  };
}

/** Those of one grant. @throws Error as grantPolicy does for what does not exist. */
export function grantStatements(grant: Grant, context: StackContext, targets: GrantTargets): Statement[] {
  switch (grant) {
    case "reports:write": {
      const { tableNames, bucketName } = reportsOf(grant, targets);
      return [
        allow("PutItems", ["dynamodb:PutItem"], tables(context, tableNames)),
        inOwnAccount(context, allow("PutObjects", ["s3:PutObject"], [`${bucketArn(context, bucketName)}/*`])),
      ];
    }
    case "reports:read": {
      const { tableNames, indexedTableNames, bucketName } = reportsOf(grant, targets);
      const indexes = indexedTableNames.map((name) => tableIndexesArn(context, name));
      return [
        allow(
          "ReadItems",
          ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"],
          tables(context, tableNames),
        ),
        ...(indexes.length > 0 ? [allow("QueryIndexes", ["dynamodb:Query"], indexes)] : []),
        inOwnAccount(context, allow("GetObjects", ["s3:GetObject"], [`${bucketArn(context, bucketName)}/*`])),
      ];
    }
    case "queues:all": {
      const { prefix } = queuesOf(grant, targets);
      return [allow("QueuesUnderPrefix", ["sqs:*"], [queueArn(context, `${prefix}*`)])];
    }
    case "queues:send":
      return [
        allow("SendMessages", [...findingQueues, "sqs:SendMessage"], declaredQueues(grant, context, targets)),
      ];
    case "queues:receive":
      return [
        allow(
          "ReceiveMessages",
          [...findingQueues, "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"],
          declaredQueues(grant, context, targets),
        ),
      ];
  }
}

function allow(sid: string, actions: readonly string[], resources: readonly string[]): Statement {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources };
}

/**
 * A bucket's ARN names no account. Should the bucket ever be gone and its name be taken by a stranger, reports must
 * not go there.
 */
function inOwnAccount(context: StackContext, statement: Statement): Statement {
  return { ...statement, Condition: { StringEquals: { "aws:ResourceAccount": context.accountId } } };
}

function tables(context: StackContext, names: readonly string[]): string[] {
  return names.map((name) => tableArn(context, name));
}

function reportsOf(grant: Grant, { reports }: GrantTargets): NonNullable<GrantTargets["reports"]> {
  if (reports === undefined) {
    throw missing(grant, "reports");
  }
  return reports;
}

/** What every SQS client begins with. */
const findingQueues = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"] as const;

function queuesOf(grant: Grant, { queues }: GrantTargets): NonNullable<GrantTargets["queues"]> {
  if (queues === undefined) {
    throw missing(grant, "messaging");
  }
  return queues;
}

function declaredQueues(grant: Grant, context: StackContext, targets: GrantTargets): string[] {
  const { names } = queuesOf(grant, targets);
  if (names.length === 0) {
    throw new Error(
      `users: "${grant}" is about declared queues, and this stack has none. Declare one or take the grant away.`,
    );
  }
  return names.map((name) => queueArn(context, name));
}

function missing(grant: Grant, section: string): Error {
  return new Error(
    `users: "${grant}" is about the section "${section}", which this stack does not have. Add the section or take the grant away.`,
  );
}

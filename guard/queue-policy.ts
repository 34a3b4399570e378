import { covers } from "./iam-glob";
import type { ClauseLock } from "./stateful-type";
import { isRecord, parseJson } from "./unknown";

/** What takes messages from a queue all at once: with it, and without it. */
export const queueEnds: readonly string[] = ["sqs:DeleteQueue", "sqs:PurgeQueue"];

/**
 * The lock of an SQS queue, which has no deletion protection: its own policy denies everybody to delete and to empty it. A
 * denial in a queue's policy outranks every permission, of the account's own users and roles too; who may call
 * SetQueueAttributes takes it off again, and the root user may edit a policy that denies everybody.
 *
 * Sources: AWS re:Post, https://repost.aws/knowledge-center/sqs-queue-access-permissions (same account, IAM policy allows,
 * queue's policy denies: denied); Amazon SQS Developer Guide,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-creating-custom-policies-relationships-between-explicit-default-denials.html
 */
export const queueStays: ClauseLock = {
  path: "policy",
  on: `one that denies everybody ${queueEnds.join(" and ")}`,
  absent: "off",
  holds: (policy) => {
    const denied = statementsOf(policy).filter(deniesEverybody).flatMap(actionsOf);
    return queueEnds.every((action) => denied.some((pattern) => covers(pattern, action)));
  },
  without: (policy) => {
    const document = typeof policy === "string" ? parseJson(policy) : policy;
    if (!isRecord(document)) {
      return policy;
    }
    const rest = {
      ...document,
      Statement: statementsOf(document).filter(
        (statement) =>
          !deniesEverybody(statement) ||
          !actionsOf(statement).some((pattern) => queueEnds.some((action) => covers(pattern, action))),
      ),
    };
    return typeof policy === "string" ? JSON.stringify(rest) : rest;
  },
};

function statementsOf(policy: unknown): readonly Readonly<Record<string, unknown>>[] {
  const document = typeof policy === "string" ? parseJson(policy) : policy;
  return isRecord(document) ? listed(document["Statement"]).filter(isRecord) : [];
}

/** Everybody, and always: with a condition somebody is left, or some time. */
function deniesEverybody(statement: Readonly<Record<string, unknown>>): boolean {
  const { Effect: effect, Principal: principal, Condition: condition } = statement;
  const who = isRecord(principal) ? listed(principal["AWS"]) : [principal];
  return effect === "Deny" && who.includes("*") && condition === undefined;
}

function actionsOf(statement: Readonly<Record<string, unknown>>): readonly string[] {
  return listed(statement["Action"]).filter((action) => typeof action === "string");
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

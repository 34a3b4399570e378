import type { ClauseLock } from "../stateful-type";
import { deniesEverybody, statementsOf } from "./resource-policy";
import { isRecord, parseJson } from "../unknown";

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
    const statements = statementsOf(policy);
    return queueEnds.every((action) => statements.some((statement) => deniesEverybody(statement, action)));
  },
  without: (policy) => {
    const document = typeof policy === "string" ? parseJson(policy) : policy;
    if (!isRecord(document)) {
      return policy;
    }
    const rest = {
      ...document,
      Statement: statementsOf(document).filter(
        (statement) => !queueEnds.some((action) => deniesEverybody(statement, action)),
      ),
    };
    return typeof policy === "string" ? JSON.stringify(rest) : rest;
  },
};

import type * as pulumi from "@pulumi/pulumi";
import { Queue } from "@pulumi/aws/sqs/queue";
import type { QueueSettings } from "../../settings/sections/messaging";
import { queueEnds } from "../../guard/life/queue-policy";
import { accountArn, queueArn } from "../arns";
import { guarded, isLocked } from "../guard/guarded";
import { applicationName } from "../names";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

/** Seconds; SQS's longest. A message's age goes on from when it was first sent, so nothing shorter outlasts the queue. */
const DEAD_LETTER_RETENTION_SECONDS = 1_209_600;

/** Seconds; SQS's longest. A receive waits for a message instead of returning empty, which is billed as well. */
const LONG_POLL_SECONDS = 20;

export interface QueueArgs {
  readonly context: StackContext;
  /** Key in the settings; the queue is `<stack>_<key>`. */
  readonly key: string;
  readonly settings: QueueSettings;
  readonly parent: pulumi.Resource;
}

/** `<stack>_<key>`; a FIFO queue's name must end so, as its dead-letter queue's must, which is FIFO too. */
export function queueName(context: StackContext, key: string, { fifo }: Pick<QueueSettings, "fifo">): string {
  return `${applicationName(context, key)}${fifo ? ".fifo" : ""}`;
}

/**
 * At guarded levels nobody deletes or empties a queue, whatever other policies say; the denial has to come off first. It is
 * an input of the queue and no resource beside it: a destroy would take that first. The account's statement is there at
 * every level, and grants nothing that IAM policies of the account do not: a policy needs a statement, and the provider
 * leaves one as it is that the program no longer names.
 */
function queuePolicy(context: StackContext, queue: string): string {
  const resource = [queueArn(context, queue)];
  return policyDocument([
    {
      Sid: "Owner",
      Effect: "Allow",
      Principal: { AWS: accountArn(context) },
      Action: ["sqs:GetQueueAttributes"],
      Resource: resource,
    },
    ...(isLocked(context)
      ? [
          {
            Sid: "Stays",
            Effect: "Deny" as const,
            Principal: "*" as const,
            Action: queueEnds,
            Resource: resource,
          },
        ]
      : []),
  ]);
}

/**
 * A queue with the dead-letter queue that takes what could not be handled. Messages are encrypted
 * with SQS's own keys, unless groundwork:encryption has others.
 */
export function createQueue(name: string, args: QueueArgs): Queue {
  const { context, key, settings, parent } = args;
  const physical = queueName(context, key, settings);
  const deadLetterName = queueName(context, `${key}_dead`, settings);
  const kind = settings.fifo ? { fifoQueue: true } : {};

  const deadLetters = new Queue(
    `${name}-dead`,
    {
      name: deadLetterName,
      ...kind,
      messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS,
      sqsManagedSseEnabled: true,
      policy: queuePolicy(context, deadLetterName),
      // Takes letters of this one queue. By ARN, not by output: each of the two names the other.
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: "byQueue",
        sourceQueueArns: [queueArn(context, physical)],
      }),
      tags: { Name: deadLetterName },
    },
    guarded("aws:sqs/queue:Queue", context, { parent }),
  );
  const queue = new Queue(
    name,
    {
      name: physical,
      ...kind,
      visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
      messageRetentionSeconds: settings.messageRetentionSeconds,
      delaySeconds: settings.delaySeconds,
      receiveWaitTimeSeconds: LONG_POLL_SECONDS,
      sqsManagedSseEnabled: true,
      policy: queuePolicy(context, physical),
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(context, deadLetterName),
        maxReceiveCount: settings.maxReceiveCount,
      }),
      tags: { Name: physical },
    },
    // SQS refuses a dead-letter queue that is not there.
    guarded("aws:sqs/queue:Queue", context, { parent, dependsOn: [deadLetters] }),
  );

  return queue;
}

import { z } from "zod";
import { floorText, format, setting } from "../describe";
import { snsTopicArn } from "../formats";

const queueSettings = z.strictObject({
  fifo: setting(z.boolean().default(false), {
    description:
      "A FIFO queue: in order, each message once, its name ending in `.fifo`. Fixed: a change is another queue.",
    why: "false: standard queues have no limit on throughput.",
  }),
  visibilityTimeoutSeconds: setting(z.number().int().min(0).max(43200).default(30), {
    description: "How long a received message stays invisible to others. Longer than its handling takes.",
    unit: "seconds",
    why: "As SQS has it.",
  }),
  messageRetentionSeconds: setting(z.number().int().min(60).max(1209600).default(345600), {
    description: `How long an unread message is kept; the dead-letter queue keeps for 14 days. ${floorText("queuedMessages")}`,
    unit: "seconds",
    why: "Four days, as SQS has it: longer than a weekend.",
  }),
  delaySeconds: setting(z.number().int().min(0).max(900).default(0), {
    description: "How long a new message stays invisible. Less than messageRetentionSeconds.",
    unit: "seconds",
    why: "None, as SQS has it.",
  }),
  maxReceiveCount: setting(z.number().int().min(1).max(1000).default(5), {
    description:
      "Receives after which a message goes to the dead-letter queue. So many times visibilityTimeoutSeconds must be " +
      "less than messageRetentionSeconds, or the message is gone before.",
    unit: "receives",
    why: "Low enough that a message that crashes its readers stops soon, high enough for a restart or two.",
  }),
  alarms: setting(
    z
      .strictObject({
        ageSeconds: setting(z.number().int().min(1).max(1209599).default(900), {
          description: "Alarm when the oldest message is older. Must be less than messageRetentionSeconds.",
          unit: "seconds",
          why: "A quarter of an hour without a reader is worth a look.",
        }),
        depth: setting(z.number().int().min(1).default(1000), {
          description: "Alarm when more messages wait.",
          unit: "messages",
        }),
      })
      .prefault({}),
    { description: "When CloudWatch raises an alarm over the queue." },
  ),
});
export type QueueSettings = z.infer<typeof queueSettings>;

/** What SQS allows in a queue's name. Without dots: `.fifo` is added by the program. */
const queueNamePart = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/);

export const messagingSettings = setting(
  z.strictObject({
    queues: setting(
      z
        .record(
          format(queueNamePart, {
            allowed: "letters, digits, hyphens and underscores, beginning with a letter",
          }),
          queueSettings,
        )
        .default({}),
      {
        description:
          "Queues that the program makes: key k becomes the queue `<stack>_k` and its dead-letter queue `<stack>_k_dead`. " +
          "SQS allows 80 characters for the whole name, `.fifo` included. None may lie under controlPrefix.",
        examples: [{ mail: { maxReceiveCount: 3 } }],
      },
    ),
    controlPrefix: setting(queueNamePart.max(40).optional(), {
      description:
        "Queues that the application makes by itself begin with this, and sqs_readwriter may do anything with these and " +
        "no others. Must begin with the stack's name, so that two stacks in one account never share queues.",
      why: "At most 40 characters, which leaves 40 of the 80 to the application.",
      allowed: "up to 40 letters, digits, hyphens and underscores, beginning with the stack's name",
      defaultText: "<stack>_control_",
      examples: ["dev_control_"],
    }),
    alarmTopicArns: setting(z.array(snsTopicArn).default([]), {
      description: "SNS topics that get the alarms, in the stack's own region.",
      defaultText: "none: those of groundwork:alarms, where the stack has any",
      allowed: "a list of ARNs of SNS topics in aws:region",
      examples: [["arn:aws:sns:eu-west-1:123456789012:alarms"]],
    }),
  }),
  { description: "SQS queues with dead-letter queues and alarms, and the prefix of the application's own." },
);
export type MessagingSettings = z.infer<typeof messagingSettings>;

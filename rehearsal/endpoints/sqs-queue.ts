import { createHash } from "node:crypto";
import type { CloudRecord } from "../cloud/store";
import { numberOf, recordOf, textOf, type Values } from "../interpreter/values";
import { ApiError, type ApiCall } from "./call";

export const queueType = "aws:sqs/queue:Queue";
/** What lies in a queue: `queueUrl`, `body`, and when it was sent, can be seen and was received. */
export const messageType = "aws:sqs/message:Message";

interface QueueAttribute {
  readonly attribute: string;
  /** The provider's name for it. */
  readonly property: string;
  readonly kind: "number" | "boolean" | "text";
  readonly absent?: string;
}

/** Settable attributes, by the SQS API reference (CreateQueue). */
const attributes: readonly QueueAttribute[] = [
  { attribute: "VisibilityTimeout", property: "visibilityTimeoutSeconds", kind: "number", absent: "30" },
  {
    attribute: "MessageRetentionPeriod",
    property: "messageRetentionSeconds",
    kind: "number",
    absent: "345600",
  },
  { attribute: "DelaySeconds", property: "delaySeconds", kind: "number", absent: "0" },
  { attribute: "MaximumMessageSize", property: "maxMessageSize", kind: "number", absent: "262144" },
  {
    attribute: "ReceiveMessageWaitTimeSeconds",
    property: "receiveWaitTimeSeconds",
    kind: "number",
    absent: "0",
  },
  { attribute: "SqsManagedSseEnabled", property: "sqsManagedSseEnabled", kind: "boolean", absent: "true" },
  { attribute: "FifoQueue", property: "fifoQueue", kind: "boolean" },
  { attribute: "ContentBasedDeduplication", property: "contentBasedDeduplication", kind: "boolean" },
  { attribute: "Policy", property: "policy", kind: "text" },
  { attribute: "RedrivePolicy", property: "redrivePolicy", kind: "text" },
  { attribute: "RedriveAllowPolicy", property: "redriveAllowPolicy", kind: "text" },
  { attribute: "KmsMasterKeyId", property: "kmsMasterKeyId", kind: "text" },
];

/** Where a message is, as SQS tells them apart. */
export type MessageState = "visible" | "delayed" | "in flight";

/** The queue of a URL. SQS looks at the URL's path only. */
export function queueAt(url: string, call: ApiCall): CloudRecord {
  const [, account = "", name = ""] = /^(?:https?:\/\/[^/]+)?\/(\d{12})\/([\w.-]+)$/.exec(url) ?? [];
  if (account === "") {
    throw new ApiError("InvalidAddress", `The address ${url} is not valid for this endpoint.`, 404);
  }
  if (account !== call.account) {
    throw new ApiError(
      "AccessDenied",
      `User: arn:aws:iam::${call.account}:user/rehearsal is not authorized to perform this on resource: ` +
        `arn:aws:sqs:${call.region}:${account}:${name}`,
      403,
    );
  }
  return queueNamed(name, call) ?? noSuchQueue();
}

export function queueNamed(name: string, { hands }: ApiCall): CloudRecord | undefined {
  return hands.ofType(queueType).find(({ id }) => id.split("/").at(-1) === name);
}

export function noSuchQueue(): never {
  throw new ApiError(
    "QueueDoesNotExist",
    "The specified queue does not exist.",
    400,
    "AWS.SimpleQueueService.NonExistentQueue",
  );
}

/** Messages that are not older than the queue keeps them, oldest first. */
export function messagesOf(queue: CloudRecord, { hands }: ApiCall, now: number): readonly CloudRecord[] {
  const kept = 1000 * (numberOf(queue.outputs, "messageRetentionSeconds") ?? 345_600);
  return hands
    .ofType(messageType)
    .filter(({ inputs }) => textOf(inputs, "queueUrl") === queue.id)
    .filter((message) => now - sentAt(message) <= kept)
    .sort((a, b) => sentAt(a) - sentAt(b) || a.id.localeCompare(b.id));
}

export function sentAt(message: CloudRecord): number {
  return Date.parse(textOf(message.inputs, "sentAt") || message.createdAt);
}

export function stateOf({ inputs }: CloudRecord, now: number): MessageState {
  const visibleAt = textOf(inputs, "visibleAt");
  if (visibleAt === "" || Date.parse(visibleAt) <= now) return "visible";
  return (numberOf(inputs, "receiveCount") ?? 0) > 0 ? "in flight" : "delayed";
}

export function attributesOf(queue: CloudRecord, call: ApiCall, now: number): Record<string, string> {
  const states = messagesOf(queue, call, now).map((message) => stateOf(message, now));
  const count = (state: MessageState): string => String(states.filter((each) => each === state).length);
  const created = String(Math.floor(Date.parse(queue.createdAt) / 1000));
  const settable = attributes.flatMap(({ attribute, property, absent }): [string, string][] => {
    const value = queue.outputs[property];
    const text =
      typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? String(value)
        : "";
    const told = text === "" ? absent : text;
    // What is not so is not told of a standard queue.
    return told === undefined || (absent === undefined && told === "false") ? [] : [[attribute, told]];
  });
  return {
    QueueArn: `arn:aws:sqs:${call.region}:${call.account}:${queue.id.split("/").at(-1) ?? ""}`,
    ApproximateNumberOfMessages: count("visible"),
    ApproximateNumberOfMessagesNotVisible: count("in flight"),
    ApproximateNumberOfMessagesDelayed: count("delayed"),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    ...Object.fromEntries(settable),
  };
}

/** The provider's properties of what CreateQueue was given. */
export function propertiesOf(given: Readonly<Record<string, string>>): Record<string, Values[string]> {
  const known = new Map(attributes.map((each) => [each.attribute, each]));
  return Object.fromEntries(
    Object.entries(given).map(([attribute, value]) => {
      const meant = known.get(attribute);
      if (meant === undefined) {
        throw new ApiError("InvalidAttributeName", `Unknown Attribute ${attribute}.`);
      }
      const { property, kind } = meant;
      return [property, kind === "number" ? Number(value) : kind === "boolean" ? value === "true" : value];
    }),
  );
}

export function tagsOf(queue: CloudRecord): Values {
  return { ...recordOf(queue.outputs, "tags"), ...recordOf(queue.outputs, "tagsAll") };
}

/** SQS proves by it that a body has arrived whole; callers check it. */
export function digestOf(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

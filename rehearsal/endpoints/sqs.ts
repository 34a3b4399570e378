import { randomUUID } from "node:crypto";
import { deletionIsAllowed, entries } from "../catalogue/entries/aws/sqs";
import type { Cloud } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { numberOf, textOf, type Values } from "../interpreter/values";
import { arnOf } from "../packages/aws/arns";
import { Random } from "../interpreter/random";
import { ApiError, callOf, carryOut, readOf, type ApiCall, type Operation } from "./call";
import { countFor } from "./metrics";
import {
  attributesOf,
  digestOf,
  messagesOf,
  messageType,
  noSuchQueue,
  propertiesOf,
  queueAt,
  queueNamed,
  queueType,
  sentAt,
  stateOf,
  tagsOf,
} from "./sqs-queue";

// What is checked, and in which words, is from the SQS API reference.

type Attributes = Readonly<Record<string, string>>;

/** Seconds for which a deleted queue's name cannot be used again. */
const nameRests = 60;
/** Forgotten when the rehearsal ends: the next command may use the name again. */
const deletions = new WeakMap<Cloud, Map<string, number>>();

function deletionsOf({ cloud }: ApiCall): Map<string, number> {
  const known = deletions.get(cloud) ?? new Map<string, number>();
  deletions.set(cloud, known);
  return known;
}

function reading<Input, Output>(
  name: string,
  act: (input: Input, call: ApiCall) => Output,
): Operation<Input, Output> {
  return (input, call) => carryOut(call, readOf("sqs", name), () => act(input, call));
}

const listQueues = reading(
  "ListQueues",
  (
    input: { readonly QueueNamePrefix?: string; readonly MaxResults?: number; readonly NextToken?: string },
    call,
  ) => {
    const { QueueNamePrefix: prefix = "", MaxResults: most, NextToken: token } = input;
    if (most !== undefined && !(most >= 1 && most <= 1000)) {
      throw new ApiError(
        "InvalidParameterValue",
        "Value for parameter MaxResults is invalid. Reason: Must be between 1 and 1000, if provided.",
      );
    }
    const urls = call.hands
      .ofType(queueType)
      .map(({ id }) => id)
      .filter((id) => (id.split("/").at(-1) ?? "").startsWith(prefix))
      .sort();
    const from = token === undefined ? 0 : urls.findIndex((url) => url > decoded(token));
    const page = from < 0 ? [] : urls.slice(from, from + (most ?? 1000));
    const last = page.at(-1);
    // Without MaxResults SQS gives the first thousand and no way to the rest.
    const more = most !== undefined && last !== undefined && urls.at(-1) !== last;
    return {
      ...(page.length > 0 && { QueueUrls: page }),
      ...(more && { NextToken: Buffer.from(last).toString("base64") }),
    };
  },
);

function decoded(token: string): string {
  return Buffer.from(token, "base64").toString();
}

const getQueueUrl = reading("GetQueueUrl", ({ QueueName: name }: { readonly QueueName: string }, call) => ({
  QueueUrl: (queueNamed(name, call) ?? noSuchQueue()).id,
}));

const getQueueAttributes = reading(
  "GetQueueAttributes",
  (input: { readonly QueueUrl: string; readonly AttributeNames?: readonly string[] }, call) => {
    const all = attributesOf(queueAt(input.QueueUrl, call), call, Date.now());
    const names = input.AttributeNames ?? [];
    const wanted = names.includes("All") ? Object.keys(all) : names;
    return {
      Attributes: Object.fromEntries(
        wanted.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])),
      ),
    };
  },
);

const listQueueTags = reading("ListQueueTags", ({ QueueUrl: url }: { readonly QueueUrl: string }, call) => ({
  Tags: tagsOf(queueAt(url, call)),
}));

interface CreateQueueInput {
  readonly QueueName: string;
  readonly Attributes?: Attributes;
  readonly tags?: Attributes;
}

const createQueue: Operation<CreateQueueInput, unknown> = (input, call) => {
  const { QueueName: name, Attributes: given = {}, tags = {} } = input;
  const url = `https://sqs.${call.region}.amazonaws.com/${call.account}/${name}`;
  return carryOut(call, callOf("create", queueType, name, url), () => {
    const properties = propertiesOf(given);
    if (!/^[\w-]+(\.fifo)?$/.test(name) || name.length > 80) {
      throw new ApiError(
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    }
    const there = queueNamed(name, call);
    if (there !== undefined) {
      if (Object.entries(properties).every(([key, value]) => there.outputs[key] === value)) {
        return { QueueUrl: there.id };
      }
      throw new ApiError(
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute(s).",
        400,
        "QueueAlreadyExists",
      );
    }
    if (Date.now() - (deletionsOf(call).get(url) ?? 0) < nameRests * 1000) {
      throw new ApiError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
        400,
        "AWS.SimpleQueueService.QueueDeletedRecently",
      );
    }
    const place = { account: call.account, region: call.region };
    const subject = { type: queueType, name, id: url, place, inputs: { name, ...properties }, outputs: {} };
    for (const rule of entries[queueType]?.refuseInputs ?? []) {
      const refusal = rule(subject.inputs, call.hands, subject);
      if (refusal) throw new ApiError(refusal.code, refusal.message, refusal.status);
    }
    const inputs: Values = { name, ...properties, tags };
    const now = new Date().toISOString();
    const arn = arnOf({ ...subject, inputs, random: new Random(), now });
    call.hands.put({
      type: queueType,
      id: url,
      name,
      inputs,
      outputs: { ...inputs, tagsAll: tags, url, arn },
      createdAt: now,
    });
    return { QueueUrl: url };
  });
};

const deleteQueue: Operation<{ readonly QueueUrl: string }, unknown> = ({ QueueUrl: url }, call) =>
  carryOut(call, callOf("delete", queueType, url.split("/").at(-1) ?? url, url), () => {
    const queue = queueAt(url, call);
    const place = { account: call.account, region: call.region };
    const draft = { ...queue, place, random: new Random(), now: new Date().toISOString() };
    const refusal = deletionIsAllowed(draft, call.hands);
    if (refusal) throw new ApiError(refusal.code, refusal.message, refusal.status);
    call.hands.remove(queueType, queue.id);
    entries[queueType]?.afterDelete?.(draft, call.hands);
    deletionsOf(call).set(queue.id, Date.now());
    return {};
  });

interface SendMessageInput {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
}

const sendMessage: Operation<SendMessageInput, unknown> = (input, call) =>
  carryOut(call, callOf("create", messageType, nameAt(input.QueueUrl)), () => {
    const queue = queueAt(input.QueueUrl, call);
    if (input.MessageBody === "") {
      throw new ApiError("MissingParameter", "The request must contain the parameter MessageBody.");
    }
    const id = randomUUID();
    const now = Date.now();
    const delay = input.DelaySeconds ?? numberOf(queue.outputs, "delaySeconds") ?? 0;
    call.hands.put({
      type: messageType,
      id,
      inputs: {
        queueUrl: queue.id,
        body: input.MessageBody,
        sentAt: new Date(now).toISOString(),
        visibleAt: new Date(now + delay * 1000).toISOString(),
        receiveCount: 0,
      },
    });
    countFor(nameAt(queue.id), "NumberOfMessagesSent", 1, call);
    return { MessageId: id, MD5OfMessageBody: digestOf(input.MessageBody) };
  });

interface ReceiveMessageInput {
  readonly QueueUrl: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
}

/** Answers at once: a long poll would only be a wait here. */
const receiveMessage: Operation<ReceiveMessageInput, unknown> = (input, call) =>
  carryOut(call, callOf("update", messageType, nameAt(input.QueueUrl)), () => {
    const queue = queueAt(input.QueueUrl, call);
    const now = Date.now();
    const hidden = input.VisibilityTimeout ?? numberOf(queue.outputs, "visibilityTimeoutSeconds") ?? 30;
    const received = messagesOf(queue, call, now)
      .filter((message) => stateOf(message, now) === "visible")
      .slice(0, input.MaxNumberOfMessages ?? 1)
      .map((message) => handedOut(message, now + hidden * 1000, call));
    const name = nameAt(queue.id);
    if (received.length === 0) countFor(name, "NumberOfEmptyReceives", 1, call);
    else countFor(name, "NumberOfMessagesReceived", received.length, call);
    return received.length === 0 ? {} : { Messages: received };
  });

function handedOut(message: CloudRecord, visibleAt: number, call: ApiCall): unknown {
  const body = textOf(message.inputs, "body");
  const receiveCount = (numberOf(message.inputs, "receiveCount") ?? 0) + 1;
  call.hands.put({
    ...message,
    inputs: { ...message.inputs, visibleAt: new Date(visibleAt).toISOString(), receiveCount },
  });
  return {
    MessageId: message.id,
    ReceiptHandle: Buffer.from(`${message.id} ${String(receiveCount)}`).toString("base64"),
    Body: body,
    MD5OfBody: digestOf(body),
    Attributes: { SentTimestamp: String(sentAt(message)), ApproximateReceiveCount: String(receiveCount) },
  };
}

const deleteMessage: Operation<{ readonly QueueUrl: string; readonly ReceiptHandle: string }, unknown> = (
  input,
  call,
) =>
  carryOut(call, callOf("delete", messageType, nameAt(input.QueueUrl)), () => {
    const queue = queueAt(input.QueueUrl, call);
    const [id = ""] = decoded(input.ReceiptHandle).split(" ");
    if (!/^[\da-f-]{36}$/.test(id)) {
      throw new ApiError("ReceiptHandleIsInvalid", "The specified receipt handle isn't valid.");
    }
    call.hands.remove(messageType, id);
    countFor(nameAt(queue.id), "NumberOfMessagesDeleted", 1, call);
    return {};
  });

function nameAt(url: string): string {
  return url.split("/").at(-1) ?? url;
}

export const sqsOperations = {
  ListQueues: listQueues,
  GetQueueUrl: getQueueUrl,
  GetQueueAttributes: getQueueAttributes,
  ListQueueTags: listQueueTags,
  CreateQueue: createQueue,
  DeleteQueue: deleteQueue,
  SendMessage: sendMessage,
  ReceiveMessage: receiveMessage,
  DeleteMessage: deleteMessage,
} as const;

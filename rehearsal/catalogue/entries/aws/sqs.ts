import type { CloudView, Entries, Refusal, Rule } from "../../../interpreter/entry";
import { numberOf, recordOf, textOf, type Values } from "../../../interpreter/values";
import { arnOf } from "../../../packages/aws/arns";
import { nameIsFree } from "./common-rules";
import { deniesEverybody, malformedPolicy } from "./iam-policy";

// Bounds: the SQS API reference, CreateQueue and "Amazon SQS message quotas".

const queueType = "aws:sqs/queue:Queue";

const bounds: readonly (readonly [property: string, attribute: string, least: number, most: number])[] = [
  ["visibilityTimeoutSeconds", "VisibilityTimeout", 0, 43_200],
  ["messageRetentionSeconds", "MessageRetentionPeriod", 60, 1_209_600],
  ["delaySeconds", "DelaySeconds", 0, 900],
  ["maxMessageSize", "MaximumMessageSize", 1_024, 1_048_576],
  ["receiveWaitTimeSeconds", "ReceiveMessageWaitTimeSeconds", 0, 20],
];

const nameIsValid: Rule = ({ inputs }) => {
  const name = textOf(inputs, "name");
  const fifo = inputs["fifoQueue"] === true;
  const plain = fifo ? name.replace(/\.fifo$/, "") : name;
  if (name === "" || (/^[\w-]+$/.test(plain) && name.length <= 80 && (!fifo || name.endsWith(".fifo"))))
    return undefined;
  return { code: "InvalidQueueName", message: `invalid queue name: ${name}`, byProvider: true };
};

function withinBounds(inputs: Values): Refusal | undefined {
  for (const [property, attribute, least, most] of bounds) {
    const value = numberOf(inputs, property);
    if (value !== undefined && (value < least || value > most)) {
      const message = `Invalid value for the parameter ${attribute}. Reason: Must be between ${String(least)} and ${String(most)}.`;
      return { code: "InvalidAttributeValue", message };
    }
  }
  return undefined;
}

/** The dead-letter queue is there, and of the same kind. */
function redriveIsValid(inputs: Values, cloud: CloudView): Refusal | undefined {
  const text = textOf(inputs, "redrivePolicy");
  if (text === "") return undefined;
  const invalid = (reason: string): Refusal => ({
    code: "InvalidParameterValue",
    message: `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  });
  let policy: { readonly deadLetterTargetArn?: unknown; readonly maxReceiveCount?: unknown };
  try {
    policy = JSON.parse(text) as typeof policy;
  } catch {
    return invalid("Redrive policy is not a valid JSON map.");
  }
  const count = Number(policy.maxReceiveCount);
  if (!(count >= 1 && count <= 1000))
    return invalid("Invalid value for maxReceiveCount. Must be between 1 and 1000.");
  const target = cloud.ofType(queueType).find(({ outputs }) => outputs["arn"] === policy.deadLetterTargetArn);
  if (!target) return invalid("Dead letter target does not exist.");
  if ((target.outputs["fifoQueue"] === true) !== (inputs["fifoQueue"] === true)) {
    return invalid("Dead letter target must be same type of queue as the source.");
  }
  return undefined;
}

function policyIsJson(inputs: Values): Refusal | undefined {
  const text = textOf(inputs, "policy");
  if (text === "" || !malformedPolicy(text, "resource")) return undefined;
  return { code: "InvalidAttributeValue", message: "Invalid value for the parameter Policy." };
}

/** A denial in the queue's own policy holds for the account's users and roles too. */
export const deletionIsAllowed: Rule = ({ id, place, outputs }) => {
  if (!deniesEverybody(textOf(outputs, "policy"), "sqs:DeleteQueue")) return undefined;
  const name = id.split("/").at(-1) ?? "";
  return {
    code: "AccessDenied",
    message:
      `User: arn:aws:iam::${place.account}:user/rehearsal is not authorized to perform: sqs:deletequeue on resource: ` +
      `arn:aws:sqs:${place.region}:${place.account}:${name} with an explicit deny in a resource-based policy`,
    status: 403,
  };
};

export const entries: Entries = {
  [queueType]: {
    api: { service: "SQS", title: "SQS Queue", update: "SetQueueAttributes" },
    id: ({ inputs, place, random }) => {
      const name = textOf(inputs, "name") || `terraform-${random.hex(26)}`;
      return `https://sqs.${place.region}.amazonaws.com/${place.account}/${name}`;
    },
    outputs: (draft) => {
      const name = draft.id.split("/").at(-1) ?? "";
      return {
        name,
        namePrefix: "",
        url: draft.id,
        arn: arnOf({ ...draft, inputs: { ...draft.inputs, name } }),
        kmsDataKeyReusePeriodSeconds: draft.inputs["kmsDataKeyReusePeriodSeconds"] ?? 300,
        sqsManagedSseEnabled:
          draft.inputs["sqsManagedSseEnabled"] ?? textOf(draft.inputs, "kmsMasterKeyId") === "",
      };
    },
    refuseInputs: [withinBounds, policyIsJson, redriveIsValid],
    unique: [
      nameIsFree("name", {
        code: "QueueAlreadyExists",
        message: () => "A queue already exists with the same name and a different value for attribute(s).",
      }),
    ],
    refuseCreate: [nameIsValid],
    refuseDelete: [deletionIsAllowed],
    // CloudWatch would keep what it counted for 15 months; here it goes with the queue.
    afterDelete: ({ id }, cloud) => {
      for (const message of cloud.ofType("aws:sqs/message:Message")) {
        if (message.inputs["queueUrl"] === id) cloud.remove(message.type, message.id);
      }
      for (const metric of cloud.ofType("aws:cloudwatch/metric:Metric")) {
        const { QueueName: name } = recordOf(metric.inputs, "dimensions");
        if (name === id.split("/").at(-1)) cloud.remove(metric.type, metric.id);
      }
    },
    // Deleting takes a minute until nobody sees the queue any more, and the provider waits for it.
  },
};

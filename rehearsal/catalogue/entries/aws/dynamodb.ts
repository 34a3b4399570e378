import type { Entries, Refusal, Rule } from "../../../interpreter/entry";
import { isRecord, listOf, numberOf, textOf, textsAt, type Values } from "../../../interpreter/values";
import { arnOf } from "../../../packages/aws/arns";
import { lockedBy, nameIsFree } from "./common-rules";

// Codes and wording: the DynamoDB API reference, and what the provider checks by itself before it calls.

const tableType = "aws:dynamodb/table:Table";
const targetType = "aws:appautoscaling/target:Target";

const nameIsValid: Rule = ({ inputs }) => {
  const name = textOf(inputs, "name");
  if (name === "" || /^[\w.-]{3,255}$/.test(name)) return undefined;
  const message =
    `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: ` +
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, with a length of 3 to 255";
  return { code: "ValidationException", message };
};

/** Every attribute is a key of the table or of an index, and every key is an attribute. */
function keysFit(inputs: Values): Refusal | undefined {
  const attributes = textsAt(inputs, "attributes.name");
  const keys = new Set([
    ...["hashKey", "rangeKey"].flatMap((name) => textsAt(inputs, name)),
    ...["globalSecondaryIndexes", "localSecondaryIndexes"].flatMap((indexes) => [
      ...textsAt(inputs, `${indexes}.hashKey`),
      ...textsAt(inputs, `${indexes}.rangeKey`),
      ...textsAt(inputs, `${indexes}.keySchemas.attributeName`),
    ]),
  ]);
  const unused = attributes.filter((name) => !keys.has(name));
  if (unused.length > 0) {
    const message = `all attributes must be indexed. Unused attributes: ${JSON.stringify(unused)}`;
    return { code: "UnusedAttributes", message, byProvider: true };
  }
  const undefinedKeys = [...keys].filter((name) => !attributes.includes(name));
  if (undefinedKeys.length === 0 || attributes.length === 0) return undefined;
  const message = `all indexes must match a defined attribute. Unmatched indexes: ${JSON.stringify(undefinedKeys)}`;
  return { code: "UnmatchedIndexes", message, byProvider: true };
}

/** Provisioned tables, and each of their indexes, say how much; tables on demand say nothing. */
function capacityFits(inputs: Values): Refusal | undefined {
  if (textOf(inputs, "billingMode") === "PAY_PER_REQUEST") return undefined;
  const indexes = listOf(inputs, "globalSecondaryIndexes").filter(isRecord);
  for (const values of [inputs, ...indexes]) {
    for (const [name, property] of [
      ["readCapacity", "read_capacity"],
      ["writeCapacity", "write_capacity"],
    ] as const) {
      if ((numberOf(values, name) ?? 0) >= 1) continue;
      const message = `${property} must be > 0 when billing_mode is PROVISIONED`;
      return { code: "MissingCapacity", message, byProvider: true };
    }
  }
  return undefined;
}

const unprotected = lockedBy("deletionProtectionEnabled", {
  code: "ValidationException",
  message: () =>
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
});

function stream(inputs: Values, arn: string, now: string): Values {
  if (inputs["streamEnabled"] !== true) return { streamArn: "", streamLabel: "", streamViewType: "" };
  const label = `${now.slice(0, 19)}.000`;
  return { streamArn: `${arn}/stream/${label}`, streamLabel: label };
}

const tableExists: Rule = ({ inputs }, cloud) => {
  const [kind, table = ""] = textOf(inputs, "resourceId").split("/");
  const ofTable = textOf(inputs, "serviceNamespace") === "dynamodb" && kind === "table";
  if (!ofTable || cloud.find(tableType, table)) return undefined;
  return { code: "ValidationException", message: `DynamoDB table does not exist: table/${table}` };
};

const targetExists: Rule = ({ inputs }, cloud) => {
  const dimension = dimensionOf(inputs);
  if (cloud.ofType(targetType).some((target) => dimensionOf(target.inputs) === dimension)) return undefined;
  const message =
    `No scalable target registered for service namespace: ${textOf(inputs, "serviceNamespace")}, ` +
    `resource ID: ${textOf(inputs, "resourceId")}, scalable dimension: ${textOf(inputs, "scalableDimension")}`;
  return { code: "ObjectNotFoundException", message };
};

export const entries: Entries = {
  [tableType]: {
    api: { service: "DynamoDB", title: "AWS DynamoDB Table", update: "UpdateTable" },
    outputs: (draft): Values => {
      const { inputs } = draft;
      const arn = arnOf(draft);
      const recovery = inputs["pointInTimeRecovery"];
      return {
        arn,
        ...stream(inputs, arn, draft.now),
        readCapacity: inputs["readCapacity"] ?? 0,
        writeCapacity: inputs["writeCapacity"] ?? 0,
        pointInTimeRecovery: isRecord(recovery)
          ? { recoveryPeriodInDays: recovery["enabled"] === true ? 35 : 0, ...recovery }
          : { enabled: false, recoveryPeriodInDays: 0 },
        ttl: inputs["ttl"] ?? { attributeName: "", enabled: false },
      };
    },
    updated: ({ inputs, outputs, now }) => {
      const had = textOf(outputs, "streamArn") !== "";
      return had === (inputs["streamEnabled"] === true) ? {} : stream(inputs, textOf(outputs, "arn"), now);
    },
    refuseInputs: [keysFit, capacityFits],
    unique: [
      nameIsFree("name", {
        code: "ResourceInUseException",
        message: (name) => `Table already exists: ${name}`,
      }),
    ],
    refuseCreate: [nameIsValid],
    refuseDelete: [unprotected],
    seconds: { create: 10, update: 10, delete: 5 },
  },

  [targetType]: {
    api: {
      service: "Application Auto Scaling",
      title: "Application AutoScaling Target",
      create: "RegisterScalableTarget",
      update: "RegisterScalableTarget",
      delete: "DeregisterScalableTarget",
    },
    id: ({ inputs }) => textOf(inputs, "resourceId"),
    // Reading and writing of one table are two targets with one id.
    within: dimensionOf,
    outputs: ({ inputs, place, random }) => ({
      arn: `arn:aws:application-autoscaling:${place.region}:${place.account}:scalable-target/${random.lower(32)}`,
      roleArn:
        textOf(inputs, "roleArn") ||
        `arn:aws:iam::${place.account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable`,
      suspendedState: inputs["suspendedState"] ?? {
        dynamicScalingInSuspended: false,
        dynamicScalingOutSuspended: false,
        scheduledScalingSuspended: false,
      },
    }),
    refuseCreate: [tableExists],
  },

  "aws:appautoscaling/policy:Policy": {
    api: {
      service: "Application Auto Scaling",
      title: "Application Auto Scaling Scaling Policy",
      create: "PutScalingPolicy",
      update: "PutScalingPolicy",
      delete: "DeleteScalingPolicy",
    },
    id: ({ inputs }) => textOf(inputs, "name"),
    within: dimensionOf,
    outputs: ({ id, inputs, place, random }) => ({
      alarmArns: [],
      arn: `arn:aws:autoscaling:${place.region}:${place.account}:scalingPolicy:${random.uuid()}:resource/dynamodb/${textOf(inputs, "resourceId")}:policyName/${id}`,
    }),
    refuseCreate: [targetExists],
  },
};

function dimensionOf(values: Values): string {
  return ["serviceNamespace", "resourceId", "scalableDimension"]
    .map((name) => textOf(values, name))
    .join("/");
}

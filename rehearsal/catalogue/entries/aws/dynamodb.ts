import type { Entries, InputRule, Rule } from "../../../interpreter/entry";
import { isRecord, listOf, numberOf, textOf, type Values } from "../../../interpreter/values";
import { arnOf } from "../../../packages/aws/arns";
import { lockedBy, nameIsFree } from "./common-rules";

// Codes and wording: the DynamoDB API reference, and what the provider checks by itself before it calls.

const tableType = "aws:dynamodb/table:Table";
const targetType = "aws:appautoscaling/target:Target";

const capacities = ["readCapacity", "writeCapacity"] as const;

const nameIsValid: Rule = ({ inputs }) => {
  const name = textOf(inputs, "name");
  if (name === "" || /^[\w.-]{3,255}$/.test(name)) return undefined;
  const message =
    `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: ` +
    "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+, with a length of 3 to 255";
  return { code: "ValidationException", message };
};

/** A new table with provisioned units says how many. One that becomes provisioned later need not, see `unitsOf`. */
const unitsAreGiven: Rule = ({ inputs }) => {
  const restored = textOf(inputs, "restoreSourceName") + textOf(inputs, "restoreSourceTableArn") !== "";
  if (textOf(inputs, "billingMode") === "PAY_PER_REQUEST" || restored) return undefined;
  const missing = capacities.find((name) => inputs[name] === undefined);
  if (missing === undefined) return undefined;
  const message =
    `1 validation error detected: Value '0' at 'provisionedThroughput.${missing}Units' failed to satisfy constraint: ` +
    "Member must have value greater than or equal to 1";
  return { code: "ValidationException", message };
};

/** Each index of a table with provisioned units says how many of its own. */
const unitsOfIndexesAreGiven: InputRule = (inputs) => {
  if (textOf(inputs, "billingMode") === "PAY_PER_REQUEST") return undefined;
  const [index] = listOf(inputs, "globalSecondaryIndexes").filter(isRecord).filter(lacksUnits);
  const missing = index && capacities.find((name) => (numberOf(index, name) ?? 0) < 1);
  if (missing === undefined) return undefined;
  const message = `${missing === "readCapacity" ? "read" : "write"} capacity must be > 0 when billing mode is PROVISIONED`;
  return { code: "MissingCapacity", message, byProvider: true };
};

const lacksUnits = (index: Values): boolean => capacities.some((name) => (numberOf(index, name) ?? 0) < 1);

/**
 * The units of a table that is updated. One that becomes provisioned without a word of its units gets one each: the
 * provider takes them for ignored (expandProvisionedThroughputField in dynamodb/table.go, issue 38100).
 */
function unitsOf(inputs: Values, outputs: Values): Values {
  const provisioned = textOf(inputs, "billingMode") !== "PAY_PER_REQUEST";
  const units = (name: string): number =>
    provisioned ? (numberOf(inputs, name) ?? Math.max(1, numberOf(outputs, name) ?? 1)) : 0;
  return Object.fromEntries(capacities.map((name) => [name, units(name)]));
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
      const units = unitsOf(inputs, outputs);
      if (had === (inputs["streamEnabled"] === true)) return units;
      return { ...units, ...stream(inputs, textOf(outputs, "arn"), now) };
    },
    refuseInputs: [unitsOfIndexesAreGiven],
    unique: [
      nameIsFree("name", {
        code: "ResourceInUseException",
        message: (name) => `Table already exists: ${name}`,
      }),
    ],
    refuseCreate: [unitsAreGiven, nameIsValid],
    refuseDelete: [unprotected],
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
    importedBy: ["{serviceNamespace}/{resourceId}/{scalableDimension}/{name}"],
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

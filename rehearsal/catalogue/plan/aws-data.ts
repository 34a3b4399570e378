import {
  containsUnknown,
  isRecord,
  isUnknown,
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsAt,
  type Value,
  type Values,
} from "../../interpreter/values";
import type { InvalidInput, PlanCondition, PlanFactsByToken, Planned } from "./plan-facts";

// The files are those of hashicorp/terraform-provider-aws, below internal/service/, near version 6.34; the bridge's own
// are named as such.

/** Every attribute is a key of the table or of an index, and every key is an attribute. */
function attributesFit({ wanted }: Planned): string | undefined {
  if (Object.values(wanted).some((value) => isUnknown(value)) || containsUnknown(wanted["attributes"]))
    return undefined;
  const attributes = textsAt(wanted, "attributes.name");
  const keys = new Set([
    ...["hashKey", "rangeKey"].flatMap((name) => textsAt(wanted, name)),
    ...["globalSecondaryIndexes", "localSecondaryIndexes"].flatMap((indexes) => [
      ...textsAt(wanted, `${indexes}.hashKey`),
      ...textsAt(wanted, `${indexes}.rangeKey`),
      ...textsAt(wanted, `${indexes}.keySchemas.attributeName`),
    ]),
  ]);
  const unused = attributes.filter((name) => !keys.has(name)).sort();
  if (unused.length > 0) return `all attributes must be indexed. Unused attributes: ${quoted(unused)}`;
  const unmatched = [...keys].filter((name) => !attributes.includes(name)).sort();
  if (unmatched.length === 0 || attributes.length === 0) return undefined;
  return `all indexes must match a defined attribute. Unmatched indexes: ${quoted(unmatched)}`;
}

/** A list of names as Go prints it. */
const quoted = (names: readonly string[]): string =>
  `[${names.map((name) => JSON.stringify(name)).join(" ")}]`;

/** Units that are given are given to a table that has units, and are one at least. */
function unitsFit(property: "readCapacity" | "writeCapacity", field: string) {
  return (inputs: Values): InvalidInput | undefined => {
    const units = numberOf(inputs, property);
    const mode = textOf(inputs, "billingMode");
    if (units === undefined) return undefined;
    if (mode === "PROVISIONED" && units < 1) {
      const reason = `Attribute "${field}" must be at least 1 when "billing_mode" is "PROVISIONED".`;
      return { property, reason };
    }
    if (mode !== "PAY_PER_REQUEST" || units === 0) return undefined;
    return {
      property,
      reason: `Attribute "${field}" cannot be specified when "billing_mode" is "PAY_PER_REQUEST".`,
    };
  };
}

/** Warm throughput is never lowered in place. */
const cools = (name: string): PlanCondition => ({
  property: `warmThroughput.${name}`,
  when: ({ had, wanted }) => {
    const [before = 0, after = 0] = [had, wanted].map((values) =>
      numberOf(recordOf(values, "warmThroughput"), name),
    );
    return after !== 0 && after < before;
  },
});

/** Where a table was restored from may be forgotten, but not be another. */
const restored = (property: string): PlanCondition => ({
  property,
  when: ({ had, wanted }) =>
    textOf(wanted, property) !== "" && textOf(had, property) !== textOf(wanted, property),
});

const sameIndexes = ({ had, wanted }: Planned): boolean =>
  JSON.stringify(listOf(had, "globalSecondaryIndexes")) ===
  JSON.stringify(listOf(wanted, "globalSecondaryIndexes"));

/** What RDS writes in small letters. */
const lowerCased = (property: string): PlanCondition => ({
  property,
  when: ({ had, wanted }) => textOf(had, property).toLowerCase() === textOf(wanted, property).toLowerCase(),
});

export const dataPlans: PlanFactsByToken = {
  "aws:dynamodb/table:Table": {
    source:
      "dynamodb/table.go: resourceTable, CustomizeDiff and ValidateRawResourceConfigFuncs; validateTableAttributes; " +
      "schema (TypeSet)",
    replaces: [
      restored("restoreSourceName"),
      restored("restoreSourceTableArn"),
      cools("readUnitsPerSecond"),
      cools("writeUnitsPerSecond"),
    ],
    ignores: [
      // No call of DynamoDB changes them: a key keeps its type (issues 759 and 23618), new ones come with an index.
      { property: "attributes", when: sameIndexes },
      { property: "pointInTimeRecovery.recoveryPeriodInDays", when: staysOff("pointInTimeRecovery") },
      ...["serverSideEncryption", "pointInTimeRecovery", "ttl"].map((property) => ({
        property,
        when: staysOff(property),
      })),
    ],
    sets: ["attributes", "globalSecondaryIndexes", "localSecondaryIndexes", "replicas"],
    refuses: [attributesFit],
    invalid: [unitsFit("readCapacity", "read_capacity"), unitsFit("writeCapacity", "write_capacity")],
  },

  "aws:rds/instance:Instance": {
    source: "rds/instance.go: resourceInstance, DiffSuppressFunc and StateFunc",
    ignores: [
      {
        // What storage autoscaling added stays.
        property: "allocatedStorage",
        when: ({ had, wanted }: Planned): boolean => {
          const [before = 0, after] = [
            numberOf(had, "allocatedStorage"),
            numberOf(wanted, "allocatedStorage"),
          ];
          return (
            after !== undefined && before > after && (numberOf(wanted, "maxAllocatedStorage") ?? 0) > after
          );
        },
      },
      {
        property: "maxAllocatedStorage",
        when: ({ had, wanted }) =>
          (numberOf(had, "maxAllocatedStorage") ?? 0) === 0 &&
          numberOf(wanted, "maxAllocatedStorage") === numberOf(wanted, "allocatedStorage"),
      },
      lowerCased("engine"),
      lowerCased("maintenanceWindow"),
    ],
    sets: ["enabledCloudwatchLogsExports"],
  },

  "aws:rds/eventSubscription:EventSubscription": {
    source: "rds/event_subscription.go: resourceEventSubscription, schema (TypeSet)",
    sets: ["eventCategories", "sourceIds"],
  },

  "aws:rds/parameterGroup:ParameterGroup": {
    source:
      "pulumi-aws, provider/pkg/rds/parameter_group.go: parameterGroupParameterSetFunc, parameterGroupCustomizeDiff",
    ignores: [
      {
        property: "parameters",
        when: ({ had, wanted }) =>
          !containsUnknown(wanted["parameters"]) && parametersOf(had) === parametersOf(wanted),
      },
    ],
  },

  "aws:ssm/parameter:Parameter": {
    source: "ssm/parameter.go: resourceParameter, CustomizeDiff and DiffSuppressFunc of tier",
    replaces: [
      {
        property: "tier",
        when: ({ had, wanted }) =>
          textOf(had, "tier") === "Advanced" && textOf(wanted, "tier") === "Standard",
      },
    ],
    ignores: [
      {
        property: "tier",
        when: ({ had, wanted }) =>
          textOf(had, "tier") !== "" && textOf(wanted, "tier") === "Intelligent-Tiering",
      },
    ],
  },

  "aws:sqs/queue:Queue": {
    source: "sqs/queue.go: resourceQueueCustomizeDiff",
    ignores: [
      {
        property: "kmsDataKeyReusePeriodSeconds",
        when: ({ wanted }) => wanted["sqsManagedSseEnabled"] === true,
      },
    ],
    refuses: [
      ({ wanted }: Planned): string | undefined =>
        wanted["contentBasedDeduplication"] === true &&
        wanted["fifoQueue"] !== true &&
        !isUnknown(wanted["fifoQueue"])
          ? "content-based deduplication can only be set for FIFO queue"
          : undefined,
    ],
  },
};

/** Whether a block with a switch is absent or switched off, before and after. */
function staysOff(property: string): (planned: Planned) => boolean {
  const isOff = (block: Value | undefined): boolean =>
    !isUnknown(block) && (!isRecord(block) || block["enabled"] === false);
  return ({ had, wanted }) => isOff(had[property]) && isOff(wanted[property]);
}

/** Parameters as the provider tells them apart: a changed method alone is no change, as RDS registers none. */
function parametersOf(values: Values): string {
  return listOf(values, "parameters")
    .filter(isRecord)
    .map((parameter) => `${textOf(parameter, "name").toLowerCase()}=${textOf(parameter, "value")}`)
    .sort()
    .join();
}

import type * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/aws/appautoscaling/policy";
import { Target } from "@pulumi/aws/appautoscaling/target";
import { Table } from "@pulumi/aws/dynamodb/table";
import type { TableSettings } from "../../settings/sections/reports";
import { guarded, isLocked } from "../guard/guarded";
import type { StackContext } from "../../settings/stack-context";

export interface ReportsTableArgs {
  readonly context: StackContext;
  readonly settings: TableSettings;
  /** What DynamoDB calls the table: applications know it. */
  readonly tableName: string;
  readonly parent: pulumi.Resource;
}

type KeyAttribute = TableSettings["hashKey"];
type Provisioned = Extract<TableSettings["billing"], { mode: "provisioned" }>;

/**
 * One DynamoDB table with point-in-time recovery and, where units are provisioned, scaling between the given bounds.
 *
 * It is encrypted with a key that DynamoDB owns, as every table is, unless groundwork:encryption has another: a key of one's own is a
 * second way to lose the table and a call to KMS to be paid for, and protects from nobody who has the table's permissions.
 *
 * Going from `onDemand` to `provisioned`, the provider gives the table a single unit each, because the engine ignores the
 * ones asked for (hashicorp/terraform-provider-aws#38100), until its scaling is registered moments later: not at noon.
 *
 * Switching expiry off again takes a person: DynamoDB wants the attribute's name for it, and the provider does not send
 * it (hashicorp/terraform-provider-aws#44730), so that the run fails and items go on expiring. The way is
 * `aws dynamodb update-time-to-live` with `Enabled=false`, then `pulumi refresh`, then the setting.
 *
 * @throws Error when units are provisioned and there are secondary indexes: their units would have to scale too, and
 *   cannot be left out of what the engine compares without leaving out the indexes themselves.
 */
export function createTable(name: string, args: ReportsTableArgs): Table {
  const { context, settings, parent } = args;
  const indexes = Object.entries(settings.globalSecondaryIndexes);
  const billing = settings.billing;
  if (billing.mode === "provisioned" && indexes.length > 0) {
    throw new Error(
      `reports: table ${args.tableName} has provisioned units and secondary indexes (${indexes.map(([key]) => key).join(", ")}). ` +
        `Set billing.mode to "onDemand" or take the indexes away.`,
    );
  }

  const table = new Table(
    name,
    {
      name: args.tableName,
      attributes: keyAttributes(settings),
      hashKey: settings.hashKey.name,
      rangeKey: settings.rangeKey?.name,
      // An empty list where there are none, for the same reason as below: an absent one would keep the last index.
      globalSecondaryIndexes: indexes.map(([indexName, { hashKey, rangeKey }]) => ({
        name: indexName,
        projectionType: "ALL",
        keySchemas: [
          { attributeName: hashKey.name, keyType: "HASH" },
          ...(rangeKey === undefined ? [] : [{ attributeName: rangeKey.name, keyType: "RANGE" }]),
        ],
      })),
      ...(billing.mode === "onDemand"
        ? { billingMode: "PAY_PER_REQUEST" }
        : { billingMode: "PROVISIONED", readCapacity: billing.read.min, writeCapacity: billing.write.min }),
      // Said even when off: the provider takes an absent one for "as it is", and items would go on expiring.
      ttl:
        settings.ttlAttribute === undefined
          ? { enabled: false }
          : { enabled: true, attributeName: settings.ttlAttribute },
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: settings.recoveryDays },
      deletionProtectionEnabled: isLocked(context),
      tags: { Name: args.tableName },
    },
    guarded("aws:dynamodb/table:Table", context, {
      parent,
      // Scaling moves the units; the engine must not move them back. A changed setting still has its effect: it changes
      // the target's bounds, and Application Auto Scaling moves the units within new bounds as soon as it learns them.
      ...(billing.mode === "provisioned" ? { ignoreChanges: ["readCapacity", "writeCapacity"] } : {}),
    }),
  );
  if (billing.mode === "provisioned") {
    createScaling(name, table, billing, parent);
  }
  return table;
}

/** Every attribute that some key names, once, by name: DynamoDB takes no others and no duplicates. */
function keyAttributes(settings: TableSettings): KeyAttribute[] {
  const keys = [settings, ...Object.values(settings.globalSecondaryIndexes)].flatMap(
    ({ hashKey, rangeKey }) => (rangeKey === undefined ? [hashKey] : [hashKey, rangeKey]),
  );
  const byName = new Map(keys.map((key) => [key.name, key]));
  return [...byName.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type }) => ({ name, type }));
}

/** Target tracking on reads and on writes: units follow use, at the given percentage of it. */
function createScaling(name: string, table: Table, billing: Provisioned, parent: pulumi.Resource): void {
  for (const direction of ["Read", "Write"] as const) {
    const { min, max } = direction === "Read" ? billing.read : billing.write;
    const suffix = `${name}-${direction.toLowerCase()}`;
    const target = new Target(
      suffix,
      {
        serviceNamespace: "dynamodb",
        resourceId: table.name.apply((tableName) => `table/${tableName}`),
        scalableDimension: `dynamodb:table:${direction}CapacityUnits`,
        minCapacity: min,
        maxCapacity: max,
      },
      { parent },
    );
    new Policy(
      suffix,
      {
        name: `${direction.toLowerCase()}-utilization`,
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        resourceId: target.resourceId,
        scalableDimension: target.scalableDimension,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: `DynamoDB${direction}CapacityUtilization`,
          },
          targetValue: billing.targetUtilization,
        },
      },
      { parent },
    );
  }
}

import { plain } from "./plain-type";
import { keptKey, type StatefulType } from "../stateful-type";
import { asNumber, asSwitch, isRecord, read } from "../unknown";
import { policyLife } from "./store-policies";

/**
 * Rules of a backup plan with the copies that each makes elsewhere, and after how many days what was made is deleted: never,
 * where nothing is said.
 */
function planRules(rules: unknown): ReadonlyMap<string, number> {
  return new Map(
    (Array.isArray(rules) ? rules : []).flatMap((rule: unknown): [string, number][] => {
      const name = isRecord(rule) ? rule["ruleName"] : undefined;
      if (!isRecord(rule) || typeof name !== "string") {
        return [];
      }
      const copies = read(rule, "copyActions");
      return [
        [name, deletedAfter(rule)],
        ...(asSwitch(read(rule, "enableContinuousBackup")) === true
          ? ([[`continuous backup of ${name}`, Infinity]] as [string, number][])
          : []),
        ...(Array.isArray(copies) ? copies : []).flatMap((copy: unknown): [string, number][] => {
          const vault = isRecord(copy) ? copy["destinationVaultArn"] : undefined;
          return isRecord(copy) && typeof vault === "string"
            ? [[`the copy of ${name} in ${vault}`, deletedAfter(copy)]]
            : [];
        }),
      ];
    }),
  );
}

function deletedAfter(rule: Readonly<Record<string, unknown>>): number {
  const days = asNumber(read(rule, "lifecycle.deleteAfter"));
  return typeof days === "number" ? days : Infinity;
}

/** Services whose resources AWS Backup looks at in a region. */
function servicesOptedIn(preference: unknown): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(isRecord(preference) ? preference : {}).flatMap(([service, isIn]) =>
      asSwitch(isIn) === true ? [[service, Infinity]] : [],
    ),
  );
}

/** Schedules of a snapshot policy, and how many snapshots each keeps where it counts them. */
function schedules(list: unknown): ReadonlyMap<string, number> {
  return new Map(
    (Array.isArray(list) ? list : []).flatMap((schedule: unknown) => {
      const name = isRecord(schedule) ? schedule["name"] : undefined;
      if (!isRecord(schedule) || typeof name !== "string") {
        return [];
      }
      const count = asNumber(read(schedule, "retainRule.count"));
      // How many and how old are no measures of one another.
      return typeof count === "number"
        ? [[`${name}, by count`, count]]
        : [[`${name}, by age`, ageInHours(read(schedule, "retainRule"))]];
    }),
  );
}

const hours: Readonly<Record<string, number>> = { DAYS: 24, WEEKS: 168, MONTHS: 720, YEARS: 8760 };

function ageInHours(rule: unknown): number {
  const [interval, unit] = isRecord(rule) ? [rule["interval"], rule["intervalUnit"]] : [];
  return typeof interval === "number" && typeof unit === "string"
    ? interval * (hours[unit] ?? Infinity)
    : Infinity;
}

/** Backups, and what makes and keeps them. */
export const awsBackups: readonly StatefulType[] = [
  {
    type: "aws:glacier/vault:Vault",
    noun: "Glacier vault",
    holds: "every archive in it",
    name: "name",
    locks: [],
    life: [...policyLife("archiveVault", "accessPolicy")],
    copyFirst: "Retrieve its archives first.",
  },
  {
    type: "aws:backup/vault:Vault",
    noun: "backup vault",
    holds: "every recovery point in it",
    name: "name",
    locks: [],
    life: [keptKey("kmsKeyArn")],
    forced: "forceDestroy",
    copyFirst: "Copy its recovery points to another vault first.",
  },
  {
    type: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    noun: "lock of a backup vault",
    holds: "the lock that keeps recovery points from being deleted early",
    name: "backupVaultName",
    locks: [],
    life: [
      {
        kind: "least",
        path: "minRetentionDays",
        unit: "days",
        absent: 0,
        otherwise: "Recovery points may be deleted earlier.",
      },
      {
        kind: "least",
        path: "maxRetentionDays",
        unit: "days",
        absent: Infinity,
        otherwise: "Backups that must be kept for longer are no longer accepted by the vault.",
      },
    ],
    copyFirst: "Copy the vault's recovery points to another vault first.",
  },
  {
    type: "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
    noun: "air-gapped backup vault",
    holds: "every recovery point in it",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Copy its recovery points to another vault first.",
  },
  {
    type: "aws:backup/plan:Plan",
    noun: "backup plan",
    holds: "the backups that it makes from then on",
    name: "name",
    locks: [],
    life: [
      {
        kind: "parts",
        path: "rules",
        parts: planRules,
        otherwise: "Backups are no longer made by that rule, or are deleted sooner.",
      },
    ],
    copyFirst: "See that another plan backs up the same resources.",
  },
  {
    type: "aws:backup/regionSettings:RegionSettings",
    noun: "choice of services for AWS Backup",
    holds: "nothing: AWS keeps the choice without it",
    locks: [],
    life: [
      {
        kind: "parts",
        path: "resourceTypeOptInPreference",
        parts: servicesOptedIn,
        otherwise: "What plans select of that service is no longer backed up.",
      },
    ],
    copyFirst: "See that the service is backed up another way.",
    removable: true,
  },
  {
    type: "aws:backup/selection:Selection",
    noun: "selection of a backup plan",
    holds: "the backups, from then on, of what it selects",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "See that another selection covers the same resources.",
  },
  {
    type: "aws:glacier/vaultLock:VaultLock",
    noun: "lock of a Glacier vault",
    holds: "the rule that keeps archives from being deleted early",
    name: "vaultName",
    locks: [],
    life: [],
    copyFirst: "See that nothing in the vault has to be kept any more.",
  },
  {
    type: "aws:dlm/lifecyclePolicy:LifecyclePolicy",
    noun: "snapshot policy",
    holds: "the snapshots of volumes that it takes from then on",
    name: "description",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "state",
        safe: "ENABLED",
        absent: "ENABLED",
        otherwise: "No snapshots are taken from then on.",
        demanded: true,
      },
      {
        kind: "parts",
        path: "policyDetails.schedules",
        parts: schedules,
        otherwise: "Snapshots are no longer taken by that schedule, or are deleted sooner.",
      },
      {
        kind: "least",
        path: "policyDetails.retainInterval",
        unit: "days",
        otherwise: "Snapshots are deleted sooner.",
      },
    ],
    copyFirst: "See that another policy takes snapshots of the same volumes.",
  },
  {
    type: "aws:rbin/rule:Rule",
    noun: "rule of the recycle bin",
    holds: "the way back for snapshots and images that are deleted from then on",
    name: "description",
    locks: [],
    life: [
      {
        kind: "least",
        path: "retentionPeriod.retentionPeriodValue",
        unit: "days",
        otherwise: "What was deleted by mistake can be restored for a shorter time.",
      },
    ],
    copyFirst: "See that another rule keeps the same things.",
  },
  plain(
    "aws:s3tables/tableBucketReplication:TableBucketReplication",
    "replication of an S3 table bucket",
    "the copies elsewhere of what comes from then on",
    "See that its tables are copied another way.",
  ),
  plain(
    "aws:s3tables/tableReplication:TableReplication",
    "replication of an S3 table",
    "the copies elsewhere of what comes from then on",
    "See that the table is copied another way.",
  ),
  plain(
    "aws:redshift/snapshotScheduleAssociation:SnapshotScheduleAssociation",
    "snapshot schedule of a Redshift cluster",
    "the snapshots that it takes from then on",
    "See that another schedule takes snapshots of the cluster.",
    { name: "clusterIdentifier" },
  ),
];

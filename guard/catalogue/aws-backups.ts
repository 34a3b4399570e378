import { keptKey, type StatefulType } from "../stateful-type";
import { isRecord, read } from "../unknown";

/** Rules of a backup plan, and after how many days each deletes what it made: never, where nothing is said. */
function planRules(rules: unknown): ReadonlyMap<string, number> {
  return new Map(
    (Array.isArray(rules) ? rules : []).flatMap((rule: unknown) => {
      const name = isRecord(rule) ? rule["ruleName"] : undefined;
      if (!isRecord(rule) || typeof name !== "string") {
        return [];
      }
      const days = read(rule, "lifecycle.deleteAfter");
      return [[name, typeof days === "number" ? days : Infinity]];
    }),
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
      const count = read(schedule, "retainRule.count");
      return [[name, typeof count === "number" ? count : ageInHours(read(schedule, "retainRule"))]];
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
    life: [],
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
        otherwise: "What was deleted by mistake can be had back for a shorter time.",
      },
    ],
    copyFirst: "See that another rule keeps the same things.",
  },
];

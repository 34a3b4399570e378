import type { CloudRecord } from "../../../cloud/store";
import type { CloudView, Refusal, Rule } from "../../../interpreter/entry";
import { numberOf, recordOf, textOf, type Values } from "../../../interpreter/values";
import { snapshotType } from "./rds-aftermath";

// Instances that are made of a copy. What the provider sends with the call that restores and what with the ModifyDBInstance after it:
// hashicorp/terraform-provider-aws, internal/service/rds/instance.go. The key, the user and the databases are the copy's, whatever is
// asked for. Codes: the RDS API reference of both calls; the words of the window: answers of RDS that people have published.
// Assumed: a copy is whole as soon as it is named; what was kept of an instance that went is all there until it went.

const instanceType = "aws:rds/instance:Instance";
const fromSnapshot = "RestoreDBInstanceFromDBSnapshot";
const toMoment = "RestoreDBInstanceToPointInTime";
const secondsADay = 86_400;
/** "The latest restorable time … typically within the last five minutes": RDS user guide, Restoring a DB instance to a specified time. */
const archivedAfter = 5 * 60_000;

/** The copy that an instance is to be made of, where the cloud has it. */
export interface Copy {
  readonly outputs: Values;
  /** From when on it can be had; a snapshot is of one moment. */
  readonly since: string;
  /** Until when: until now, where its instance stands. */
  readonly until?: string;
}

/** The backups of a standing instance, or those that were kept when it went: no provider has them, so the last snapshot's record does. */
function backupsOf(inputs: Values, cloud: CloudView): Copy | undefined {
  const asked = recordOf(inputs, "restoreToPointInTime");
  const [resource, name] = [
    textOf(asked, "sourceDbiResourceId"),
    textOf(asked, "sourceDbInstanceIdentifier"),
  ];
  return backupsIn(cloud).find(({ outputs }) =>
    resource === "" ? textOf(outputs, "identifier") === name : textOf(outputs, "resourceId") === resource,
  );
}

/** All that an account has in a region. */
export function backupsIn(cloud: CloudView): readonly Copy[] {
  const standing = cloud
    .ofType(instanceType)
    .map(({ outputs, createdAt }) => ({ outputs, since: createdAt }));
  const kept = cloud.ofType(snapshotType).flatMap(({ outputs, createdAt }): Copy[] => {
    const one = recordOf(outputs, "keptBackups");
    return textOf(one, "resourceId") === ""
      ? []
      : [{ outputs: one, since: textOf(one, "latestRestorableTime"), until: createdAt }];
  });
  return [...standing, ...kept];
}

/** By name, or by the ARN of one in the same account and region. */
function snapshotNamed(name: string, cloud: CloudView): CloudRecord | undefined {
  return cloud
    .ofType(snapshotType)
    .find(({ id, outputs }) => id === name || textOf(outputs, "dbSnapshotArn") === name);
}

function copyOf(inputs: Values, cloud: CloudView): Copy | undefined {
  const name = textOf(inputs, "snapshotIdentifier");
  if (name === "") return backupsOf(inputs, cloud);
  const found = snapshotNamed(name, cloud);
  return found && { outputs: found.outputs, since: found.createdAt };
}

const isRestored = (inputs: Values): boolean =>
  textOf(inputs, "snapshotIdentifier") !== "" || inputs["restoreToPointInTime"] !== undefined;

/** What RDS takes of the copy, and of nobody else. */
export function inherited(inputs: Values, cloud: CloudView): Values {
  const copy = isRestored(inputs) ? copyOf(inputs, cloud)?.outputs : undefined;
  if (copy === undefined) return {};
  const of = (names: readonly string[]): Values =>
    Object.fromEntries(names.flatMap((name) => (copy[name] === undefined ? [] : [[name, copy[name]]])));
  const actual = textOf(copy, "engineVersionActual") || textOf(copy, "engineVersion");
  // The provider sends these with neither call where it restores to a moment, and they are the source's until the next update.
  const unsent = [
    "allocatedStorage",
    "backupRetentionPeriod",
    "backupWindow",
    "maintenanceWindow",
    "performanceInsightsEnabled",
    "engineVersion",
  ];
  return {
    ...of(["kmsKeyId", "storageEncrypted", "username", "dbName"]),
    ...(textOf(inputs, "snapshotIdentifier") === "" && of(unsent)),
    engineVersionActual: actual,
  };
}

export const copyIsThere: Rule = ({ inputs }, cloud) => {
  if (!isRestored(inputs)) return undefined;
  const name = textOf(inputs, "snapshotIdentifier");
  const copy = copyOf(inputs, cloud);
  if (name !== "") {
    return copy
      ? keyOfCopy(copy, cloud, fromSnapshot)
      : {
          code: "DBSnapshotNotFound",
          message: `DBSnapshot ${name} not found.`,
          status: 404,
          operation: fromSnapshot,
        };
  }
  const asked = recordOf(inputs, "restoreToPointInTime");
  if (!copy) {
    const identifier = textOf(asked, "sourceDbInstanceIdentifier");
    return identifier === ""
      ? {
          code: "DBInstanceAutomatedBackupNotFound",
          message: `DBInstanceAutomatedBackup for ${textOf(asked, "sourceDbiResourceId")} not found.`,
          status: 404,
          operation: toMoment,
        }
      : {
          code: "DBInstanceNotFound",
          message: `DBInstance ${identifier} not found.`,
          status: 404,
          operation: toMoment,
        };
  }
  return momentIsKept(asked, copy) ?? keyOfCopy(copy, cloud, toMoment);
};

/** From when to when an instance can be restored; nothing where it keeps no backups, and before the first is whole. */
export function windowOf({
  outputs,
  since,
  until,
}: Copy): { readonly earliest: string; readonly latest: string } | undefined {
  const days = numberOf(outputs, "backupRetentionPeriod") ?? 0;
  const latest = until === undefined ? Date.now() - archivedAfter : Date.parse(until);
  const earliest = Math.max(Date.parse(since), latest - days * secondsADay * 1000);
  const seconds = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
  return days === 0 || latest < Date.parse(since)
    ? undefined
    : { earliest: seconds(earliest), latest: seconds(latest) };
}

function momentIsKept(asked: Values, copy: Copy): Refusal | undefined {
  const window = windowOf(copy);
  if (window === undefined) {
    const message =
      "Point in time restore is not enabled for this instance: its backup retention period is 0.";
    return { code: "PointInTimeRestoreNotEnabled", message, operation: toMoment };
  }
  const { earliest = copy.since, latest = copy.since } = window ?? {};
  const moment = textOf(asked, "restoreTime");
  const words = (bound: string, why: string): Refusal => ({
    code: "InvalidParameterValue",
    message: `The specified instance cannot be restored to a time ${bound}${why}.`,
    operation: toMoment,
  });
  if (moment === "") return undefined;
  if (moment < earliest) {
    const days = String(numberOf(copy.outputs, "backupRetentionPeriod"));
    return words(`earlier than ${earliest}`, ` because its backup retention period is set to ${days} days`);
  }
  return moment > latest ? words(`later than ${latest}`, "") : undefined;
}

function keyOfCopy({ outputs }: Copy, cloud: CloudView, operation: string): Refusal | undefined {
  const key = textOf(outputs, "kmsKeyId");
  const isThere = cloud.everywhere("aws:kms/key:Key").some((record) => textOf(record.outputs, "arn") === key);
  if (!key.includes(":key/") || isThere) return undefined;
  const message = `The specified KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`;
  return { code: "KMSKeyNotAccessibleFault", message, operation };
}

/**
 * The real one refuses this in the ModifyDBInstance after the restore, when the instance stands; here nothing is made, as there is
 * nothing to do with it but to ask for more storage.
 */
export const copyFits: Rule = ({ inputs }, cloud) => {
  if (textOf(inputs, "snapshotIdentifier") === "") return undefined;
  const has = numberOf(copyOf(inputs, cloud)?.outputs ?? {}, "allocatedStorage") ?? 0;
  const wants = numberOf(inputs, "allocatedStorage") ?? has;
  if (wants >= has) return undefined;
  const message = `Requested storage size (${String(wants)}) cannot be less than the current storage size (${String(has)}).`;
  return { code: "InvalidParameterCombination", message, operation: "ModifyDBInstance" };
};

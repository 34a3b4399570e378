import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, recordOf, textOf, textsAt } from "../interpreter/values";
import { described, instanceAsked, instanceType, reading } from "./rds-operation";
import type { ApiCall } from "./call";
import type { Xml } from "./xml";

// Instances, and what RDS keeps of them by itself. Names and meanings: the Amazon RDS API reference.

/** "The latest restorable time … typically within the last five minutes": RDS user guide, Restoring a DB instance to a specified time. */
const restorableAfter = 5 * 60_000;
/** When the certificates of rds-ca-rsa2048-g1's servers end is RDS's business: it makes new ones by itself, each for a year or more. */
const certificateDays = 365;
const day = 86_400_000;

/** Since when, and until when, a moment may be asked for; undefined without backups, and before the first. */
function restoreWindow({ createdAt, outputs }: CloudRecord): readonly [from: Date, until: Date] | undefined {
  const days = numberOf(outputs, "backupRetentionPeriod") ?? 0;
  const [begun, until] = [Date.parse(createdAt), Date.now() - restorableAfter];
  return days === 0 || until < begun
    ? undefined
    : [new Date(Math.max(begun, until - days * day)), new Date(until)];
}

const asked = (input: URLSearchParams, call: ApiCall): readonly CloudRecord[] =>
  input.has("DBInstanceIdentifier") ? [instanceAsked(input, call)] : call.hands.ofType(instanceType);

export const describeInstances = reading("DescribeDBInstances", (input, call) => ({
  DBInstances: asked(input, call).map((record) => describedInstance(record)),
}));

function describedInstance(record: CloudRecord): Xml {
  const { createdAt, outputs } = record;
  const text = (name: string): string | undefined => textOf(outputs, name) || undefined;
  const [master] = listOf(outputs, "masterUserSecrets").filter(isRecord);
  return {
    ...described(outputs),
    DBInstanceIdentifier: text("identifier"),
    DbiResourceId: text("resourceId"),
    DBInstanceArn: text("arn"),
    DBInstanceClass: text("instanceClass"),
    DBInstanceStatus: text("status") ?? "available",
    InstanceCreateTime: createdAt,
    MasterUsername: text("username"),
    DBName: text("dbName"),
    Endpoint: {
      Address: text("address"),
      Port: numberOf(outputs, "port"),
      HostedZoneId: text("hostedZoneId"),
    },
    MultiAZ: outputs["multiAz"] === true,
    AvailabilityZone: text("availabilityZone"),
    StorageType: text("storageType"),
    MaxAllocatedStorage: numberOf(outputs, "maxAllocatedStorage"),
    BackupRetentionPeriod: numberOf(outputs, "backupRetentionPeriod"),
    PreferredBackupWindow: text("backupWindow"),
    PreferredMaintenanceWindow: text("maintenanceWindow"),
    LatestRestorableTime: restoreWindow(record)?.[1].toISOString(),
    // The first alone: the lists of an answer have items of one name.
    ReadReplicaDBInstanceIdentifiers: { ReadReplicaDBInstanceIdentifier: textsAt(outputs, "replicas")[0] },
    ReadReplicaSourceDBInstanceIdentifier: text("replicateSourceDb"),
    CACertificateIdentifier: text("caCertIdentifier"),
    CertificateDetails: {
      CAIdentifier: text("caCertIdentifier"),
      ValidTill: new Date(Date.parse(createdAt) + certificateDays * day).toISOString(),
    },
    ...(master !== undefined && {
      MasterUserSecret: {
        SecretArn: textOf(master, "secretArn"),
        SecretStatus: textOf(master, "secretStatus"),
        KmsKeyId: textOf(master, "kmsKeyId"),
      },
    }),
    // Nothing waits here by itself; a file of cloud/ may say that something does.
    PendingModifiedValues: recordOf(outputs, "pendingModifiedValues") as Readonly<Record<string, Xml>>,
    StorageEncrypted: outputs["storageEncrypted"] === true,
    DeletionProtection: outputs["deletionProtection"] === true,
  };
}

/** Of what stands alone: how long those of a deleted instance stay is not rehearsed. */
export const automatedBackups = reading("DescribeDBInstanceAutomatedBackups", (input, call) => {
  const name = input.get("DBInstanceIdentifier");
  const kept = call.hands
    .ofType(instanceType)
    .filter(({ outputs }) => (name ?? outputs["identifier"]) === outputs["identifier"])
    .filter(({ outputs }) => (numberOf(outputs, "backupRetentionPeriod") ?? 0) > 0);
  return {
    DBInstanceAutomatedBackups: kept.map((record) => {
      const { outputs } = record;
      const within = restoreWindow(record);
      return {
        ...described(outputs),
        DBInstanceIdentifier: textOf(outputs, "identifier"),
        DbiResourceId: textOf(outputs, "resourceId"),
        DBInstanceArn: textOf(outputs, "arn"),
        Status: within === undefined ? "creating" : "active",
        BackupRetentionPeriod: numberOf(outputs, "backupRetentionPeriod"),
        RestoreWindow: {
          EarliestTime: within?.[0].toISOString(),
          LatestTime: within?.[1].toISOString(),
        },
      };
    }),
  };
});

/** RDS announces nothing here. */
export const pendingMaintenance = reading("DescribePendingMaintenanceActions", () => ({
  PendingMaintenanceActions: [],
}));

import { backupsIn, windowOf } from "../catalogue/entries/aws/rds-restore";
import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, numberOf, recordOf, textOf, textsAt, type Values } from "../interpreter/values";
import { described, instanceAsked, instanceType, reading } from "./rds-operation";
import { ApiError, type ApiCall } from "./call";
import type { Xml } from "./xml";

// Instances, and what RDS keeps of them by itself. Names and meanings: the Amazon RDS API reference.

/** When the certificates of rds-ca-rsa2048-g1's servers end is RDS's business: it makes new ones by itself, each for a year or more. */
const certificateDays = 365;
const day = 86_400_000;

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
    LatestRestorableTime: windowOf({ outputs, since: createdAt })?.latest,
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

export const listTags = reading("ListTagsForResource", (input, call) => {
  const arn = input.get("ResourceName") ?? "";
  const found = call.hands.ofType(instanceType).find(({ outputs }) => outputs["arn"] === arn);
  if (!found) throw new ApiError("DBInstanceNotFound", `DBInstance ${arn} not found.`, 404);
  const tags = recordOf(found.outputs, "tagsAll");
  return { TagList: Object.keys(tags).map((Key) => ({ Key, Value: textOf(tags, Key) })) };
});

/** Of what stands, and of what has gone and was to leave them. */
export const automatedBackups = reading("DescribeDBInstanceAutomatedBackups", (input, call) => {
  const asks = (parameter: string, outputs: Values, property: string): boolean =>
    (input.get(parameter) ?? outputs[property]) === outputs[property];
  return {
    DBInstanceAutomatedBackups: backupsIn(call.hands)
      .filter(({ outputs }) => (numberOf(outputs, "backupRetentionPeriod") ?? 0) > 0)
      .filter(({ outputs }) => asks("DBInstanceIdentifier", outputs, "identifier"))
      .filter(({ outputs }) => asks("DbiResourceId", outputs, "resourceId"))
      .map((backups) => {
        const { outputs } = backups;
        const within = windowOf(backups);
        const whole = within === undefined ? "creating" : "active";
        return {
          ...described(outputs),
          DBInstanceIdentifier: textOf(outputs, "identifier"),
          DbiResourceId: textOf(outputs, "resourceId"),
          DBInstanceArn: textOf(outputs, "arn"),
          Status: backups.until === undefined ? whole : "retained",
          Encrypted: outputs["storageEncrypted"] === true,
          BackupRetentionPeriod: numberOf(outputs, "backupRetentionPeriod"),
          RestoreWindow: { EarliestTime: within?.earliest, LatestTime: within?.latest },
        };
      }),
  };
});

/** RDS announces nothing here. */
export const pendingMaintenance = reading("DescribePendingMaintenanceActions", () => ({
  PendingMaintenanceActions: [],
}));

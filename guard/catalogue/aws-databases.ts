import { deletionProtection, grows, keptKey, names, type StatefulType } from "../stateful-type";
import { asSwitch, isRecord } from "../unknown";

/** Replicas of a table, and what keeps each of them safe. */
function replicas(list: unknown): ReadonlyMap<string, number> {
  return new Map(
    (Array.isArray(list) ? list : []).flatMap((replica: unknown): [string, number][] => {
      const region = isRecord(replica) ? replica["regionName"] : undefined;
      if (!isRecord(replica) || typeof region !== "string") {
        return [];
      }
      return [
        [region, Infinity],
        ...(
          [
            ["pointInTimeRecovery", "point-in-time recovery"],
            ["deletionProtectionEnabled", "deletion protection"],
          ] as const
        ).flatMap(([path, what]): [string, number][] =>
          asSwitch(replica[path]) === true ? [[`${what} in ${region}`, Infinity]] : [],
        ),
      ];
    }),
  );
}

/** DynamoDB and the other databases of AWS that are no relatives of RDS. */
export const awsDatabases: readonly StatefulType[] = [
  {
    type: "aws:dsql/cluster:Cluster",
    noun: "Aurora DSQL cluster",
    holds: "every database in it",
    locks: [deletionProtection("deletionProtectionEnabled")],
    life: [keptKey("kmsEncryptionKey")],
    forced: "forceDestroy",
    copyFirst: "Take a backup with AWS Backup first.",
  },
  {
    type: "aws:dynamodb/table:Table",
    noun: "DynamoDB table",
    holds: "its items, its indexes and point-in-time recovery of them",
    name: "name",
    size: [{ path: "hashKey", label: "key " }, { path: "rangeKey" }],
    locks: [deletionProtection("deletionProtectionEnabled")],
    life: [
      {
        kind: "switch",
        path: "pointInTimeRecovery.enabled",
        safe: true,
        absent: false,
        otherwise:
          "What is written or deleted by mistake cannot be undone, and the continuous backups so far are gone.",
        demanded: true,
      },
      {
        kind: "least",
        path: "pointInTimeRecovery.recoveryPeriodInDays",
        unit: "days",
        absent: 35,
        floor: "pointInTimeRecovery",
        otherwise: "The table can no longer be restored to an earlier moment.",
      },
      {
        kind: "switch",
        path: "ttl.enabled",
        safe: false,
        absent: false,
        otherwise: "DynamoDB begins to delete items whose time is over.",
        demanded: false,
      },
      {
        kind: "kept",
        path: "ttl.attributeName",
        mayGo: true,
        otherwise: "DynamoDB begins to delete items whose time by the other attribute is over.",
      },
      {
        kind: "switch",
        path: "streamEnabled",
        safe: true,
        absent: false,
        otherwise: "Changes that no consumer has read yet are lost with the stream.",
        demanded: false,
      },
      {
        kind: "kept",
        path: "streamViewType",
        mayGo: true,
        otherwise:
          "A new stream is made, and changes that no consumer has read yet are lost with the old one.",
      },
      {
        kind: "parts",
        path: "replicas",
        parts: replicas,
        otherwise: "The copy in that region is deleted, or can be deleted or spoilt more easily.",
      },
      keptKey("serverSideEncryption.kmsKeyArn"),
    ],
    copyFirst: "Take a backup with `aws dynamodb create-backup` first: it outlives the table.",
  },
  {
    type: "aws:dynamodb/globalTable:GlobalTable",
    noun: "DynamoDB global table",
    holds: "the replication between its regions",
    name: "name",
    locks: [],
    life: [
      {
        kind: "parts",
        path: "replicas",
        parts: names("regionName"),
        otherwise: "The table of that region leaves the global one.",
      },
    ],
    copyFirst: "Take a backup of each replica with `aws dynamodb create-backup` first.",
  },
  {
    type: "aws:dynamodb/tableReplica:TableReplica",
    noun: "replica of a DynamoDB table",
    holds: "the items in its region",
    name: "globalTableArn",
    locks: [deletionProtection("deletionProtectionEnabled")],
    life: [
      {
        kind: "switch",
        path: "pointInTimeRecovery",
        safe: true,
        absent: false,
        otherwise: "What is written or deleted by mistake cannot be undone in that region.",
        demanded: true,
      },
      keptKey("kmsKeyArn"),
    ],
    copyFirst: "See that the table has another replica that is up to date.",
  },
  {
    type: "aws:keyspaces/keyspace:Keyspace",
    noun: "keyspace",
    holds: "every table in it",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Export its tables first.",
  },
  {
    type: "aws:keyspaces/table:Table",
    noun: "Keyspaces table",
    holds: "its rows",
    name: "tableName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "pointInTimeRecovery.status",
        safe: "ENABLED",
        absent: "DISABLED",
        otherwise: "What is written or deleted by mistake cannot be undone.",
        demanded: true,
      },
      {
        kind: "switch",
        path: "ttl.status",
        safe: "",
        absent: "",
        otherwise: "Rows may be given a time to live, and are deleted when it is over.",
        demanded: false,
      },
      {
        kind: "least",
        path: "defaultTimeToLive",
        unit: "seconds",
        absent: Infinity,
        // Zero is none.
        part: (value) => (value === 0 ? Infinity : typeof value === "number" ? value : undefined),
        otherwise: "Rows that are written from then on are deleted sooner.",
      },
      keptKey("encryptionSpecification.kmsKeyIdentifier"),
    ],
    copyFirst: "Export it first.",
  },
  {
    type: "aws:timestreamwrite/database:Database",
    noun: "Timestream database",
    holds: "every table in it",
    name: "databaseName",
    locks: [],
    life: [keptKey("kmsKeyId")],
    copyFirst: "Take a backup with AWS Backup, or unload its tables, first.",
  },
  {
    type: "aws:timestreamwrite/table:Table",
    noun: "Timestream table",
    holds: "its records",
    name: "tableName",
    locks: [],
    life: [
      {
        kind: "least",
        path: "retentionProperties.magneticStoreRetentionPeriodInDays",
        unit: "days",
        absent: 73_000,
        otherwise: "Older records are deleted.",
      },
    ],
    copyFirst: "Take a backup with AWS Backup, or unload it, first.",
  },
  {
    type: "aws:timestreaminfluxdb/dbInstance:DbInstance",
    noun: "Timestream for InfluxDB instance",
    holds: "every bucket in it",
    name: "name",
    size: [{ path: "allocatedStorage", unit: " GiB" }],
    locks: [],
    life: [grows("allocatedStorage", "instance")],
    copyFirst: "Export its buckets with `influx backup` first.",
  },
  {
    type: "aws:timestreaminfluxdb/dbCluster:DbCluster",
    noun: "Timestream for InfluxDB cluster",
    holds: "every bucket in it",
    name: "name",
    size: [{ path: "allocatedStorage", unit: " GiB" }],
    locks: [],
    life: [grows("allocatedStorage", "cluster")],
    copyFirst: "Export its buckets with `influx backup` first.",
  },
  {
    type: "aws:qldb/ledger:Ledger",
    noun: "QLDB ledger",
    holds: "its journal",
    name: "name",
    locks: [{ path: "deletionProtection", on: true, absent: "on" }],
    life: [keptKey("kmsKey")],
    copyFirst: "Export its journal to S3 first.",
  },
];

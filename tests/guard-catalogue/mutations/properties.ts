import type { Walk } from "../../engine/support/walk";
import type { ExpectedRefusal, Mutation } from "../mutation";
import type { Part } from "../program/parts";
import { bucket, database, queue, table, volume, zone } from "../settings-change";
import { editPart, parts, setParts } from "../stages";
import { plainUp, refusedInPlace, up } from "../ways";

const key = "aws:kms/key:Key";

function propertyChange(
  name: string,
  part: string,
  props: NonNullable<Part["props"]>,
  ...refusals: readonly ExpectedRefusal[]
): Mutation {
  return {
    name,
    area: "properties",
    stage: parts,
    change: (walk) => {
      editPart(walk, part, { props });
    },
    attempts: refusedInPlace(...refusals.map((refusal) => ({ name: part, ...refusal }))),
  };
}

/** What a program may change of what holds data, property by property. */
export const propertyMutations: readonly Mutation[] = [
  propertyChange(
    "A database engine goes back by a minor version",
    "database",
    { engineVersion: "16.4" },
    { rule: "downgrades", type: database, says: /16\.13 to 16\.4/ },
  ),
  propertyChange(
    "A database engine goes back by a major version",
    "database",
    { engineVersion: "15.12", allowMajorVersionUpgrade: true },
    { rule: "downgrades", type: database, says: /16\.13 to 15\.12/ },
  ),
  propertyChange(
    "A database becomes one of another engine",
    "database",
    { engine: "mysql", engineVersion: "8.0.40" },
    { rule: "replaces-data", type: database, says: /engine/ },
  ),
  propertyChange(
    "A database gets less storage",
    "database",
    { allocatedStorage: 50 },
    { rule: ["shrinks", "replaces-data"], type: database, says: /allocatedStorage/ },
  ),
  propertyChange(
    "A database gets another identifier",
    "database",
    { identifier: "dev-parts-two" },
    { rule: "exchanged", type: database, says: /identifier goes from dev-parts to dev-parts-two/ },
  ),
  propertyChange(
    "A database is to be restored from a snapshot",
    "database",
    { snapshotIdentifier: "dev-parts-monday" },
    { rule: "replaces-data", type: database, says: /snapshotIdentifier/ },
  ),
  propertyChange(
    "A database is no longer encrypted",
    "database",
    { storageEncrypted: false },
    { rule: "replaces-data", type: database, says: /storageEncrypted/ },
  ),
  propertyChange(
    "Everything that keeps a database's backups is loosened at once",
    "database",
    {
      backupRetentionPeriod: 1,
      deleteAutomatedBackups: true,
      skipFinalSnapshot: true,
      deletionProtection: false,
    },
    { rule: "lowered-retention", type: database, says: /backupRetentionPeriod goes from 14 days to 1 day/ },
    { rule: "loosened", type: database, says: /deleteAutomatedBackups/ },
    { rule: "removes-final-copy", type: database },
    { rule: "removes-lock", type: database },
  ),
  propertyChange(
    "A database's last snapshot loses its name",
    "database",
    { finalSnapshotIdentifier: undefined },
    { rule: "removes-final-copy", type: database, says: /finalSnapshotIdentifier is no longer set/ },
  ),
  propertyChange(
    "A table's items begin to end",
    "table",
    { ttl: { enabled: true, attributeName: "made" } },
    { rule: "loosened", type: table, says: /ttl\.enabled/ },
  ),
  propertyChange(
    "A table loses its lock, point-in-time recovery and key at once",
    "table",
    {
      deletionProtectionEnabled: false,
      pointInTimeRecovery: { enabled: false },
      serverSideEncryption: { enabled: false },
    },
    { rule: "removes-lock", type: table },
    { rule: "loosened", type: table, says: /pointInTimeRecovery/ },
    { rule: "exchanged", type: table, says: /serverSideEncryption/ },
  ),
  propertyChange(
    "A table's items are to be found by another key",
    "table",
    { hashKey: "user", attributes: [{ name: "user", type: "S" }] },
    { rule: "replaces-data", type: table, says: /hashKey/ },
  ),
  {
    ...propertyChange("A table's point-in-time recovery is not known before the run", "table", {
      pointInTimeRecovery: { enabled: { $unknown: true } },
    }),
    attempts: [
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "unknown-value", type: table, name: "table", says: /pointInTimeRecovery/ }],
      },
    ],
  },
  propertyChange(
    "A queue keeps its messages for a shorter time",
    "queue",
    { messageRetentionSeconds: 86_400 },
    { rule: "lowered-retention", type: queue, says: /messageRetentionSeconds/ },
  ),
  propertyChange(
    "A queue becomes a FIFO queue",
    "queue",
    { name: "dev_parts.fifo", fifoQueue: true },
    { rule: "replaces-data", type: queue, says: /fifoQueue/ },
  ),
  propertyChange(
    "A volume gets smaller",
    "volume",
    { size: 50 },
    { rule: ["shrinks", "replaces-data"], type: volume, says: /size/ },
  ),
  propertyChange(
    "A volume moves to another zone",
    "volume",
    { availabilityZone: "eu-west-1b" },
    { rule: "replaces-data", type: volume, says: /availabilityZone/ },
  ),
  propertyChange(
    "A volume leaves no snapshot behind",
    "volume",
    { finalSnapshot: false },
    { rule: "loosened", type: volume, says: /finalSnapshot/ },
  ),
  propertyChange(
    "The key that encrypts a table is disabled",
    "key",
    { isEnabled: false },
    { rule: "loosened", type: key, says: /isEnabled/ },
  ),
  propertyChange(
    "The key that encrypts a table can be restored for a shorter time",
    "key",
    { deletionWindowInDays: 7 },
    { rule: "lowered-retention", type: key, says: /deletionWindowInDays/ },
  ),
  propertyChange(
    "The key that encrypts a table becomes one for all regions",
    "key",
    { multiRegion: true },
    { rule: "replaces-data", type: key, says: /multiRegion/ },
  ),
  propertyChange(
    "A zone may be deleted with its records",
    "zone",
    { forceDestroy: true },
    { rule: "forces-deletion", type: zone },
  ),
  propertyChange(
    "A bucket may be deleted with its objects",
    "store",
    { forceDestroy: true },
    { rule: "forces-deletion", type: bucket },
  ),
  propertyChange(
    "Versioning of a bucket is suspended",
    "store-versioning",
    { versioningConfiguration: { status: "Suspended" } },
    { rule: "loosened", type: "aws:s3/bucketVersioning:BucketVersioning" },
  ),
  {
    name: "A rule comes that lets everything in a bucket end tomorrow",
    area: "properties",
    stage: parts,
    change: (walk: Walk): void => {
      setParts(walk, (all) => [
        ...all,
        {
          name: "store-lifecycle",
          type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
          props: {
            bucket: { $ref: "store.id" },
            rules: [{ id: "all", status: "Enabled", filter: {}, expiration: { days: 1 } }],
          },
        },
      ]);
    },
    attempts: [
      {
        way: up,
        expected: "refused",
        refusals: [{ rule: "shortened-lifecycle", name: "store-lifecycle", says: /parts-dev-store/ }],
      },
      // The first rules of a bucket are a new resource: a hook sees changes and deletions alone.
      { way: plainUp, expected: ["refused", "passed"] },
    ],
  },
];

import { shortenedLifecycle, soonestExpiry, startedLifecycle } from "../life/lifecycle";
import type { KeptProperty, StatefulType } from "../stateful-type";
import { keptKey } from "../stateful-type";
import { isRecord, read } from "../unknown";
import { policyLife } from "./store-policies";

const bucketCopy =
  "Copy the objects to another bucket first (`aws s3 sync`, or replication), versions included.";

/** The rules that let S3 delete objects by itself, in the shape of the lifecycle resource and of the bucket's own. */
function lifecycle(path: string): StatefulType["life"][number] {
  return {
    kind: "expiry",
    path,
    of: "bucket",
    shortens: shortenedLifecycle,
    starts: startedLifecycle,
    soonest: soonestExpiry,
  };
}

function bucket(type: string): StatefulType {
  return {
    type,
    noun: "S3 bucket",
    holds: "every object and every version in it",
    name: "bucket",
    locks: [],
    life: [lifecycle("lifecycleRules"), ...policyLife("bucket")],
    forced: "forceDestroy",
    copyFirst: bucketCopy,
  };
}

function versioning(type: string): StatefulType {
  return {
    type,
    noun: "versioning of an S3 bucket",
    holds: "the way back for objects that are overwritten or deleted from then on",
    name: "bucket",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "versioningConfiguration.status",
        safe: "Enabled",
        absent: "Suspended",
        otherwise: "What is overwritten or deleted from then on is gone at once.",
        demanded: true,
      },
      {
        kind: "switch",
        path: "versioningConfiguration.mfaDelete",
        safe: "Enabled",
        absent: "Disabled",
        otherwise: "Versions can be deleted for good without a second factor.",
        demanded: false,
      },
    ],
    copyFirst: bucketCopy,
  };
}

/** The key of a bucket's default encryption; undefined where S3 has its own. */
function bucketKey(rules: unknown): unknown {
  const [rule] = Array.isArray(rules) ? (rules as unknown[]) : [];
  return isRecord(rule) ? read(rule, "applyServerSideEncryptionByDefault.kmsMasterKeyId") : undefined;
}

function encryption(type: string): StatefulType {
  const kept: KeptProperty = { ...keptKey("rules"), part: bucketKey };
  return {
    type,
    noun: "encryption of an S3 bucket",
    holds: "nothing: S3 encrypts with a key of its own without it",
    name: "bucket",
    locks: [],
    life: [kept],
    copyFirst: bucketCopy,
    removable: true,
  };
}

/** How long objects are locked that come without a time of their own. */
function lockedDays(rule: unknown): number | undefined {
  const [days, years] = isRecord(rule)
    ? [read(rule, "defaultRetention.days"), read(rule, "defaultRetention.years")]
    : [];
  return typeof days === "number" ? days : typeof years === "number" ? years * 365 : 0;
}

function objectLock(type: string): StatefulType {
  return {
    type,
    noun: "object lock of an S3 bucket",
    holds: "the time for which nobody can delete or overwrite what comes into it",
    name: "bucket",
    locks: [],
    life: [
      {
        kind: "least",
        path: "rule",
        unit: "days",
        absent: 0,
        part: lockedDays,
        otherwise: "What comes from then on can be deleted sooner.",
      },
      {
        kind: "switch",
        path: "rule.defaultRetention.mode",
        safe: "COMPLIANCE",
        absent: "GOVERNANCE",
        otherwise: "Whoever has the permission can take the lock off objects.",
        demanded: false,
      },
    ],
    copyFirst: bucketCopy,
  };
}

/** Buckets that something is copied to. */
function destinations(rules: unknown): ReadonlyMap<string, number> {
  return new Map(
    (Array.isArray(rules) ? rules : []).flatMap((rule: unknown) => {
      const bucket =
        isRecord(rule) && rule["status"] === "Enabled" ? read(rule, "destination.bucket") : undefined;
      return typeof bucket === "string" ? [[bucket, Infinity]] : [];
    }),
  );
}

function lifecycleConfiguration(type: string): StatefulType {
  return {
    type,
    noun: "lifecycle of an S3 bucket",
    holds: "nothing: objects live longer without it",
    name: "bucket",
    locks: [],
    life: [lifecycle("rules")],
    copyFirst: bucketCopy,
    removable: true,
  };
}

/**
 * Buckets, and what S3 keeps of them as resources beside them. Objects (`aws:s3/bucketObject`) are not here: the program itself
 * holds the content of those.
 */
export const awsS3: readonly StatefulType[] = [
  {
    ...bucket("aws:s3/bucket:Bucket"),
    life: [
      ...bucket("aws:s3/bucket:Bucket").life,
      keptKey("serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault.kmsMasterKeyId"),
      {
        kind: "switch",
        path: "versioning.enabled",
        safe: true,
        absent: false,
        otherwise: "What is overwritten or deleted from then on is gone at once.",
        // Versioning is a resource of its own; s3/versioned asks for that.
        demanded: false,
      },
    ],
  },
  {
    ...bucket("aws:s3/bucketV2:BucketV2"),
    life: [
      ...bucket("aws:s3/bucketV2:BucketV2").life,
      {
        kind: "switch",
        path: "versionings.enabled",
        safe: true,
        absent: false,
        otherwise: "What is overwritten or deleted from then on is gone at once.",
        demanded: false,
      },
    ],
  },
  versioning("aws:s3/bucketVersioning:BucketVersioning"),
  versioning("aws:s3/bucketVersioningV2:BucketVersioningV2"),
  lifecycleConfiguration("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
  lifecycleConfiguration("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"),
  encryption("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"),
  encryption("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"),
  objectLock("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"),
  objectLock("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"),
  {
    type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
    noun: "replication of an S3 bucket",
    holds: "the copies in other buckets of what comes from then on",
    name: "bucket",
    locks: [],
    life: [
      {
        kind: "parts",
        path: "rules",
        parts: destinations,
        otherwise: "What comes from then on is no longer copied there.",
      },
    ],
    copyFirst: "See that the objects are copied another way.",
  },
  {
    type: "aws:s3control/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    noun: "lifecycle of an S3 on Outposts bucket",
    holds: "nothing: objects live longer without it",
    name: "bucket",
    locks: [],
    life: [lifecycle("rules")],
    copyFirst: bucketCopy,
    removable: true,
  },
  {
    type: "aws:s3/directoryBucket:DirectoryBucket",
    noun: "S3 directory bucket",
    holds: "every object in it",
    name: "bucket",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: bucketCopy,
  },
  {
    type: "aws:s3control/bucket:Bucket",
    noun: "S3 on Outposts bucket",
    holds: "every object in it",
    name: "bucket",
    locks: [],
    life: [],
    copyFirst: bucketCopy,
  },
  {
    type: "aws:s3tables/tableBucket:TableBucket",
    noun: "S3 table bucket",
    holds: "every table in it",
    name: "name",
    locks: [],
    life: [
      {
        kind: "least",
        path: "maintenanceConfiguration.icebergUnreferencedFileRemoval.settings.nonCurrentDays",
        unit: "days",
        otherwise: "Files that no table refers to any more are deleted sooner.",
      },
    ],
    forced: "forceDestroy",
    copyFirst: "Copy its tables to another table bucket first.",
  },
  {
    type: "aws:s3tables/table:Table",
    noun: "S3 table",
    holds: "its rows and its history",
    name: "name",
    locks: [],
    life: [
      {
        kind: "least",
        path: "maintenanceConfiguration.icebergSnapshotManagement.settings.maxSnapshotAgeHours",
        unit: "hours",
        absent: 120,
        otherwise: "Earlier states of the table are deleted sooner.",
      },
    ],
    copyFirst: "Copy it to another table bucket first.",
  },
  {
    type: "aws:s3tables/namespace:Namespace",
    noun: "namespace of an S3 table bucket",
    holds: "every table in it",
    name: "namespace",
    locks: [],
    life: [],
    copyFirst: "Copy its tables to another namespace first.",
  },
  {
    type: "aws:s3/vectorsVectorBucket:VectorsVectorBucket",
    noun: "S3 vector bucket",
    holds: "every index and vector in it",
    name: "vectorBucketName",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: "Copy its vectors to another bucket first.",
  },
  {
    type: "aws:s3/vectorsIndex:VectorsIndex",
    noun: "S3 vector index",
    holds: "every vector in it",
    name: "indexName",
    locks: [],
    life: [],
    copyFirst: "Copy its vectors to another index first.",
  },
];

import { shortenedLifecycle, soonestExpiry, startedLifecycle } from "../lifecycle";
import type { StatefulType } from "../stateful-type";

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
    life: [lifecycle("lifecycleRules")],
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
    ],
    copyFirst: bucketCopy,
  };
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
      lifecycle("lifecycleRules"),
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
  bucket("aws:s3/bucketV2:BucketV2"),
  versioning("aws:s3/bucketVersioning:BucketVersioning"),
  versioning("aws:s3/bucketVersioningV2:BucketVersioningV2"),
  lifecycleConfiguration("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
  lifecycleConfiguration("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"),
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
    life: [],
    forced: "forceDestroy",
    copyFirst: "Copy its tables to another table bucket first.",
  },
  {
    type: "aws:s3tables/table:Table",
    noun: "S3 table",
    holds: "its rows and its history",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Copy it to another table bucket first.",
  },
];

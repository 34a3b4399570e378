import type { CloudView, Entries, Entry, Reference, Refusal, Rule } from "../../../interpreter/entry";
import { isRecord, listOf, numberOf, textOf, textsAt, type Values } from "../../../interpreter/values";
import { hostedZoneOf } from "../../../packages/aws/regions";
import { malformedPolicy } from "./iam-policy";

// Codes and wording: the S3 API reference, "Error responses"; names: "General purpose bucket naming rules".

const bucketType = "aws:s3/bucket:Bucket";

/** Types of objects in buckets, whether the program made them or somebody put them there by hand. */
const objectTypes = [
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/objectCopy:ObjectCopy",
] as const;

const nameIsValid: Rule = ({ inputs }) => {
  const name = textOf(inputs, "bucket");
  const shaped = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name);
  const odd = /\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|^sthree-|-s3alias$|--ol-s3$/.test(name);
  if (name === "" || (shaped && !odd)) return undefined;
  return { code: "InvalidBucketName", message: "The specified bucket is not valid." };
};

/** One name space for everybody. */
const nameIsFree: Rule = ({ inputs, place }, cloud) => {
  const name = textOf(inputs, "bucket");
  const taken = cloud.everywhere(bucketType).find(({ id }) => id === name);
  if (name === "" || !taken) return undefined;
  if (taken.scope.startsWith(place.account)) {
    const message = "Your previous request to create the named bucket succeeded and you already own it.";
    return { code: "BucketAlreadyOwnedByYou", message, status: 409 };
  }
  const message =
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. " +
    "Please select a different name and try again.";
  return { code: "BucketAlreadyExists", message, status: 409 };
};

const isEmpty: Rule = ({ id, inputs }, cloud) => {
  if (inputs["forceDestroy"] === true || objectsIn(id, cloud).length === 0) return undefined;
  const message = "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
  return { code: "BucketNotEmpty", message, status: 409, waits: true };
};

/** Objects, with whatever versions they have. */
export function objectsIn(
  bucket: string,
  cloud: CloudView,
): { readonly type: string; readonly id: string }[] {
  return objectTypes.flatMap((type) =>
    cloud
      .ofType(type)
      .filter((record) => textsAt({ ...record.inputs, ...record.outputs }, "bucket").includes(bucket)),
  );
}

const toBucket: Reference = {
  property: "bucket",
  type: bucketType,
  code: "NoSuchBucket",
  message: () => "The specified bucket does not exist",
  status: 404,
};

/** A side of a bucket that is a resource of its own, known by the bucket's name. */
function setting(title: string, operation: string, extra: Partial<Entry> = {}): Entry {
  return {
    api: {
      service: "S3",
      title: `S3 Bucket ${title}`,
      create: `Put${operation}`,
      update: `Put${operation}`,
      delete: `Delete${operation}`,
    },
    id: ({ inputs }) => textOf(inputs, "bucket"),
    references: [toBucket],
    ...extra,
  };
}

const policyIsJson = (inputs: Values): Refusal | undefined => {
  const refusal = malformedPolicy(textOf(inputs, "policy"), "resource");
  return refusal && { ...refusal, code: "MalformedPolicy" };
};

/** Rules with a filter and one thing to do at least; transitions not before 30 days. */
const lifecycleIsValid = (inputs: Values): Refusal | undefined => {
  const rules = listOf(inputs, "rules").filter(isRecord);
  const ids = rules.map((rule) => textOf(rule, "id"));
  if (new Set(ids).size < ids.length) {
    return {
      code: "InvalidArgument",
      message: "Rule ID must be unique. Found same ID for more than one rule",
    };
  }
  const early = rules
    .flatMap((rule) => listOf(rule, "transitions"))
    .filter(isRecord)
    .find((move) => (numberOf(move, "days") ?? 30) < 30 && /_IA$/.test(textOf(move, "storageClass")));
  if (!early) return undefined;
  const message = `'Days' in Transition action must be greater than or equal to 30 for storageClass '${textOf(early, "storageClass")}'`;
  return { code: "InvalidArgument", message };
};

const object: Entry = {
  api: {
    service: "S3",
    title: "S3 Object",
    create: "PutObject",
    update: "PutObject",
    delete: "DeleteObject",
  },
  id: ({ inputs, name }) => `${textOf(inputs, "bucket")}/${textOf(inputs, "key") || name}`,
  outputs: ({ random }) => ({
    etag: random.hex(32),
    versionId: random.lower(32),
    serverSideEncryption: "AES256",
    storageClass: "STANDARD",
    contentType: "application/octet-stream",
  }),
  references: [toBucket],
};

export const entries: Entries = {
  [bucketType]: {
    api: { service: "S3", title: "S3 Bucket" },
    id: ({ inputs, random }) =>
      textOf(inputs, "bucket") || `${textOf(inputs, "bucketPrefix") || "terraform-"}${random.hex(26)}`,
    outputs: ({ id, random, place }) => ({
      bucket: id,
      bucketPrefix: "",
      bucketDomainName: `${id}.s3.amazonaws.com`,
      bucketRegion: place.region,
      bucketRegionalDomainName: `${id}.s3.${place.region}.amazonaws.com`,
      hostedZoneId: hostedZoneOf(place.region, "s3") ?? `Z${random.upper(13)}`,
      requestPayer: "BucketOwner",
      objectLockEnabled: false,
      grants: [{ id: random.hex(64), permissions: ["FULL_CONTROL"], type: "CanonicalUser", uri: "" }],
      serverSideEncryptionConfiguration: {
        rule: {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: "" },
          bucketKeyEnabled: false,
        },
      },
      versioning: { enabled: false, mfaDelete: false },
    }),
    refuseCreate: [nameIsValid, nameIsFree],
    refuseDelete: [isEmpty],
    afterDelete: ({ id }, cloud) => {
      for (const found of objectsIn(id, cloud)) cloud.remove(found.type, found.id);
    },
  },
  "aws:s3/bucketVersioning:BucketVersioning": setting("Versioning", "BucketVersioning"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    "Public Access Block",
    "PublicAccessBlock",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    "Ownership Controls",
    "BucketOwnershipControls",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    "Server-side Encryption Configuration",
    "BucketEncryption",
  ),
  "aws:s3/bucketLogging:BucketLogging": setting("Logging", "BucketLogging", {
    // Source: S3 API Reference, PutBucketLogging, and "Enabling Amazon S3 server access logging": the same region and account.
    refuseInputs: [
      (inputs, cloud) =>
        cloud.ofType(bucketType).some(({ id }) => id === textOf(inputs, "targetBucket"))
          ? undefined
          : {
              code: "InvalidTargetBucketForLogging",
              message:
                "The target bucket for logging does not exist, is not owned by you, or does not have the appropriate grants for the log-delivery group.",
            },
    ],
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    "Lifecycle Configuration",
    "BucketLifecycleConfiguration",
    {
      outputs: ({ inputs }) => ({
        transitionDefaultMinimumObjectSize:
          textOf(inputs, "transitionDefaultMinimumObjectSize") || "all_storage_classes_128K",
      }),
      refuseInputs: [lifecycleIsValid],
    },
  ),
  "aws:s3/bucketPolicy:BucketPolicy": setting("Policy", "BucketPolicy", {
    refuseInputs: [policyIsJson],
  }),
  ...Object.fromEntries(objectTypes.map((type) => [type, object])),
};

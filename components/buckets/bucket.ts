import type * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket";
import {
  BucketLifecycleConfiguration,
  type BucketLifecycleConfigurationArgs,
} from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import { BucketLogging } from "@pulumi/aws/s3/bucketLogging";
import { bucketArn } from "../arns";
import { guarded } from "../guard/guarded";
import { policyDocument, type Statement } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

/** Where accesses are logged, and what must be there before anything is. */
export interface LogBucket {
  readonly name: string;
  readonly ready: readonly pulumi.Resource[];
}

export interface BucketArgs {
  readonly context: StackContext;
  /** Of the bucket. */
  readonly name: string;
  /** What becomes of objects with age. */
  readonly lifecycle: {
    readonly infrequentAccessAfterDays?: number | undefined;
    readonly expireAfterDays?: number | undefined;
    readonly noncurrentVersionDays: number;
  };
  /** Whether it goes with what is in it. Default: never. */
  readonly forceDestroy?: boolean;
  /** Whom its policy lets in beside the account's own principals. */
  readonly statements?: readonly Statement[];
  /** Where S3 logs who asks it for what. Default: nowhere. */
  readonly logs?: LogBucket | undefined;
  readonly parent: pulumi.Resource;
}

/** A bucket, and what it is not ready without. */
export interface BucketParts {
  readonly bucket: Bucket;
  readonly policy: BucketPolicy;
}

/** Where server access logs of a bucket lie in the bucket of logs. */
export const serverLogPrefix = (bucket: string): string => `buckets/${bucket}/`;

/**
 * A bucket that is versioned, encrypted, and closed to everything but the account's own principals, and who is named, over TLS.
 *
 * Its settings are resources of their own, one after the other: S3 answers OperationAborted to two changes of one
 * bucket's configuration at once. What keeps the world out comes first.
 *
 * Objects are encrypted with S3's own keys (SSE-S3), unless groundwork:encryption has others: a key of one's own is a second way to
 * lose all of them.
 */
export function createBucket(name: string, args: BucketArgs): BucketParts {
  const { context, logs, parent } = args;
  const bucket = new Bucket(
    name,
    {
      bucket: args.name,
      forceDestroy: args.forceDestroy ?? false,
      tags: { Name: args.name },
    },
    guarded("aws:s3/bucket:Bucket", context, { parent }),
  );

  const closed = new BucketPublicAccessBlock(
    name,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  const owned = new BucketOwnershipControls(
    name,
    // Access lists are off: whoever puts an object, it belongs to the bucket's account.
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent, dependsOn: [closed] },
  );
  const encrypted = new BucketServerSideEncryptionConfiguration(
    name,
    {
      bucket: bucket.id,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
          // Objects under a key that only their writer has could be read by nobody else. S3's default for new buckets.
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    },
    { parent, dependsOn: [owned] },
  );
  const versioned = new BucketVersioning(
    name,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    guarded("aws:s3/bucketVersioning:BucketVersioning", context, { parent, dependsOn: [encrypted] }),
  );
  const lifecycle = new BucketLifecycleConfiguration(
    name,
    { bucket: bucket.id, rules: lifecycleRules(args.lifecycle) },
    guarded("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", context, {
      parent,
      dependsOn: [versioned],
    }),
  );
  const policy = new BucketPolicy(
    name,
    {
      bucket: bucket.id,
      policy: policyDocument([
        ...encryptedTransportOnly(bucketArn(context, args.name)),
        ...(args.statements ?? []),
      ]),
    },
    { parent, dependsOn: [lifecycle] },
  );
  if (logs !== undefined) {
    new BucketLogging(
      name,
      { bucket: bucket.id, targetBucket: logs.name, targetPrefix: serverLogPrefix(args.name) },
      { parent, dependsOn: [policy, ...logs.ready] },
    );
  }
  return { bucket, policy };
}

/** Days after which the parts of an upload that was never finished are thrown away; they are billed until then. */
const ABANDONED_UPLOAD_DAYS = 7;

/** One rule an action and all objects in each: a rule that does one thing can be read, and switched off, by itself. */
function lifecycleRules(lifecycle: BucketArgs["lifecycle"]): BucketLifecycleConfigurationArgs["rules"] {
  const everything = { status: "Enabled", filter: { prefix: "" } };
  const { infrequentAccessAfterDays, expireAfterDays, noncurrentVersionDays } = lifecycle;
  return [
    {
      id: "abandoned-uploads",
      ...everything,
      abortIncompleteMultipartUpload: { daysAfterInitiation: ABANDONED_UPLOAD_DAYS },
    },
    {
      id: "noncurrent-versions",
      ...everything,
      noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays },
      // A deleted object's marker goes when the last version behind it is gone; listings slow down under them.
      expiration: { expiredObjectDeleteMarker: true },
    },
    ...(infrequentAccessAfterDays === undefined
      ? []
      : [
          {
            id: "infrequent-access",
            ...everything,
            transitions: [{ days: infrequentAccessAfterDays, storageClass: "STANDARD_IA" }],
          },
        ]),
    ...(expireAfterDays === undefined
      ? []
      : [{ id: "expiry", ...everything, expiration: { days: expireAfterDays } }]),
  ];
}

/** Refuses every request over plain HTTP or TLS before 1.2, whoever sends it. */
function encryptedTransportOnly(arn: string): Statement[] {
  const everyone = { Effect: "Deny", Principal: "*", Action: ["s3:*"], Resource: [arn, `${arn}/*`] } as const;
  return [
    { Sid: "NoPlainHttp", ...everyone, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "NoOldTls", ...everyone, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}

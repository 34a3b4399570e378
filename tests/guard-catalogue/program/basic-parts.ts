import { component, type Part } from "./parts";

const onlyTls = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["arn:aws:s3:::parts-dev-store", "arn:aws:s3:::parts-dev-store/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
};

/** A bucket and its resources beside it, as S3 has them. */
const bucketParts: readonly Part[] = [
  { name: "store", type: "aws:s3/bucket:Bucket", props: { bucket: "parts-dev-store", forceDestroy: false } },
  {
    name: "store-versioning",
    type: "aws:s3/bucketVersioning:BucketVersioning",
    props: { bucket: { $ref: "store.id" }, versioningConfiguration: { status: "Enabled" } },
  },
  {
    name: "store-encryption",
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    props: {
      bucket: { $ref: "store.id" },
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    },
  },
  {
    name: "store-private",
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    props: {
      bucket: { $ref: "store.id" },
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  },
  {
    name: "store-tls",
    type: "aws:s3/bucketPolicy:BucketPolicy",
    props: { bucket: { $ref: "store.id" }, policy: JSON.stringify(onlyTls) },
  },
];

/** One of each kind of thing that holds data, and a role, which holds none. */
export const basicParts: readonly Part[] = [
  { name: "home", type: component },
  { name: "attic", type: component },
  ...bucketParts,
  {
    name: "key",
    type: "aws:kms/key:Key",
    props: { description: "Encrypts the table.", enableKeyRotation: true, deletionWindowInDays: 30 },
  },
  {
    name: "table",
    type: "aws:dynamodb/table:Table",
    parent: "home",
    props: {
      name: "dev_parts",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
      serverSideEncryption: { enabled: true, kmsKeyArn: { $ref: "key.arn" } },
    },
  },
  {
    name: "queue",
    type: "aws:sqs/queue:Queue",
    parent: "home",
    props: { name: "dev_parts", messageRetentionSeconds: 1209600, sqsManagedSseEnabled: true },
  },
  {
    name: "volume",
    type: "aws:ebs/volume:Volume",
    props: { availabilityZone: "eu-west-1a", size: 100, type: "gp3", encrypted: true, finalSnapshot: true },
  },
  {
    name: "database",
    type: "aws:rds/instance:Instance",
    parent: "home",
    props: {
      identifier: "dev-parts",
      instanceClass: "db.t4g.small",
      engine: "postgres",
      engineVersion: "16.13",
      allocatedStorage: 100,
      storageType: "gp3",
      storageEncrypted: true,
      username: "parts",
      manageMasterUserPassword: true,
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "dev-parts-final",
      publiclyAccessible: false,
    },
  },
  { name: "zone", type: "aws:route53/zone:Zone", props: { name: "parts.example.com" } },
  {
    name: "role",
    type: "aws:iam/role:Role",
    props: {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } },
        ],
      }),
    },
  },
];

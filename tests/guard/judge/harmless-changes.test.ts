import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Step } from "../../../guard/step";

type Properties = Readonly<Record<string, unknown>>;
type Change = readonly [
  what: string,
  type: string,
  before: Properties,
  after: Properties,
  inCloud?: Properties,
];

function planned([, type, before, after, inCloud = before]: Change): Step {
  const state = { id: "id-1", protect: true };
  return {
    urn: `urn:pulumi:prod::groundwork::${type}::subject`,
    type,
    op: "update",
    old: { ...state, inputs: before, outputs: inCloud },
    new: { ...state, inputs: after, outputs: {} },
    replaceKeys: [],
    changedKeys: [],
  };
}

const database = "aws:rds/instance:Instance";
const guarded = {
  deletionProtection: true,
  skipFinalSnapshot: false,
  finalSnapshotIdentifier: "f",
  backupRetentionPeriod: 14,
  allocatedStorage: 100,
};
const table = "aws:dynamodb/table:Table";
const guardedTable = { deletionProtectionEnabled: true, pointInTimeRecovery: { enabled: true } };
const changes: readonly Change[] = [
  [
    "the engine is asked for by its major version alone",
    database,
    { ...guarded, engineVersion: "16.8" },
    { ...guarded, engineVersion: "16" },
  ],
  [
    "the engine is asked for as the cloud has upgraded it",
    database,
    { ...guarded, engineVersion: "16" },
    { ...guarded, engineVersion: "16.8" },
    { ...guarded, engineVersion: "16.8" },
  ],
  [
    "the engine goes from 16.9 to 16.10",
    database,
    { ...guarded, engineVersion: "16.9" },
    { ...guarded, engineVersion: "16.10" },
  ],
  [
    "the engine goes up by a major version",
    database,
    { ...guarded, engineVersion: "16.9" },
    { ...guarded, engineVersion: "17.2", allowMajorVersionUpgrade: true },
  ],
  [
    "Aurora goes up by a minor version",
    "aws:rds/cluster:Cluster",
    { ...guarded, engineVersion: "8.0.mysql_aurora.3.05.2" },
    { ...guarded, engineVersion: "8.0.mysql_aurora.3.10.0" },
  ],
  [
    "storage becomes faster",
    database,
    { ...guarded, storageType: "gp3" },
    { ...guarded, storageType: "io2", iops: 3000 },
  ],
  [
    "storage has grown by itself, and what is asked for stays",
    database,
    { ...guarded, allocatedStorage: 100, maxAllocatedStorage: 500 },
    { ...guarded, allocatedStorage: 100, maxAllocatedStorage: 400 },
    { ...guarded, allocatedStorage: 150, maxAllocatedStorage: 500 },
  ],
  [
    "storage has grown by itself, and a refresh has seen it",
    database,
    { ...guarded, allocatedStorage: 150, maxAllocatedStorage: 500 },
    { ...guarded, allocatedStorage: 100, maxAllocatedStorage: 500 },
  ],
  [
    "storage is asked for as it has grown",
    database,
    { ...guarded, allocatedStorage: 100 },
    { ...guarded, allocatedStorage: 150 },
    { ...guarded, allocatedStorage: 150 },
  ],
  ["the last snapshot gets another name", database, guarded, { ...guarded, finalSnapshotIdentifier: "g" }],
  [
    "items no longer expire",
    table,
    { ...guardedTable, ttl: { enabled: true, attributeName: "e" } },
    { ...guardedTable, ttl: { enabled: false, attributeName: "e" } },
  ],
  [
    "nothing is said of expiry any more",
    table,
    { ...guardedTable, ttl: { enabled: true, attributeName: "e" } },
    guardedTable,
  ],
  [
    "a table is copied to another region",
    table,
    guardedTable,
    { ...guardedTable, replicas: [{ regionName: "eu-central-1" }] },
  ],
  [
    "a table is copied to one more region, named before the first",
    table,
    { ...guardedTable, replicas: [{ regionName: "eu-central-1" }] },
    { ...guardedTable, replicas: [{ regionName: "eu-north-1" }, { regionName: "eu-central-1" }] },
  ],
  [
    "a table gets a stream",
    table,
    guardedTable,
    { ...guardedTable, streamEnabled: true, streamViewType: "NEW_IMAGE" },
  ],
  [
    "a table is billed otherwise",
    table,
    { ...guardedTable, billingMode: "PAY_PER_REQUEST" },
    { ...guardedTable, billingMode: "PROVISIONED", readCapacity: 5, writeCapacity: 5 },
  ],
  [
    "a table is stored more cheaply",
    table,
    guardedTable,
    { ...guardedTable, tableClass: "STANDARD_INFREQUENT_ACCESS" },
  ],
  ["a bucket gets a tag", "aws:s3/bucket:Bucket", { bucket: "b" }, { bucket: "b", tags: { a: "b" } }],
  [
    "versioning is switched on",
    "aws:s3/bucketVersioning:BucketVersioning",
    { versioningConfiguration: { status: "Suspended" } },
    { versioningConfiguration: { status: "Enabled" } },
  ],
  [
    "objects move to cheaper storage before they expire",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    { bucket: "b", rules: [{ id: "a", status: "Enabled", expiration: { days: 100 } }] },
    {
      bucket: "b",
      rules: [
        {
          id: "a",
          status: "Enabled",
          expiration: { days: 100 },
          transitions: [{ days: 30, storageClass: "STANDARD_IA" }],
        },
      ],
    },
  ],
  [
    "rules of expiry change their order and names",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    {
      bucket: "b",
      rules: [
        { id: "a", status: "Enabled", filter: { prefix: "x/" }, expiration: { days: 100 } },
        { id: "b", status: "Enabled", filter: { prefix: "y/" }, expiration: { days: 50 } },
      ],
    },
    {
      bucket: "b",
      rules: [
        { id: "bb", status: "Enabled", filter: { prefix: "y/" }, expiration: { days: 50 } },
        { id: "aa", status: "Enabled", filter: { prefix: "x/" }, expiration: { days: 100 } },
      ],
    },
  ],
  [
    "objects expire later",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    { bucket: "b", rules: [{ id: "a", status: "Enabled", expiration: { days: 100 } }] },
    { bucket: "b", rules: [{ id: "a", status: "Enabled", expiration: { days: 200 } }] },
  ],
  [
    "messages are tried more often, and the policy is written otherwise",
    "aws:sqs/queue:Queue",
    { redrivePolicy: '{"deadLetterTargetArn":"a","maxReceiveCount":5}' },
    { redrivePolicy: '{"maxReceiveCount":"9","deadLetterTargetArn":"a"}' },
  ],
  ["a queue's policy changes", "aws:sqs/queue:Queue", { policy: "{}" }, { policy: '{"a":1}' }],
  [
    "a volume becomes larger, and of another type",
    "aws:ebs/volume:Volume",
    { size: 10, type: "gp2", finalSnapshot: true },
    { size: 20, type: "gp3", finalSnapshot: true },
  ],
  [
    "a key gets a description and a policy",
    "aws:kms/key:Key",
    { deletionWindowInDays: 30, enableKeyRotation: true },
    { deletionWindowInDays: 30, enableKeyRotation: true, description: "x", policy: "{}" },
  ],
  [
    "a key is rotated from now on",
    "aws:kms/key:Key",
    { deletionWindowInDays: 30 },
    { deletionWindowInDays: 30, enableKeyRotation: true },
  ],
  [
    "a claim becomes larger",
    "kubernetes:core/v1:PersistentVolumeClaim",
    { spec: { resources: { requests: { storage: "10Gi" } } } },
    { spec: { resources: { requests: { storage: "20Gi" } } } },
  ],
  [
    "a claim is written in another unit",
    "kubernetes:core/v1:PersistentVolumeClaim",
    { spec: { resources: { requests: { storage: "1Gi" } } } },
    { spec: { resources: { requests: { storage: "1024Mi" } } } },
  ],
  [
    "a stateful set gets another image and more replicas",
    "kubernetes:apps/v1:StatefulSet",
    { spec: { replicas: 1, template: { spec: { containers: [{ image: "a" }] } } } },
    { spec: { replicas: 3, template: { spec: { containers: [{ image: "b" }] } } } },
  ],
  ["a zone gets a comment", "aws:route53/zone:Zone", { name: "a" }, { name: "a", comment: "x" }],
  [
    "logs are kept longer",
    "aws:cloudwatch/logGroup:LogGroup",
    { retentionInDays: 7 },
    { retentionInDays: 30 },
  ],
  [
    "logs are kept for ever, nothing being said",
    "aws:cloudwatch/logGroup:LogGroup",
    { retentionInDays: 7 },
    {},
  ],
  [
    "logs are kept for ever",
    "aws:cloudwatch/logGroup:LogGroup",
    { retentionInDays: 7 },
    { retentionInDays: 0 },
  ],
  [
    "a secret can be restored for longer",
    "aws:secretsmanager/secret:Secret",
    { recoveryWindowInDays: 7 },
    { recoveryWindowInDays: 30 },
  ],
  [
    "a file system becomes faster",
    "aws:efs/fileSystem:FileSystem",
    { encrypted: true },
    { encrypted: true, throughputMode: "elastic" },
  ],
  [
    "a control plane goes up by a minor version",
    "aws:eks/cluster:Cluster",
    { name: "c", version: "1.34", deletionProtection: true },
    { name: "c", version: "1.35", deletionProtection: true },
  ],
  [
    "a repository gets a tag",
    "aws:ecr/repository:Repository",
    { imageTagMutability: "IMMUTABLE" },
    { imageTagMutability: "IMMUTABLE", tags: { a: "b" } },
  ],
];

describe("changes in place that cost nothing", () => {
  for (const change of changes) {
    it(`pass without a word when ${change[0]}`, () => {
      expect(judgeSteps([planned(change)], { level: "production" })).to.deep.equal([]);
    });
  }
});

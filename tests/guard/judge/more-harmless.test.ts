import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { deletion, state, update } from "../steps";

type Properties = Readonly<Record<string, unknown>>;

const bucketRules = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const rule = (more: Properties): Properties => ({
  bucket: "b",
  rules: [{ id: "a", status: "Enabled", filter: {}, ...more }],
});
const plan = "aws:backup/plan:Plan";
const planned = (more: Properties): Properties => ({
  rules: [{ ruleName: "daily", targetVaultName: "v", lifecycle: { deleteAfter: 35 }, ...more }],
});
const replicated = (more: Properties): Properties => ({
  replicas: [{ regionName: "eu-north-1", ...more }],
});
const snapshots = (retainRule: Properties): Properties => ({
  policyDetails: { schedules: [{ name: "daily", retainRule }] },
});

const harmless: readonly (readonly [what: string, type: string, before: Properties, after: Properties])[] = [
  // S3
  [
    "more old versions are spared",
    bucketRules,
    rule({ noncurrentVersionExpiration: { noncurrentDays: 30, newerNoncurrentVersions: 1 } }),
    rule({ noncurrentVersionExpiration: { noncurrentDays: 30, newerNoncurrentVersions: 5 } }),
  ],
  [
    "the day on which everything ends comes later",
    bucketRules,
    rule({ expiration: { date: "2030-01-01T00:00:00Z" } }),
    rule({ expiration: { date: "2035-01-01T00:00:00Z" } }),
  ],
  [
    "a rule is narrowed to a part of what it deleted",
    bucketRules,
    rule({ filter: { prefix: "logs/" }, expiration: { days: 30 } }),
    rule({ filter: { prefix: "logs/old/" }, expiration: { days: 30 } }),
  ],
  [
    "a rule for everything becomes one for some tags",
    bucketRules,
    rule({ expiration: { days: 30 } }),
    rule({ filter: { tag: { key: "scratch", value: "true" } }, expiration: { days: 60 } }),
  ],
  [
    "the same days are written as a text",
    bucketRules,
    rule({ expiration: { days: 30 } }),
    rule({ expiration: { days: "30" } }),
  ],
  [
    "a rule says its prefix in a filter of several",
    bucketRules,
    rule({ filter: { prefix: "a/" }, expiration: { days: 30 } }),
    rule({ filter: { and: { prefix: "a/" } }, expiration: { days: 30 } }),
  ],
  [
    "objects go to Glacier and stay there",
    bucketRules,
    rule({}),
    rule({ transitions: [{ days: 30, storageClass: "DEEP_ARCHIVE" }] }),
  ],
  [
    "markers of deletion are tidied up",
    bucketRules,
    rule({}),
    rule({ expiration: { expiredObjectDeleteMarker: true } }),
  ],
  [
    "objects find their own class",
    "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
    { tierings: [{ accessTier: "ARCHIVE_ACCESS", days: 90 }] },
    { tierings: [{ accessTier: "DEEP_ARCHIVE_ACCESS", days: 180 }] },
  ],
  [
    "owners of objects change",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    { rule: { objectOwnership: "BucketOwnerPreferred" } },
    { rule: { objectOwnership: "BucketOwnerEnforced" } },
  ],
  [
    "versioning is written as a block in place of a list",
    "aws:s3/bucketV2:BucketV2",
    { versionings: [{ enabled: true }] },
    { versionings: { enabled: true } },
  ],
  [
    "objects are locked for longer, in years",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    { rule: { defaultRetention: { mode: "COMPLIANCE", days: 365 } } },
    { rule: { defaultRetention: { mode: "COMPLIANCE", years: 2 } } },
  ],
  // Databases
  [
    "retention is a text, and longer",
    "aws:rds/instance:Instance",
    { backupRetentionPeriod: 7 },
    { backupRetentionPeriod: "14" },
  ],
  [
    "a lock is the text `true`",
    "aws:rds/cluster:Cluster",
    { deletionProtection: true },
    { deletionProtection: "true" },
  ],
  [
    "the last snapshot is not left out, said as a text",
    "aws:docdb/cluster:Cluster",
    { skipFinalSnapshot: false, finalSnapshotIdentifier: "f" },
    { skipFinalSnapshot: "false", finalSnapshotIdentifier: "f" },
  ],
  ["a default is said", "aws:sqs/queue:Queue", {}, { messageRetentionSeconds: 345_600 }],
  ["a default is said of a lock that is off", "aws:rds/cluster:Cluster", {}, { deletionProtection: false }],
  ["a default is no longer said", "aws:kms/key:Key", { deletionWindowInDays: 30 }, {}],
  ["nothing is said as null", "aws:dynamodb/table:Table", {}, { ttl: null, replicas: null }],
  ["nothing is said as an empty list", "aws:dynamodb/table:Table", {}, { replicas: [] }],
  [
    "a cluster gets another group of parameters",
    "aws:rds/cluster:Cluster",
    { dbClusterParameterGroupName: "a" },
    { dbClusterParameterGroupName: "b" },
  ],
  [
    "parameters change",
    "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    { parameters: [{ name: "a", value: "1" }] },
    { parameters: [] },
  ],
  [
    "a replica gets point-in-time recovery",
    "aws:dynamodb/table:Table",
    replicated({}),
    replicated({ pointInTimeRecovery: true }),
  ],
  [
    "a cache gets more nodes",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    { numNodeGroups: 1 },
    { numNodeGroups: 3 },
  ],
  [
    "a cache may hold more",
    "aws:elasticache/serverlessCache:ServerlessCache",
    { cacheUsageLimits: { dataStorage: { maximum: 10, unit: "GB" } } },
    { cacheUsageLimits: { dataStorage: { maximum: 100, unit: "GB" } } },
  ],
  [
    "a domain gets more nodes",
    "aws:opensearch/domain:Domain",
    { clusterConfig: { instanceCount: 2 } },
    { clusterConfig: { instanceCount: 3 } },
  ],
  [
    "recent records stay in memory for a shorter time",
    "aws:timestreamwrite/table:Table",
    {
      retentionProperties: { memoryStoreRetentionPeriodInHours: 24, magneticStoreRetentionPeriodInDays: 30 },
    },
    { retentionProperties: { memoryStoreRetentionPeriodInHours: 6, magneticStoreRetentionPeriodInDays: 30 } },
  ],
  // Files and backups
  [
    "files go to the archive, and are still there",
    "aws:efs/fileSystem:FileSystem",
    {},
    { lifecyclePolicies: [{ transitionToArchive: "AFTER_90_DAYS" }] },
  ],
  [
    "a way to the files is moved",
    "aws:efs/mountTarget:MountTarget",
    { securityGroups: ["a"] },
    { securityGroups: ["b"] },
  ],
  [
    "a plan backs up at another time, and copies elsewhere besides",
    plan,
    planned({ schedule: "cron(0 5 * * ? *)" }),
    planned({
      schedule: "cron(0 3 * * ? *)",
      copyActions: [{ destinationVaultArn: "arn:v", lifecycle: { deleteAfter: 7 } }],
    }),
  ],
  [
    "more snapshots are kept",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy",
    snapshots({ count: 7 }),
    snapshots({ count: 14 }),
  ],
  ["a vault gets a tag", "aws:backup/vault:Vault", { name: "v" }, { name: "v", tags: { a: "b" } }],
  // Keys and names
  [
    "imported material of a key ends later",
    "aws:kms/externalKey:ExternalKey",
    { validTo: "2027-01-01T00:00:00Z" },
    { validTo: "2035-01-01T00:00:00Z" },
  ],
  [
    "imported material of a key ends no more",
    "aws:kms/externalKey:ExternalKey",
    { validTo: "2027-01-01T00:00:00Z" },
    {},
  ],
  [
    "a key is lent",
    "aws:kms/grant:Grant",
    { operations: ["Decrypt"] },
    { operations: ["Encrypt", "Decrypt"] },
  ],
  ["a parameter has another value", "aws:ssm/parameter:Parameter", { value: "a" }, { value: "b" }],
  [
    "users may sign in otherwise",
    "aws:cognito/userPool:UserPool",
    { deletionProtection: "ACTIVE" },
    { deletionProtection: "ACTIVE", mfaConfiguration: "OPTIONAL" },
  ],
  // Messages
  [
    "a topic keeps an archive from now on",
    "aws:sns/topic:Topic",
    {},
    { archivePolicy: '{"MessageRetentionPeriod":30}' },
  ],
  [
    "a subscriber gets dead letters, and another filter",
    "aws:sns/topicSubscription:TopicSubscription",
    {},
    { redrivePolicy: '{"deadLetterTargetArn":"arn:q"}', filterPolicy: "{}" },
  ],
  ["a function gets more memory", "aws:lambda/function:Function", { memorySize: 128 }, { memorySize: 512 }],
  [
    "a stream gets fewer shards",
    "aws:kinesis/stream:Stream",
    { shardCount: 4, retentionPeriod: 48 },
    { shardCount: 2, retentionPeriod: 48 },
  ],
  [
    "a queue takes smaller messages, later, and hides them for longer",
    "aws:sqs/queue:Queue",
    { maxMessageSize: 262_144 },
    { maxMessageSize: 1024, delaySeconds: 5, visibilityTimeoutSeconds: 600, receiveWaitTimeSeconds: 20 },
  ],
  [
    "Kafka keeps its records longer",
    "aws:msk/configuration:Configuration",
    { serverProperties: "log.retention.hours=24" },
    { serverProperties: "num.partitions=3\nlog.retention.hours=168" },
  ],
  // Types that the guard knows by their names alone
  [
    "a server becomes larger and is backed up for longer",
    "azure-native:dbforpostgresql:Server",
    { sku: { name: "a" }, storage: { storageSizeGB: 64 }, backup: { backupRetentionDays: 7 } },
    { sku: { name: "b" }, storage: { storageSizeGB: 128 }, backup: { backupRetentionDays: 35 } },
  ],
  [
    "a database of Google is locked, tagged and goes up",
    "gcp:sql/databaseInstance:DatabaseInstance",
    { databaseVersion: "POSTGRES_15", settings: { tier: "a", userLabels: {} } },
    {
      databaseVersion: "POSTGRES_16",
      deletionProtection: true,
      settings: { tier: "b", userLabels: { a: "b" } },
    },
  ],
  [
    "objects of Google's bucket go to a cheaper class",
    "gcp:storage/bucket:Bucket",
    {},
    {
      lifecycleRules: [
        { action: { type: "SetStorageClass", storageClass: "NEARLINE" }, condition: { age: 30 } },
      ],
    },
  ],
  ["a zone answers for a shorter time", "cloudflare:index/zone:Zone", { ttl: 3600 }, { ttl: 300 }],
  [
    "a cluster of another cloud gets fewer nodes",
    "digitalocean:index/kubernetesCluster:KubernetesCluster",
    { nodePool: { nodeCount: 5 } },
    { nodePool: { nodeCount: 3 } },
  ],
];

describe("changes in place that cost nothing, of services that the program does not use yet", () => {
  for (const [what, type, before, after] of harmless) {
    it(`pass without a word when ${what} (${type})`, () => {
      expect(judgeSteps([update(type, before, after)], { level: "production" })).to.deep.equal([]);
    });
  }

  for (const type of [
    "aws:sns/topic:Topic",
    "aws:lambda/function:Function",
    "aws:efs/mountTarget:MountTarget",
    "aws:kms/alias:Alias",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:rds/proxy:Proxy",
    "aws:route53/record:Record",
    "aws:ebs/defaultKmsKey:DefaultKmsKey",
    "aws:sns/dataProtectionPolicy:DataProtectionPolicy",
    "aws:ec2/keyPair:KeyPair",
    "aws:apigateway/apiKey:ApiKey",
    "aws:codebuild/project:Project",
    "docker:index/image:Image",
    "gcp:compute/instance:Instance",
    "gcp:projects/service:Service",
    "digitalocean:index/project:Project",
    "cloudflare:index/record:Record",
    "azure-native:network:NetworkInterface",
    "azure-native:search:SharedPrivateLinkResource",
    "kubernetes:core/v1:Service",
    "kubernetes:apps/v1:Deployment",
    "vault:index/policy:Policy",
    "random:index/randomId:RandomId",
  ]) {
    it(`are those by which a ${type} goes`, () => {
      expect(
        judgeSteps([deletion(type, state({}, { protect: false }))], { level: "production" }),
      ).to.deep.equal([]);
    });
  }
});

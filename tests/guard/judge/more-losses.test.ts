import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { create, deletion, state, update } from "../steps";

type Properties = Readonly<Record<string, unknown>>;
type Loss = readonly [what: string, type: string, before: Properties, after: Properties, rule: string];

const bucketRules = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const rule = (more: Properties): Properties => ({
  bucket: "b",
  rules: [{ id: "a", status: "Enabled", filter: {}, ...more }],
});
const oldBucket = (more: Properties): Properties => ({ lifecycleRules: [{ enabled: true, ...more }] });
const plan = "aws:backup/plan:Plan";
const planned = (more: Properties): Properties => ({
  rules: [{ ruleName: "daily", targetVaultName: "v", lifecycle: { deleteAfter: 35 }, ...more }],
});
const copied = (deleteAfter: number): Properties =>
  planned({ copyActions: [{ destinationVaultArn: "arn:v", lifecycle: { deleteAfter } }] });
const replicated = (more: Properties): Properties => ({
  replicas: [{ regionName: "eu-north-1", ...more }],
});
const snapshots = (retainRule: Properties): Properties => ({
  policyDetails: { schedules: [{ name: "daily", retainRule }] },
});
const collectionRules = (hours: string): Properties => ({
  name: "logs",
  type: "retention",
  policy: JSON.stringify({
    Rules: [{ ResourceType: "index", Resource: ["index/c/*"], MinIndexRetention: hours }],
  }),
});

const losses: readonly Loss[] = [
  // S3
  [
    "fewer old versions are kept besides their days",
    bucketRules,
    rule({ noncurrentVersionExpiration: { noncurrentDays: 30, newerNoncurrentVersions: 10 } }),
    rule({ noncurrentVersionExpiration: { noncurrentDays: 30, newerNoncurrentVersions: 1 } }),
    "shortened-lifecycle",
  ],
  [
    "the last ten versions are no longer spared",
    bucketRules,
    rule({ noncurrentVersionExpiration: { noncurrentDays: 30, newerNoncurrentVersions: 10 } }),
    rule({ noncurrentVersionExpiration: { noncurrentDays: 30 } }),
    "shortened-lifecycle",
  ],
  [
    "the day on which everything ends comes sooner",
    bucketRules,
    rule({ expiration: { date: "2035-01-01T00:00:00Z" } }),
    rule({ expiration: { date: "2027-01-01T00:00:00Z" } }),
    "shortened-lifecycle",
  ],
  [
    "objects end by their age and no longer on a day far away",
    bucketRules,
    rule({ expiration: { date: "2035-01-01T00:00:00Z" } }),
    rule({ expiration: { days: 30 } }),
    "shortened-lifecycle",
  ],
  [
    "days of expiry are written as a text",
    bucketRules,
    rule({ expiration: { days: 365 } }),
    rule({ expiration: { days: "1" } }),
    "shortened-lifecycle",
  ],
  [
    "a rule that had been switched off is switched on",
    bucketRules,
    rule({ status: "Disabled", expiration: { days: 30 } }),
    rule({ expiration: { days: 30 } }),
    "shortened-lifecycle",
  ],
  [
    "a rule for one tag becomes one for all objects",
    bucketRules,
    rule({ filter: { tag: { key: "a", value: "b" } }, expiration: { days: 30 } }),
    rule({ expiration: { days: 30 } }),
    "shortened-lifecycle",
  ],
  [
    "a rule in the bucket's own list loses its tags, and with them its bounds",
    "aws:s3/bucketV2:BucketV2",
    oldBucket({ tags: { scratch: "true" }, expirations: [{ days: 1 }] }),
    oldBucket({ expirations: [{ days: 1 }] }),
    "shortened-lifecycle",
  ],
  [
    "a rule in the bucket's own list comes, in the list form of the older type",
    "aws:s3/bucketV2:BucketV2",
    {},
    oldBucket({ expirations: [{ days: 1 }] }),
    "shortened-lifecycle",
  ],
  [
    "old versions end at once, in the list form of the older type",
    "aws:s3/bucketV2:BucketV2",
    oldBucket({ noncurrentVersionExpirations: [{ days: 90 }] }),
    oldBucket({ noncurrentVersionExpirations: [{ days: 1 }] }),
    "shortened-lifecycle",
  ],
  [
    "versioning is off, in the list form of the older type",
    "aws:s3/bucketV2:BucketV2",
    { versionings: [{ enabled: true }] },
    { versionings: [{ enabled: false }] },
    "loosened",
  ],
  [
    "a bucket may be deleted with its objects, said as a text",
    "aws:s3/bucket:Bucket",
    {},
    { forceDestroy: "true" },
    "forces-deletion",
  ],
  // Backups
  ["copies in another vault are kept for a shorter time", plan, copied(365), copied(30), "lowered-retention"],
  ["copies in another vault are no longer made", plan, copied(365), planned({}), "removes-part"],
  [
    "a plan's rule no longer backs up continuously",
    plan,
    planned({ enableContinuousBackup: true }),
    planned({}),
    "removes-part",
  ],
  [
    "a service is no longer backed up in the region",
    "aws:backup/regionSettings:RegionSettings",
    { resourceTypeOptInPreference: { EFS: true, RDS: true } },
    { resourceTypeOptInPreference: { EFS: false, RDS: true } },
    "removes-part",
  ],
  [
    "a vault takes no backups any more that are to be kept for long",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    { minRetentionDays: 7, maxRetentionDays: 1200 },
    { minRetentionDays: 7, maxRetentionDays: 30 },
    "lowered-retention",
  ],
  [
    "snapshots are counted in place of kept for days",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy",
    snapshots({ count: 30 }),
    snapshots({ interval: 2, intervalUnit: "DAYS" }),
    "removes-part",
  ],
  [
    "a snapshot policy of AWS's own making keeps for a shorter time",
    "aws:dlm/lifecyclePolicy:LifecyclePolicy",
    { defaultPolicy: "VOLUME", policyDetails: { retainInterval: 14 } },
    { defaultPolicy: "VOLUME", policyDetails: { retainInterval: 2 } },
    "lowered-retention",
  ],
  // DynamoDB
  [
    "a replica loses its point-in-time recovery",
    "aws:dynamodb/table:Table",
    replicated({ pointInTimeRecovery: true }),
    replicated({ pointInTimeRecovery: false }),
    "removes-part",
  ],
  [
    "a replica loses its lock",
    "aws:dynamodb/table:Table",
    replicated({ deletionProtectionEnabled: true }),
    replicated({}),
    "removes-part",
  ],
  [
    "a table's stream shows something else, which makes it anew",
    "aws:dynamodb/table:Table",
    { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" },
    { streamEnabled: true, streamViewType: "KEYS_ONLY" },
    "exchanged",
  ],
  // Keys and secrets
  [
    "imported material of a key ends sooner",
    "aws:kms/externalKey:ExternalKey",
    { validTo: "2035-01-01T00:00:00Z" },
    { validTo: "2026-12-31T00:00:00Z" },
    "lowered-retention",
  ],
  [
    "imported material of a key gets an end",
    "aws:kms/externalKey:ExternalKey",
    {},
    { validTo: "2035-01-01T00:00:00Z" },
    "lowered-retention",
  ],
  [
    "a secret may overwrite those of its name in other regions",
    "aws:secretsmanager/secret:Secret",
    {},
    { forceOverwriteReplicaSecret: true },
    "loosened",
  ],
  [
    "a key in a vault ends sooner",
    "azure-native:keyvault:Key",
    { properties: { attributes: { expires: 2_000_000_000 } } },
    { properties: { attributes: { expires: 1_800_000_000 } } },
    "lowered-retention",
  ],
  [
    "a vault keeps deleted keys for a shorter time",
    "azure-native:keyvault:Vault",
    { properties: { softDeleteRetentionInDays: 90 } },
    { properties: { softDeleteRetentionInDays: 7 } },
    "lowered-retention",
  ],
  // Messages
  [
    "a topic loses its archive",
    "aws:sns/topic:Topic",
    { fifoTopic: true, archivePolicy: '{"MessageRetentionPeriod":"30"}' },
    { fifoTopic: true },
    "lowered-retention",
  ],
  [
    "a topic's archive keeps for a shorter time",
    "aws:sns/topic:Topic",
    { fifoTopic: true, archivePolicy: '{"MessageRetentionPeriod":"30"}' },
    { fifoTopic: true, archivePolicy: '{"MessageRetentionPeriod":7}' },
    "lowered-retention",
  ],
  [
    "what a subscriber does not take no longer goes to the dead letters",
    "aws:sns/topicSubscription:TopicSubscription",
    { redrivePolicy: '{"deadLetterTargetArn":"arn:q"}' },
    {},
    "exchanged",
  ],
  [
    "what a rule cannot deliver no longer goes to the dead letters",
    "aws:cloudwatch/eventTarget:EventTarget",
    { deadLetterConfig: { arn: "arn:q" } },
    {},
    "exchanged",
  ],
  [
    "what a function fails at no longer goes to the dead letters",
    "aws:lambda/function:Function",
    { deadLetterConfig: { targetArn: "arn:q" } },
    {},
    "exchanged",
  ],
  [
    "records that a function fails at are dropped",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    { destinationConfig: { onFailure: { destinationArn: "arn:q" } } },
    {},
    "exchanged",
  ],
  [
    "records are dropped once they are a minute old",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    {},
    { maximumRecordAgeInSeconds: 60 },
    "lowered-retention",
  ],
  [
    "a stream may be deleted while somebody reads it",
    "aws:kinesis/stream:Stream",
    {},
    { enforceConsumerDeletion: true },
    "forces-deletion",
  ],
  [
    "Kafka keeps its records for an hour",
    "aws:msk/configuration:Configuration",
    { serverProperties: "auto.create.topics.enable = true\nlog.retention.hours=168\n" },
    { serverProperties: "auto.create.topics.enable = true\nlog.retention.minutes=60\n" },
    "lowered-retention",
  ],
  [
    "Kafka keeps no more than a gibibyte of a partition",
    "aws:msk/configuration:Configuration",
    { serverProperties: "log.retention.hours=168" },
    { serverProperties: "log.retention.hours=168\nlog.retention.bytes=1073741824" },
    "lowered-retention",
  ],
  // Stores
  [
    "a collection's indexes end sooner",
    "aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy",
    collectionRules("90d"),
    collectionRules("24h"),
    "shortened-lifecycle",
  ],
  [
    "a cache may hold less than it has",
    "aws:elasticache/serverlessCache:ServerlessCache",
    { cacheUsageLimits: { dataStorage: { maximum: 100, unit: "GB" } } },
    { cacheUsageLimits: { dataStorage: { maximum: 1, unit: "GB" } } },
    "shrinks",
  ],
  [
    "files go with the link to their bucket",
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation",
    {},
    { deleteDataInFilesystem: true },
    "forces-deletion",
  ],
  [
    "a machine of Lightsail is no longer copied every day",
    "aws:lightsail/instance:Instance",
    { addOn: { type: "AutoSnapshot", status: "Enabled", snapshotTime: "06:00" } },
    { addOn: { type: "AutoSnapshot", status: "Disabled", snapshotTime: "06:00" } },
    "loosened",
  ],
  [
    "events of a shorter time only are kept",
    "aws:cloudwatch/logGroup:LogGroup",
    { retentionInDays: 365 },
    { retentionInDays: 1 },
    "lowered-retention",
  ],
  [
    "events that were kept for ever get an end",
    "aws:cloudwatch/logGroup:LogGroup",
    {},
    { retentionInDays: 30 },
    "lowered-retention",
  ],
  [
    "retention is a text",
    "aws:rds/instance:Instance",
    { backupRetentionPeriod: 14 },
    { backupRetentionPeriod: "1" },
    "lowered-retention",
  ],
  [
    "a lock is the text `false`",
    "aws:rds/cluster:Cluster",
    { deletionProtection: true },
    { deletionProtection: "false" },
    "removes-lock",
  ],
  [
    "a lock is null",
    "aws:rds/cluster:Cluster",
    { deletionProtection: true },
    { deletionProtection: null },
    "removes-lock",
  ],
  [
    "retention is null, and the default shorter",
    "aws:sqs/queue:Queue",
    { messageRetentionSeconds: 1_209_600 },
    { messageRetentionSeconds: null },
    "lowered-retention",
  ],
  [
    "the block of point-in-time recovery is empty",
    "aws:dynamodb/table:Table",
    { pointInTimeRecovery: { enabled: true } },
    { pointInTimeRecovery: {} },
    "loosened",
  ],
  [
    "a lock is a secret of which only the seal is seen",
    "aws:rds/cluster:Cluster",
    { deletionProtection: true },
    { deletionProtection: "[secret]" },
    "removes-lock",
  ],
  // Types that the guard knows by their names alone
  [
    "a server keeps its backups for a shorter time",
    "azure-native:dbforpostgresql:Server",
    { backup: { backupRetentionDays: 35 } },
    { backup: { backupRetentionDays: 7 } },
    "lowered-retention",
  ],
  [
    "a server is no longer copied to another region",
    "azure-native:dbforpostgresql:Server",
    { backup: { geoRedundantBackup: "Enabled" } },
    { backup: { geoRedundantBackup: "Disabled" } },
    "loosened",
  ],
  [
    "a database of Google may be deleted",
    "gcp:sql/databaseInstance:DatabaseInstance",
    { deletionProtection: true },
    { deletionProtection: false },
    "loosened",
  ],
  [
    "a database of Google has its lock taken out, and the default is another",
    "gcp:sql/databaseInstance:DatabaseInstance",
    { settings: { deletionProtectionEnabled: true } },
    { settings: {} },
    "loosened",
  ],
  [
    "a database of Google is no longer backed up",
    "gcp:sql/databaseInstance:DatabaseInstance",
    { settings: { backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true } } },
    { settings: { backupConfiguration: { enabled: false, pointInTimeRecoveryEnabled: false } } },
    "loosened",
  ],
  [
    "a bucket of Google may be deleted with its objects",
    "gcp:storage/bucket:Bucket",
    {},
    { forceDestroy: true },
    "forces-deletion",
  ],
  [
    "a bucket of Google has its soft delete switched off",
    "gcp:storage/bucket:Bucket",
    { softDeletePolicy: { retentionDurationSeconds: 604_800 } },
    { softDeletePolicy: { retentionDurationSeconds: 0 } },
    "lowered-retention",
  ],
  [
    "a bucket of Google is no longer versioned",
    "gcp:storage/bucket:Bucket",
    { versioning: { enabled: true } },
    { versioning: { enabled: false } },
    "loosened",
  ],
  [
    "a bucket of Google gets a rule that deletes",
    "gcp:storage/bucket:Bucket",
    {},
    { lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 1 } }] },
    "shortened-lifecycle",
  ],
  [
    "a cluster of Atlas loses its lock",
    "mongodbatlas:index/advancedCluster:AdvancedCluster",
    { terminationProtectionEnabled: true },
    { terminationProtectionEnabled: false },
    "loosened",
  ],
  [
    "a cluster of Atlas is no longer backed up",
    "mongodbatlas:index/cluster:Cluster",
    { cloudBackup: true, pitEnabled: true },
    { cloudBackup: false, pitEnabled: false },
    "loosened",
  ],
  [
    "an event hub keeps its events for a day",
    "azure-native:eventhub:EventHub",
    { messageRetentionInDays: 7 },
    { messageRetentionInDays: 1 },
    "lowered-retention",
  ],
  [
    "a Cosmos account keeps its backups for hours",
    "azure-native:cosmosdb:DatabaseAccount",
    { backupPolicy: { periodicModeProperties: { backupRetentionIntervalInHours: 720 } } },
    { backupPolicy: { periodicModeProperties: { backupRetentionIntervalInHours: 8 } } },
    "lowered-retention",
  ],
  [
    "a database of DigitalOcean gets a smaller disk",
    "digitalocean:index/volume:Volume",
    { size: 100 },
    { size: 50 },
    "shrinks",
  ],
];

describe("changes in place of services that the program does not use yet", () => {
  for (const [what, type, before, after, expected] of losses) {
    it(`are refused where ${what} (${type})`, () => {
      const found = judgeSteps([update(type, before, after)], { level: "production" });
      expect(found.map(({ rule: name }) => name)).to.include(expected);
    });
  }
});

describe("things of services that the program does not use yet", () => {
  for (const type of [
    "aws:ec2/amiCopy:AmiCopy",
    "aws:ec2/ami:Ami",
    "aws:rds/clusterEndpointV2:ClusterV2",
    "azure-native:compute:Image",
    "azure-native:compute:DiskEncryptionSet",
    "azure-native:compute:GalleryImageVersion",
    "azure-native:dataprotection:BackupPolicy",
    "azure-native:recoveryservices:ProtectionPolicy",
    "azure-native:sql:LongTermRetentionPolicy",
    "azure-native:sql:ManagedInstance",
    "azure-native:search:Service",
    "azure-native:healthcareapis:FhirService",
    "azure-native:documentdb:SqlResourceSqlContainer",
    "azure-native:kusto:Cluster",
    "gcp:compute/image:Image",
    "gcp:compute/machineImage:MachineImage",
    "gcp:organizations/project:Project",
    "gcp:backupdisasterrecovery/backupPlan:BackupPlan",
    "scaleway:databases/instance:Instance",
    "openstack:database/instance:Instance",
    "linode:index/databaseMysqlV2:DatabaseMysqlV2",
    "vault:kv/secretV2:SecretV2",
    "vault:index/mount:Mount",
    "vault:transit/secretBackendKey:SecretBackendKey",
    "alicloud:kms/key:Key",
    "alicloud:log/store:Store",
    "oci:Kms/key:Key",
    "hcloud:index/storageBox:StorageBox",
    "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
    "mongodbatlas:index/project:Project",
    "neon:index/project:Project",
    "gitlab:index/project:Project",
    "keycloak:index/realm:Realm",
    "rabbitmq:index/vHost:VHost",
    "cloudflare:index/r2Bucket:R2Bucket",
    "cloudflare:index/zone:Zone",
    "cloudflare:index/d1Database:D1Database",
    "postgresql:index/database:Database",
    "digitalocean:index/databaseCluster:DatabaseCluster",
    "digitalocean:index/domain:Domain",
    "databricks:index/catalog:Catalog",
    "confluentcloud:index/environment:Environment",
  ]) {
    it(`are not deleted or replaced: ${type}`, () => {
      const found = judgeSteps([deletion(type, state())], { level: "production" });
      expect(found.map(({ rule: name }) => name)).to.deep.equal(["deletes-data"]);
    });
  }

  it("get no rules that delete what is in a store that exists", () => {
    const type = "aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy";
    const found = judgeSteps([create(type, collectionRules("24h"))], { level: "production" });
    expect(found.map(({ rule: name }) => name)).to.deep.equal(["shortened-lifecycle"]);
  });
});

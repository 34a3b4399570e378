import { cloudLocks } from "../../policies/rules/guard/cloud-locks";
import { finalCopy } from "../../policies/rules/guard/final-copy";
import { notForced } from "../../policies/rules/guard/not-forced";
import { options } from "../../policies/rules/guard/options";
import { isProtected } from "../../policies/rules/guard/protected";
import { retention } from "../../policies/rules/guard/retention";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

/** Paths by which a program may keep the engine from seeing what becomes of point-in-time recovery. */
const waysToIgnore = [
  "pointInTimeRecovery",
  'pointInTimeRecovery["enabled"]',
  '["pointInTimeRecovery"]["enabled"]',
  "pointInTimeRecovery[0].enabled",
  "pointInTimeRecovery[*]",
  "pointInTimeRecovery.*",
  "*",
] as const;

const DATABASE = "aws:rds/instance:Instance";
const TABLE = "aws:dynamodb/table:Table";
const QUEUE = "aws:sqs/queue:Queue";
const BUCKET = "aws:s3/bucket:Bucket";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const KEY = "aws:kms/key:Key";
const protectedOptions = { protect: true };

describeRule(isProtected, {
  passes: [
    { title: "a protected table", type: TABLE, props: {}, opts: protectedOptions },
    { title: "what is not protected at guard level disposable", type: TABLE, props: {}, level: "disposable" },
    { title: "rules that only shorten lives", type: LIFECYCLE, props: {} },
  ],
  refuses: [
    {
      title: "a table that is not protected",
      type: TABLE,
      props: {},
      says: [
        "protect is not set. This DynamoDB table holds its items, its indexes and point-in-time recovery of them. Make it with the options of guarded() in components/guard/guarded.ts.",
      ],
    },
    {
      title: "the same in development",
      type: QUEUE,
      props: {},
      level: "development",
      says: [
        "protect is not set. This SQS queue holds every message in it. Make it with the options of guarded() in components/guard/guarded.ts.",
      ],
    },
    {
      title: "a type that looks like data and is not known",
      type: "aws:novelty/database:Database",
      props: {},
      says: [
        "protect is not set. This aws novelty Database holds whatever it holds (the guard does not know this type; by its name or its properties it may hold data). Make it with the options of guarded() in components/guard/guarded.ts.",
      ],
    },
  ],
  unknown: [
    {
      title: "a table of which nothing is known",
      type: TABLE,
      props: { name: UNKNOWN },
      says: [
        "protect is not set. This DynamoDB table holds its items, its indexes and point-in-time recovery of them. Make it with the options of guarded() in components/guard/guarded.ts.",
      ],
    },
  ],
  ignores: [
    { title: "a subnet", type: "aws:ec2/subnet:Subnet", props: {} },
    {
      title: "a component that is called a database",
      type: "somebody:index:Database",
      props: {},
      provider: null,
    },
    {
      title: "the program's own components",
      type: "groundwork:database:Database",
      props: {},
      provider: null,
    },
  ],
});

describeRule(cloudLocks, {
  passes: [
    { title: "a database with deletion protection", type: DATABASE, props: { deletionProtection: true } },
    { title: "one without at guard level disposable", type: DATABASE, props: {}, level: "disposable" },
    { title: "a lock that is on unless it is taken off", type: "aws:qldb/ledger:Ledger", props: {} },
    { title: "what the cloud has no lock for", type: QUEUE, props: {} },
  ],
  refuses: [
    {
      title: "a database without deletion protection",
      type: DATABASE,
      props: { deletionProtection: false },
      says: [
        "deletionProtection is false. Set it to true: it is the lock that holds when everything else is gone around.",
      ],
    },
    {
      title: "a table that says nothing of it",
      type: TABLE,
      props: {},
      level: "development",
      says: [
        "deletionProtectionEnabled is not set. Set it to true: it is the lock that holds when everything else is gone around.",
      ],
    },
  ],
  unknown: [
    {
      title: "a lock",
      type: DATABASE,
      props: { deletionProtection: UNKNOWN },
      says: [notKnown("deletionProtection")],
    },
  ],
  ignores: [
    {
      title: "a load balancer",
      type: "aws:lb/loadBalancer:LoadBalancer",
      props: { enableDeletionProtection: false },
    },
  ],
});

describeRule(finalCopy, {
  passes: [
    {
      title: "a last snapshot with a name",
      type: DATABASE,
      props: { skipFinalSnapshot: false, finalSnapshotIdentifier: "users-final" },
    },
    {
      title: "a read replica, which can leave none",
      type: DATABASE,
      props: { skipFinalSnapshot: true, replicateSourceDb: "users" },
    },
    {
      title: "none at guard level disposable",
      type: DATABASE,
      props: { skipFinalSnapshot: true },
      level: "disposable",
    },
    {
      title: "a last backup, which needs no name",
      type: "aws:fsx/windowsFileSystem:WindowsFileSystem",
      props: {},
    },
  ],
  refuses: [
    {
      title: "a skipped one",
      type: DATABASE,
      props: { skipFinalSnapshot: true, finalSnapshotIdentifier: "users-final" },
      says: ["skipFinalSnapshot is true. Set it to false: a deletion then leaves a last copy behind."],
    },
    {
      title: "one without a name",
      type: DATABASE,
      props: { finalSnapshotIdentifier: "" },
      says: [
        "finalSnapshotIdentifier is not set. Give the last copy a name: without one the cloud refuses the deletion, or makes no copy.",
      ],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: DATABASE,
      props: { skipFinalSnapshot: UNKNOWN },
      says: [notKnown("skipFinalSnapshot")],
    },
    {
      title: "under which name",
      type: DATABASE,
      props: { finalSnapshotIdentifier: UNKNOWN },
      says: [notKnown("finalSnapshotIdentifier")],
    },
  ],
  ignores: [{ title: "a table", type: TABLE, props: { skipFinalSnapshot: true } }],
});

describeRule(retention, {
  passes: [
    { title: "a week of backups", type: DATABASE, props: { backupRetentionPeriod: 7 } },
    {
      title: "a day of them in development",
      type: DATABASE,
      props: { backupRetentionPeriod: 1 },
      level: "development",
    },
    {
      title: "none at guard level disposable",
      type: DATABASE,
      props: { backupRetentionPeriod: 0 },
      level: "disposable",
    },
    { title: "none of a read replica", type: DATABASE, props: { replicateSourceDb: "users" } },
    {
      title: "point-in-time recovery, which reaches back 35 days by default",
      type: TABLE,
      props: { pointInTimeRecovery: { enabled: true } },
    },
    { title: "a queue that says nothing: four days", type: QUEUE, props: {} },
    {
      title: "rules that keep old versions for a month",
      type: LIFECYCLE,
      props: { rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 30 } }] },
    },
    {
      title: "rules that delete no versions",
      type: LIFECYCLE,
      props: { rules: [{ status: "Enabled", expiration: { days: 1 } }] },
    },
    { title: "a key that waits for 30 days by default", type: KEY, props: {} },
  ],
  refuses: [
    {
      title: "six days of backups in production",
      type: DATABASE,
      props: { backupRetentionPeriod: 6 },
      says: [
        "backupRetentionPeriod is 6 days. At guard level production it must be at least 7 days. Damage done by a weekly job, or noticed after a weekend, must still be older than nothing: a week covers both. Zero switches automated backups and point-in-time restore off.",
      ],
    },
    {
      title: "backups that nothing is said of",
      type: DATABASE,
      props: {},
      level: "development",
      says: [
        "backupRetentionPeriod is not set. At guard level development it must be at least 1 day. Damage done by a weekly job, or noticed after a weekend, must still be older than nothing: a week covers both. Zero switches automated backups and point-in-time restore off.",
      ],
    },
    {
      title: "a table without point-in-time recovery",
      type: TABLE,
      props: { name: "dev_reports" },
      says: [
        "pointInTimeRecovery.enabled is false. Set it to true. What is written or deleted by mistake cannot be undone, and the continuous backups so far are gone.",
      ],
    },
    {
      title: "point-in-time recovery of a day in production",
      type: TABLE,
      props: { pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 1 } },
      says: [
        "pointInTimeRecovery.recoveryPeriodInDays is 1 day. At guard level production it must be at least 7 days. As for database backups: a week reaches back over a weekend. DynamoDB keeps 35 days unless told less.",
      ],
    },
    {
      title: "suspended versioning",
      type: "aws:s3/bucketVersioning:BucketVersioning",
      props: { versioningConfiguration: { status: "Suspended" } },
      says: [
        "versioningConfiguration.status is Suspended. Set it to Enabled. What is overwritten or deleted from then on is gone at once.",
      ],
    },
    {
      title: "old versions that are kept for a week in production",
      type: LIFECYCLE,
      props: { rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 7 } }] },
      says: [
        "rules[0].noncurrentVersionExpiration.noncurrentDays is 7 days. At guard level production it must be at least 30 days. Versioning undoes a deletion only as long as old versions are kept: a month is what it may take until somebody asks for an object that is gone.",
      ],
    },
    {
      title: "a volume that goes with its claim",
      type: "kubernetes:core/v1:PersistentVolume",
      props: { spec: { persistentVolumeReclaimPolicy: "Delete" } },
      says: [
        "spec.persistentVolumeReclaimPolicy is Delete. Set it to Retain. The disk is deleted when the claim is.",
      ],
    },
  ],
  unknown: [
    {
      title: "a number",
      type: DATABASE,
      props: { backupRetentionPeriod: UNKNOWN },
      says: [notKnown("backupRetentionPeriod")],
    },
    {
      title: "a switch, and what is in an unknown block",
      type: TABLE,
      props: { pointInTimeRecovery: UNKNOWN },
      says: [notKnown("pointInTimeRecovery.enabled"), notKnown("pointInTimeRecovery.recoveryPeriodInDays")],
    },
    { title: "rules", type: LIFECYCLE, props: { rules: UNKNOWN }, says: [notKnown("rules")] },
    {
      title: "days within a rule",
      type: LIFECYCLE,
      props: { rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: UNKNOWN } }] },
      says: [notKnown("rules[0].noncurrentVersionExpiration.noncurrentDays")],
    },
  ],
  ignores: [
    { title: "a log group", type: "aws:cloudwatch/logGroup:LogGroup", props: { retentionInDays: 1 } },
  ],
});

describeRule(notForced, {
  passes: [
    { title: "a bucket that says nothing of it", type: BUCKET, props: {} },
    { title: "a bucket that says no", type: BUCKET, props: { forceDestroy: false } },
    {
      title: "one that says yes at guard level disposable",
      type: BUCKET,
      props: { forceDestroy: true },
      level: "disposable",
    },
  ],
  refuses: [
    {
      title: "a bucket that goes with its objects",
      type: BUCKET,
      props: { forceDestroy: true },
      says: ["forceDestroy is true. Leave it out: without it the cloud refuses to delete what is not empty."],
    },
    {
      title: "a repository that goes with its images",
      type: "aws:ecr/repository:Repository",
      props: { forceDelete: true },
      says: ["forceDelete is true. Leave it out: without it the cloud refuses to delete what is not empty."],
    },
  ],
  unknown: [
    { title: "whether", type: BUCKET, props: { forceDestroy: UNKNOWN }, says: [notKnown("forceDestroy")] },
  ],
  ignores: [{ title: "a user", type: "aws:iam/user:User", props: { forceDestroy: true } }],
});

describeRule(options, {
  passes: [
    {
      title: "what scaling moves",
      type: TABLE,
      props: {},
      opts: { ignoreChanges: ["readCapacity", "writeCapacity"] },
    },
    {
      title: "anything at guard level disposable",
      type: TABLE,
      props: {},
      opts: { ignoreChanges: ["*"] },
      level: "disposable",
    },
    {
      title: "deleteBeforeReplace that is off",
      type: TABLE,
      props: {},
      opts: { deleteBeforeReplace: false },
    },
  ],
  refuses: [
    {
      title: "a lock that changes of are ignored",
      type: DATABASE,
      props: {},
      opts: { ignoreChanges: ["tags", "deletionProtection"] },
      says: [
        "ignoreChanges has deletionProtection. Take it out: what the program says of it would no longer have any effect, and it decides over the life of the data.",
      ],
    },
    {
      title: "a block that one is in, and a path that is in one, however they are written",
      type: TABLE,
      props: {},
      opts: { ignoreChanges: [...waysToIgnore] },
      says: waysToIgnore.map(
        (ignored) =>
          `ignoreChanges has ${ignored}. Take it out: what the program says of it would no longer have any effect, and it decides over the life of the data.`,
      ),
    },
    {
      title: "a replacement that begins with the deletion",
      type: QUEUE,
      props: {},
      opts: { deleteBeforeReplace: true },
      says: [
        "deleteBeforeReplace is true. Leave it out: a replacement of this SQS queue would begin with the deletion of what holds the data.",
      ],
    },
  ],
  unknown: [
    {
      title: "the value, which does not matter",
      type: DATABASE,
      props: { backupRetentionPeriod: UNKNOWN },
      opts: { ignoreChanges: ["backupRetentionPeriod"] },
      says: [
        "ignoreChanges has backupRetentionPeriod. Take it out: what the program says of it would no longer have any effect, and it decides over the life of the data.",
      ],
    },
  ],
  ignores: [
    { title: "a subnet", type: "aws:ec2/subnet:Subnet", props: {}, opts: { deleteBeforeReplace: true } },
  ],
});

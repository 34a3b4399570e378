import { harmlessOn } from "../harmless-change";
import type { Harmless } from "../mutation";
import { basicParts } from "../program/basic-parts";
import { component, type Part } from "../program/parts";
import { database, queue, table, volume } from "../settings-change";
import { commonConfig, editPart, partsStage, removePart, setParts } from "../stages";
import { editResources, unguard } from "../state-edits";
import { plainUpWithPack, up } from "../ways";

const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** What holds nothing that would be missed. */
const smallParts: readonly Part[] = [
  {
    name: "alarm",
    type: alarm,
    props: {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
      metricName: "ApproximateAgeOfOldestMessage",
      namespace: "AWS/SQS",
      period: 300,
      statistic: "Maximum",
      threshold: 600,
      dimensions: { QueueName: "dev_parts" },
    },
  },
  {
    name: "log",
    type: "aws:cloudwatch/logGroup:LogGroup",
    props: { name: "/parts/dev", retentionInDays: 30 },
  },
  { name: "vpc", type: "aws:ec2/vpc:Vpc", props: { cidrBlock: "10.40.0.0/16" } },
  {
    name: "flow-log",
    type: "aws:ec2/flowLog:FlowLog",
    props: {
      vpcId: { $ref: "vpc.id" },
      trafficType: "REJECT",
      logDestinationType: "s3",
      logDestination: { $ref: "store.arn" },
    },
  },
  {
    name: "subnet-a",
    type: "aws:ec2/subnet:Subnet",
    props: { vpcId: { $ref: "vpc.id" }, cidrBlock: "10.40.0.0/24", availabilityZone: "eu-west-1a" },
  },
  {
    name: "subnet-b",
    type: "aws:ec2/subnet:Subnet",
    props: { vpcId: { $ref: "vpc.id" }, cidrBlock: "10.40.1.0/24", availabilityZone: "eu-west-1b" },
  },
  {
    name: "group",
    type: "aws:ec2/securityGroup:SecurityGroup",
    props: { vpcId: { $ref: "vpc.id" }, description: "Machines" },
  },
  {
    name: "rule",
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    props: {
      securityGroupId: { $ref: "group.id" },
      cidrIpv4: "10.40.0.0/16",
      ipProtocol: "tcp",
      fromPort: 8080,
      toPort: 8080,
    },
  },
  {
    name: "subnets",
    type: "aws:rds/subnetGroup:SubnetGroup",
    props: { name: "dev-parts", subnetIds: [{ $ref: "subnet-a.id" }, { $ref: "subnet-b.id" }] },
  },
  { name: "user", type: "aws:iam/user:User", props: { name: "dev-parts" } },
  {
    name: "parameter",
    type: "aws:ssm/parameter:Parameter",
    props: { name: "/dev/parts/colour", type: "String", value: "green" },
  },
];

const harmlessParts = harmlessOn(partsStage("parts and small things", [...basicParts, ...smallParts]));

/** What a program may do on any day. */
export const harmlessProgramChanges: readonly Harmless[] = [
  harmlessParts(
    "A volume grows and becomes faster",
    (walk) => editPart(walk, "volume", { props: { size: 200, iops: 6000, throughput: 500 } }),
    { update: 1 },
    [volume],
  ),
  harmlessParts(
    "Tags and a description are changed",
    (walk) => {
      editPart(walk, "table", { props: { tags: { owner: "reports" } } });
      editPart(walk, "key", { props: { description: "Encrypts the table, and what else comes." } });
      editPart(walk, "zone", { props: { comment: "Names of the parts" } });
    },
    { update: 3 },
    [table, "aws:kms/key:Key", "aws:route53/zone:Zone"],
  ),
  harmlessParts(
    "What is shown, sealed, waited for and ignored of what holds data is set otherwise",
    (walk) => {
      editPart(walk, "database", {
        options: { additionalSecretOutputs: ["endpoint"], ignoreChanges: ["tags", "tagsAll"] },
      });
      editPart(walk, "table", { options: { hideDiffs: ["tags"], replaceOnChanges: ["name"] } });
      editPart(walk, "queue", {
        props: { messageRetentionSeconds: "1209600", visibilityTimeoutSeconds: 60 },
        options: { customTimeouts: { delete: "20m" } },
      });
    },
    { update: 1 },
    [queue],
  ),
  harmlessParts(
    "A table, a queue and a volume are renamed in the program, with aliases",
    (walk) => {
      editPart(walk, "table", { name: "records", options: { aliases: ["table"] } });
      editPart(walk, "queue", { name: "inbox", options: { aliases: ["queue"] } });
      editPart(walk, "volume", { name: "disk", options: { aliases: ["volume"] } });
    },
    {},
  ),
  harmlessParts(
    "A volume that nothing holds in the state is renamed in the program, with an alias",
    (walk) => {
      editResources(walk, ["volume"], unguard);
      editPart(walk, "volume", { name: "disk", options: { aliases: ["volume"] } });
    },
    {},
    [],
    { ways: [plainUpWithPack] },
  ),
  harmlessParts(
    "A table moves to another component, with an alias",
    (walk) => editPart(walk, "table", { parent: "attic", options: { aliases: [{ parent: "home" }] } }),
    {},
  ),
  harmlessParts(
    "A volume moves from the stack into a component, with an alias",
    (walk) => editPart(walk, "volume", { parent: "home", options: { aliases: [{ atRoot: true }] } }),
    {},
  ),
  harmlessParts(
    "A component moves into a new one around it, with an alias, and what is in it goes with it",
    (walk) =>
      setParts(walk, (parts) => [
        { name: "house", type: component },
        ...parts.map((part) =>
          part.name === "home"
            ? { ...part, parent: "house", options: { aliases: [{ atRoot: true }] } }
            : part,
        ),
      ]),
    { create: 1 },
  ),
  harmlessParts(
    "What holds data comes to depend on something, and may take longer",
    (walk) => {
      setParts(walk, (parts) => [
        ...parts.filter(({ name }) => name === "role"),
        ...parts.filter(({ name }) => name !== "role"),
      ]);
      editPart(walk, "database", { options: { dependsOn: ["role"], customTimeouts: { update: "3h" } } });
      editPart(walk, "table", { options: { dependsOn: ["role"] } });
    },
    {},
  ),
  harmlessParts(
    "The program registers the same in another order",
    (walk) =>
      setParts(walk, (parts) => [
        ...parts.filter(({ type }) => type === component),
        ...parts.filter(({ name }) => name === "key"),
        ...parts.filter(({ type, name }) => type !== component && name !== "key"),
      ]),
    {},
  ),
  harmlessParts(
    "A database gets a read replica",
    (walk) =>
      setParts(walk, (parts) => [
        ...parts,
        {
          name: "replica",
          type: database,
          props: {
            identifier: "dev-parts-replica",
            replicateSourceDb: "dev-parts",
            instanceClass: "db.t4g.small",
            storageEncrypted: true,
            deletionProtection: true,
            deleteAutomatedBackups: false,
            backupRetentionPeriod: 14,
            copyTagsToSnapshot: true,
            skipFinalSnapshot: true,
            publiclyAccessible: false,
          },
        },
      ]),
    { create: 1 },
  ),
  harmlessParts(
    "A queue gets a queue for dead letters",
    (walk) => {
      setParts(walk, (parts) => {
        const at = parts.findIndex(({ name }) => name === "queue");
        const dead: Part = {
          name: "dead",
          type: queue,
          props: { name: "dev_parts_dead", messageRetentionSeconds: 1209600, sqsManagedSseEnabled: true },
        };
        return [...parts.slice(0, at), dead, ...parts.slice(at)];
      });
      // The policy names the queue by its ARN, as text: without the edge the cloud may be asked before that queue is there.
      editPart(walk, "queue", {
        options: { dependsOn: ["dead"] },
        props: {
          redrivePolicy: JSON.stringify({
            deadLetterTargetArn: "arn:aws:sqs:eu-west-1:482913067251:dev_parts_dead",
            maxReceiveCount: 5,
          }),
        },
      });
    },
    { create: 1, update: 1 },
    [queue],
  ),
  harmlessParts(
    "A table gets an index, and a stream of its changes",
    (walk) =>
      editPart(walk, "table", {
        props: {
          streamEnabled: true,
          streamViewType: "NEW_AND_OLD_IMAGES",
          attributes: [
            { name: "id", type: "S" },
            { name: "user", type: "S" },
          ],
          globalSecondaryIndexes: [{ name: "by_user", hashKey: "user", projectionType: "ALL" }],
        },
      }),
    { update: 1 },
    [table],
  ),
  harmlessParts(
    "Uploads to the bucket that nobody completed are tidied up",
    (walk) =>
      setParts(walk, (parts) => [
        ...parts,
        {
          name: "store-lifecycle",
          type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
          props: {
            bucket: { $ref: "store.id" },
            rules: [
              {
                id: "uploads",
                status: "Enabled",
                filter: { prefix: "" },
                abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
              },
            ],
          },
        },
      ]),
    { create: 1 },
  ),
  harmlessParts("An alarm is taken out", (walk) => removePart(walk, "alarm"), { delete: 1 }),
  harmlessParts("A rule of a security group is taken out", (walk) => removePart(walk, "rule"), { delete: 1 }),
  harmlessParts("A group of subnets that nothing is in is taken out", (walk) => removePart(walk, "subnets"), {
    delete: 1,
  }),
  harmlessParts(
    "A user, a role and a parameter are taken out",
    (walk) => removePart(walk, "user", "role", "parameter"),
    { delete: 3 },
  ),
  harmlessParts(
    "A role is renamed without an alias, which makes it anew",
    (walk) => editPart(walk, "role", { name: "machines" }),
    { create: 1, delete: 1 },
  ),
  harmlessParts(
    "A subnet moves to other addresses, which replaces it",
    (walk) => {
      removePart(walk, "subnets");
      editPart(walk, "subnet-b", { props: { cidrBlock: "10.40.9.0/24" } });
    },
    { replace: 1, delete: 1 },
  ),
  harmlessParts(
    "Logs are kept longer",
    (walk) => editPart(walk, "log", { props: { retentionInDays: 90 } }),
    { update: 1 },
    ["aws:cloudwatch/logGroup:LogGroup"],
  ),
  harmlessParts(
    "Something that holds nothing is protected",
    (walk) => editPart(walk, "role", { options: { protect: true } }),
    {},
  ),
  harmlessParts(
    "An alarm and a user that hold nothing keep their hooks off and their changes ignored",
    (walk) => {
      editPart(walk, "alarm", { options: { ignoreChanges: ["threshold"] }, props: { threshold: 900 } });
      editPart(walk, "user", { options: { deleteBeforeReplace: true, retainOnDelete: true } });
    },
    {},
  ),
  harmlessParts(
    "Much of this happens in one run, by groundwork and by plain pulumi with the pack",
    (walk) => {
      removePart(walk, "alarm", "parameter", "user");
      editPart(walk, "volume", { name: "disk", options: { aliases: ["volume"] }, props: { size: 150 } });
      editPart(walk, "table", { parent: "attic", options: { aliases: [{ parent: "home" }] } });
      editPart(walk, "queue", { props: { visibilityTimeoutSeconds: 60 } });
    },
    { update: 2, delete: 3 },
    [volume, queue],
    { ways: [up, plainUpWithPack] },
  ),
];

const lax: readonly Part[] = [
  {
    name: "table",
    type: table,
    props: {
      name: "dev_lax",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
    },
  },
  {
    name: "queue",
    type: queue,
    props: { name: "dev_lax", sqsManagedSseEnabled: true, messageRetentionSeconds: 345600 },
  },
];

/** A stack of no importance becomes one of some. */
export const harmlessLevelChanges: readonly Harmless[] = [
  harmlessParts(
    "A disposable stack goes up to development, with every lock and everything to undo mistakes by",
    (walk) => {
      walk.edit("dev", (settings) => settings.set("guard", ["level"], "development"));
      editPart(walk, "table", {
        props: {
          deletionProtectionEnabled: true,
          pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
        },
      });
      editPart(walk, "queue", { props: { messageRetentionSeconds: 1209600 } });
    },
    { update: 2 },
    [table, queue],
    { stage: partsStage("lax parts", lax, { ...commonConfig, "groundwork:guard": { level: "disposable" } }) },
  ),
];

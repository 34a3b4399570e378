import type { Rule } from "../../policies/rule";
import { encrypted as docdb } from "../../policies/rules/docdb/encrypted";
import { encrypted as ebs } from "../../policies/rules/ebs/encrypted";
import { encrypted as efs } from "../../policies/rules/efs/encrypted";
import { encrypted as elasticache } from "../../policies/rules/elasticache/encrypted";
import { encrypted as kinesis } from "../../policies/rules/kinesis/encrypted";
import { encrypted as neptune } from "../../policies/rules/neptune/encrypted";
import { encrypted as opensearch } from "../../policies/rules/opensearch/encrypted";
import { encrypted as rds } from "../../policies/rules/rds/encrypted";
import { encrypted as redshift } from "../../policies/rules/redshift/encrypted";
import { encrypted as sns } from "../../policies/rules/sns/encrypted";
import { encrypted as sqs } from "../../policies/rules/sqs/encrypted";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const fixed = "It is fixed at creation: what is made without it has to be copied to become encrypted.";

/** Rules over one switch that is fixed at creation. */
const switches: readonly (readonly [Rule, string, string])[] = [
  [rds, "aws:rds/instance:Instance", "storageEncrypted"],
  [rds, "aws:rds/cluster:Cluster", "storageEncrypted"],
  [rds, "aws:rds/globalCluster:GlobalCluster", "storageEncrypted"],
  [docdb, "aws:docdb/cluster:Cluster", "storageEncrypted"],
  [neptune, "aws:neptune/cluster:Cluster", "storageEncrypted"],
  [elasticache, "aws:elasticache/replicationGroup:ReplicationGroup", "atRestEncryptionEnabled"],
  [efs, "aws:efs/fileSystem:FileSystem", "encrypted"],
  [ebs, "aws:ebs/volume:Volume", "encrypted"],
  [ebs, "aws:ebs/snapshotCopy:SnapshotCopy", "encrypted"],
];

for (const [rule, type, path] of switches) {
  describeRule(rule, {
    passes: [
      { title: `an encrypted ${type}`, type, props: { [path]: true } },
      { title: "one that says so in text", type, props: { [path]: "true" } },
    ],
    refuses: [
      {
        title: `a ${type} that is not, at every level`,
        type,
        props: { [path]: false },
        level: "disposable",
        says: [`${path} is false. Set it to true. ${fixed}`],
      },
      {
        title: "one that says nothing",
        type,
        props: {},
        says: [`${path} is not set. Set it to true. ${fixed}`],
      },
    ],
    unknown: [{ title: "whether", type, props: { [path]: UNKNOWN }, says: [notKnown(path)] }],
    ignores: [{ title: "a user", type: "aws:iam/user:User", props: { [path]: false } }],
  });
}

describeRule(opensearch, {
  passes: [
    {
      title: "an encrypted domain",
      type: "aws:opensearch/domain:Domain",
      props: { encryptAtRest: { enabled: true } },
    },
  ],
  refuses: [
    {
      title: "one that is not",
      type: "aws:opensearch/domain:Domain",
      props: {},
      says: [`encryptAtRest.enabled is not set. Set it to true. ${fixed}`],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: "aws:opensearch/domain:Domain",
      props: { encryptAtRest: UNKNOWN },
      says: [notKnown("encryptAtRest.enabled")],
    },
  ],
  ignores: [{ title: "a queue", type: "aws:sqs/queue:Queue", props: {} }],
});

describeRule(redshift, {
  passes: [
    {
      title: "a cluster that says nothing: Redshift encrypts",
      type: "aws:redshift/cluster:Cluster",
      props: {},
    },
    { title: "one that says so in text", type: "aws:redshift/cluster:Cluster", props: { encrypted: "true" } },
  ],
  refuses: [
    {
      title: "one that says no",
      type: "aws:redshift/cluster:Cluster",
      props: { encrypted: "false" },
      says: ["encrypted is false. Set it to true. Redshift encrypts unless it is told not to."],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: "aws:redshift/cluster:Cluster",
      props: { encrypted: UNKNOWN },
      says: [notKnown("encrypted")],
    },
  ],
  ignores: [{ title: "a queue", type: "aws:sqs/queue:Queue", props: { encrypted: false } }],
});

describeRule(kinesis, {
  passes: [
    { title: "a stream under a key", type: "aws:kinesis/stream:Stream", props: { encryptionType: "KMS" } },
  ],
  refuses: [
    {
      title: "a stream that says nothing",
      type: "aws:kinesis/stream:Stream",
      props: {},
      says: ["encryptionType is NONE. Set it to KMS. alias/aws/kinesis is a key that costs nothing."],
    },
  ],
  unknown: [
    {
      title: "how",
      type: "aws:kinesis/stream:Stream",
      props: { encryptionType: UNKNOWN },
      says: [notKnown("encryptionType")],
    },
  ],
  ignores: [
    {
      title: "a video stream, which is always encrypted",
      type: "aws:kinesis/videoStream:VideoStream",
      props: {},
    },
  ],
});

describeRule(sqs, {
  passes: [
    {
      title: "a queue under SQS's own keys",
      type: "aws:sqs/queue:Queue",
      props: { sqsManagedSseEnabled: true },
    },
    {
      title: "a queue under a key of KMS",
      type: "aws:sqs/queue:Queue",
      props: { kmsMasterKeyId: "alias/mail" },
    },
    {
      title: "a queue under a key that is still to be made",
      type: "aws:sqs/queue:Queue",
      props: { kmsMasterKeyId: UNKNOWN },
    },
  ],
  refuses: [
    {
      title: "a queue under none",
      type: "aws:sqs/queue:Queue",
      props: { sqsManagedSseEnabled: false, kmsMasterKeyId: "" },
      says: ["sqsManagedSseEnabled is false and there is no kmsMasterKeyId. Set one of the two."],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: "aws:sqs/queue:Queue",
      props: { sqsManagedSseEnabled: UNKNOWN },
      says: [notKnown("sqsManagedSseEnabled")],
    },
  ],
  ignores: [{ title: "a topic", type: "aws:sns/topic:Topic", props: {} }],
});

const topicAdvice =
  "kmsMasterKeyId is not set. Set it: alias/aws/sns is a key that costs nothing, one of your own lets other services publish.";

describeRule(sns, {
  passes: [
    { title: "a topic under a key", type: "aws:sns/topic:Topic", props: { kmsMasterKeyId: "alias/aws/sns" } },
    {
      title: "a topic under a key that is still to be made",
      type: "aws:sns/topic:Topic",
      props: { kmsMasterKeyId: UNKNOWN },
    },
  ],
  refuses: [{ title: "a topic under none", type: "aws:sns/topic:Topic", props: {}, says: [topicAdvice] }],
  // A key that is not known yet is a key; everything else that is unknown does not matter.
  unknown: [{ title: "a name", type: "aws:sns/topic:Topic", props: { name: UNKNOWN }, says: [topicAdvice] }],
  ignores: [{ title: "a queue", type: "aws:sqs/queue:Queue", props: {} }],
});

const INSTANCE = "aws:ec2/instance:Instance";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const orImage = "Set it to true: otherwise the image, or the account's default, decides.";

describeRule(ebs, {
  passes: [
    {
      title: "a machine whose disks are encrypted",
      type: INSTANCE,
      props: {
        rootBlockDevice: { encrypted: true },
        ebsBlockDevices: [{ deviceName: "/dev/sdf", encrypted: true }],
      },
    },
    {
      title: "a template whose disks are, those that are no volumes left out",
      type: TEMPLATE,
      props: {
        blockDeviceMappings: [
          { deviceName: "/dev/xvda", ebs: { encrypted: "true" } },
          { deviceName: "/dev/sdb", virtualName: "ephemeral0" },
        ],
      },
    },
  ],
  refuses: [
    {
      title: "a machine that leaves the root to the image",
      type: INSTANCE,
      props: { ebsBlockDevices: [{ deviceName: "/dev/sdf", encrypted: false }] },
      says: [
        `rootBlockDevice.encrypted is not set. ${orImage}`,
        `ebsBlockDevices[0].encrypted is false. ${orImage}`,
      ],
    },
    {
      title: "a template that names no disks",
      type: TEMPLATE,
      props: {},
      says: [
        "blockDeviceMappings is not set. Name the disks and set ebs.encrypted to true: otherwise the account's default decides.",
      ],
    },
    {
      title: "a template with a disk that is not",
      type: TEMPLATE,
      props: { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "false" } }] },
      says: [`blockDeviceMappings[0].ebs.encrypted is false. ${orImage}`],
    },
  ],
  unknown: [
    {
      title: "a machine's disks",
      type: INSTANCE,
      props: { rootBlockDevice: UNKNOWN, ebsBlockDevices: UNKNOWN },
      says: [notKnown("rootBlockDevice.encrypted"), notKnown("ebsBlockDevices")],
    },
    {
      title: "a disk in a template",
      type: TEMPLATE,
      props: { blockDeviceMappings: [UNKNOWN] },
      says: [notKnown("blockDeviceMappings[0]")],
    },
  ],
  ignores: [{ title: "a snapshot, which is as its volume is", type: "aws:ebs/snapshot:Snapshot", props: {} }],
});

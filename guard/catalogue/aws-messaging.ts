import { plain } from "./plain-type";
import { queueStays } from "../life/queue-policy";
import { deadLetterTarget, engineVersion, grows, keptKey, type StatefulType } from "../stateful-type";
import { policyLife } from "./store-policies";

/** Queues, streams and brokers. */
export const awsMessaging: readonly StatefulType[] = [
  {
    type: "aws:sqs/queue:Queue",
    noun: "SQS queue",
    holds: "every message in it",
    name: "name",
    locks: [queueStays],
    life: [
      {
        kind: "least",
        path: "messageRetentionSeconds",
        unit: "seconds",
        absent: 345_600,
        floor: "queuedMessages",
        otherwise: "Messages older than that are deleted, also those that wait now.",
      },
      {
        kind: "kept",
        path: "redrivePolicy",
        part: deadLetterTarget,
        otherwise:
          "Messages that cannot be handled no longer go to the dead-letter queue, and are deleted in the end.",
      },
      keptKey("kmsMasterKeyId"),
      ...policyLife("queue"),
    ],
    copyFirst: "Stop what sends to it, and wait until it and its dead-letter queue are empty.",
  },
  {
    type: "aws:sqs/redrivePolicy:RedrivePolicy",
    noun: "redrive policy of an SQS queue",
    holds: "the way of failing messages into the dead-letter queue",
    name: "queueUrl",
    locks: [],
    life: [
      {
        kind: "kept",
        path: "redrivePolicy",
        part: deadLetterTarget,
        otherwise: "Messages that cannot be handled no longer go to the same dead-letter queue.",
      },
    ],
    copyFirst: "Stop what sends to the queue, and wait until it is empty.",
    beside: { stores: ["aws:sqs/queue:Queue"], of: "queueUrl" },
  },
  {
    type: "aws:kinesis/stream:Stream",
    noun: "Kinesis stream",
    holds: "every record in it that has not been read",
    name: "name",
    size: [{ path: "shardCount", unit: " shards" }],
    locks: [],
    life: [
      {
        kind: "least",
        path: "retentionPeriod",
        unit: "hours",
        absent: 24,
        floor: "streamedRecords",
        otherwise: "Records older than that are deleted.",
      },
      keptKey("kmsKeyId"),
    ],
    forced: "enforceConsumerDeletion",
    copyFirst: "Stop what writes to it, and wait until every consumer has read it to the end.",
  },
  {
    type: "aws:kinesis/videoStream:VideoStream",
    noun: "Kinesis video stream",
    holds: "every recording in it",
    name: "name",
    locks: [],
    life: [
      {
        kind: "least",
        path: "dataRetentionInHours",
        unit: "hours",
        absent: 0,
        otherwise: "Recordings older than that are deleted.",
      },
      keptKey("kmsKeyId"),
    ],
    copyFirst: "Download its recordings first.",
  },
  {
    type: "aws:msk/cluster:Cluster",
    noun: "MSK cluster",
    holds: "every topic in it",
    name: "clusterName",
    size: [{ path: "kafkaVersion" }, { path: "numberOfBrokerNodes", unit: " brokers" }],
    locks: [],
    life: [
      keptKey("encryptionInfo.encryptionAtRestKmsKeyArn"),
      engineVersion("kafkaVersion"),
      grows("brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize", "disk of a broker"),
      {
        kind: "switch",
        path: "storageMode",
        safe: "TIERED",
        absent: "LOCAL",
        otherwise: "What has gone to tiered storage is deleted.",
        demanded: false,
      },
    ],
    copyFirst: "Mirror its topics to another cluster first.",
  },
  {
    type: "aws:msk/serverlessCluster:ServerlessCluster",
    noun: "MSK Serverless cluster",
    holds: "every topic in it",
    name: "clusterName",
    locks: [],
    life: [],
    copyFirst: "Mirror its topics to another cluster first.",
  },
  {
    type: "aws:mq/broker:Broker",
    noun: "Amazon MQ broker",
    holds: "every message in its queues",
    name: "brokerName",
    size: [{ path: "engineType" }, { path: "engineVersion" }],
    locks: [],
    life: [keptKey("encryptionOptions.kmsKeyId"), engineVersion()],
    copyFirst: "Stop what sends to it, and wait until its queues are empty.",
  },
  plain(
    "aws:sns/platformApplication:PlatformApplication",
    "platform application of SNS",
    "the endpoint of every device in it",
    "Export its endpoints with `aws sns list-endpoints-by-platform-application` first.",
    { name: "name" },
  ),
];

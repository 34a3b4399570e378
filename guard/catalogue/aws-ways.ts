import { deadLetterTarget, type KeptProperty, type StatefulType } from "../stateful-type";
import { asNumber, isRecord, parseJson } from "../unknown";

/** Where something goes that cannot be delivered. */
function deadLetters(path: string, part?: KeptProperty["part"]): KeptProperty {
  return {
    kind: "kept",
    path,
    ...(part !== undefined && { part }),
    otherwise: "What cannot be delivered no longer goes to the same dead-letter queue, and is lost.",
  };
}

/** What holds nothing by itself, and may go: but what passes through it is lost by a change of it. */
function way(type: string, noun: string, life: StatefulType["life"]): StatefulType {
  return {
    type,
    noun,
    holds: "nothing: what passes through it says who else sends or reads",
    locks: [],
    life,
    copyFirst: "Check that nothing waits in it.",
    removable: true,
  };
}

/** Days that a FIFO topic keeps what was published, to be sent once more. */
function archivedDays(policy: unknown): number | undefined {
  const document = typeof policy === "string" ? parseJson(policy) : policy;
  const days = isRecord(document) ? asNumber(document["MessageRetentionPeriod"]) : 0;
  return typeof days === "number" ? days : 0;
}

/** What brokers keep unless a topic says otherwise: https://docs.aws.amazon.com/msk/latest/developerguide/msk-default-configuration.html */
const keptHours = 168;

/** How long, and how much of a partition, brokers keep, in the text of their settings. */
function brokersKeep(text: unknown): ReadonlyMap<string, number> {
  const properties = new Map(
    (typeof text === "string" ? text : "").split(/\r?\n/).flatMap((line): [string, string][] => {
      const match = /^\s*([\w.]+)\s*[=:]\s*(\S*)/.exec(line);
      return match === null ? [] : [[match[1] ?? "", match[2] ?? ""]];
    }),
  );
  const number = (name: string, inOne = 1): number | undefined => {
    const value = asNumber(properties.get(name));
    return typeof value === "number" ? (value < 0 ? Infinity : value / inOne) : undefined;
  };
  const hours =
    number("log.retention.ms", 3_600_000) ??
    number("log.retention.minutes", 60) ??
    number("log.retention.hours") ??
    keptHours;
  return new Map([
    ["the time that records are kept, in hours,", hours],
    ["the bytes of a partition that are kept", number("log.retention.bytes") ?? Infinity],
  ]);
}

/** Ways of messages and records, and settings of what keeps them. */
export const awsWays: readonly StatefulType[] = [
  way("aws:sns/topic:Topic", "SNS topic", [
    {
      kind: "least",
      path: "archivePolicy",
      unit: "days",
      absent: 0,
      part: archivedDays,
      otherwise: "What was published before then can no longer be sent once more.",
    },
  ]),
  way("aws:sns/topicSubscription:TopicSubscription", "subscription of a topic", [
    deadLetters("redrivePolicy", deadLetterTarget),
  ]),
  way("aws:cloudwatch/eventTarget:EventTarget", "target of an event rule", [
    deadLetters("deadLetterConfig.arn"),
  ]),
  way("aws:lambda/function:Function", "function", [deadLetters("deadLetterConfig.targetArn")]),
  way("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "way of events into a function", [
    deadLetters("destinationConfig.onFailure.destination"),
  ]),
  way("aws:lambda/eventSourceMapping:EventSourceMapping", "way of records into a function", [
    deadLetters("destinationConfig.onFailure.destinationArn"),
    {
      kind: "least",
      path: "maximumRecordAgeInSeconds",
      unit: "seconds",
      absent: -1,
      // -1, and nothing, is for ever.
      part: (value) => (value === -1 ? Infinity : typeof value === "number" ? value : undefined),
      otherwise: "Records that are older are dropped.",
    },
  ]),
  way("aws:msk/configuration:Configuration", "settings of Kafka brokers", [
    {
      kind: "parts",
      path: "serverProperties",
      parts: brokersKeep,
      otherwise: "Records beyond that are deleted.",
    },
  ]),
  {
    type: "aws:cloudwatch/logGroup:LogGroup",
    noun: "log group",
    holds:
      "every event in it; events are about the system and not of it, so it may go with what it is the log of",
    name: "name",
    locks: [],
    life: [
      {
        kind: "least",
        path: "retentionInDays",
        unit: "days",
        absent: 0,
        // Zero, and nothing, is for ever.
        part: (value) => (value === 0 ? Infinity : typeof value === "number" ? value : undefined),
        otherwise: "Older events are deleted.",
      },
    ],
    copyFirst: "Export it to S3 with `aws logs create-export-task` first.",
    removable: true,
    keepsHistory: true,
  },
];

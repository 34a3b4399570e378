import type * as pulumi from "@pulumi/pulumi";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";

export interface QueueAlarmArgs {
  readonly alarmName: string;
  /** What has happened and why it matters: whoever is woken reads this first. */
  readonly description: string;
  readonly queueName: pulumi.Input<string>;
  readonly metricName: "ApproximateAgeOfOldestMessage" | "ApproximateNumberOfMessagesVisible";
  /** Above this it alarms: seconds or messages, by metric. */
  readonly threshold: number;
  /** SNS topics that hear of the alarm and of its end. */
  readonly alarmTopicArns: readonly string[];
  readonly parent: pulumi.Resource;
}

/** Seconds. SQS sends its metrics once a minute; five of them keep a single late one from waking anybody. */
const PERIOD_SECONDS = 300;

/**
 * An alarm on one number of one queue. Without topics it tells nobody, and is still to be seen in the console.
 * SQS sends nothing for a queue that nobody has used for six hours: no data is a quiet queue, not a broken one.
 */
export function createAlarm(name: string, args: QueueAlarmArgs): void {
  new MetricAlarm(
    name,
    {
      name: args.alarmName,
      alarmDescription: args.description,
      namespace: "AWS/SQS",
      metricName: args.metricName,
      dimensions: { QueueName: args.queueName },
      statistic: "Maximum",
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: args.threshold,
      treatMissingData: "notBreaching",
      alarmActions: [...args.alarmTopicArns],
      okActions: [...args.alarmTopicArns],
    },
    { parent: args.parent },
  );
}

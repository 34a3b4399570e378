import type { types } from "@pulumi/aws";
import type { MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmMetric, MetricDeclaration } from "../../settings/alarms/alarm";
import type { Alarm } from "../../settings/alarms/table";
import { weekdays } from "../../settings/windows";

/** What a component hands over by a key: a name, an id, the end of an ARN. */
export type HandedOver = (of: string) => pulumi.Input<string>;

const operators = {
  ">": "GreaterThanThreshold",
  ">=": "GreaterThanOrEqualToThreshold",
  "<": "LessThanThreshold",
} as const;

/** What CloudWatch looks at, and when it is too much. */
export function watching(
  alarm: Alarm & MetricDeclaration,
  handed: HandedOver,
): Omit<MetricAlarmArgs, "name"> {
  const { breaching, comparison, missing, periods, threshold } = alarm;
  return {
    ...metrics(alarm, handed),
    comparisonOperator: operators[comparison],
    threshold,
    evaluationPeriods: periods,
    ...(breaching !== undefined && { datapointsToAlarm: breaching }),
    treatMissingData: missing,
  };
}

function metrics(
  alarm: Alarm & MetricDeclaration,
  handed: HandedOver,
): Pick<
  MetricAlarmArgs,
  "metricName" | "namespace" | "dimensions" | "statistic" | "period" | "metricQueries"
> {
  const { expression, period, quiet } = alarm;
  const all = Object.entries(alarm.metrics);
  const [first] = all;
  if (expression === undefined && quiet === undefined && first !== undefined) {
    const { stat, ...metric } = placed(first[1], handed);
    return { ...metric, statistic: stat, period };
  }
  const [id, queries] =
    expression === undefined
      ? [first?.[0] ?? "", []]
      : [
          "result",
          [{ id: "result", expression: filled(expression, handed), ...(all.length === 0 && { period }) }],
        ];
  const calculated: Query[] =
    quiet === undefined
      ? queries
      : [...queries, { id: "loud", expression: `IF(${quietAt(id, quiet)}, ${calm(alarm)}, ${id})` }];
  return {
    metricQueries: [
      ...calculated.map((query, index) => ({
        ...query,
        label: alarm.unit,
        returnData: index === calculated.length - 1,
      })),
      ...all.map(([name, metric]) => ({ id: name, metric: { ...placed(metric, handed), period } })),
    ],
  };
}

type Query = types.input.cloudwatch.MetricAlarmMetricQuery;

function placed(
  { dimensions, ...metric }: AlarmMetric,
  handed: HandedOver,
): Omit<AlarmMetric, "dimensions"> & { readonly dimensions: Record<string, pulumi.Input<string>> } {
  const values = Object.entries(dimensions).map(([name, value]) => [
    name,
    typeof value === "string" ? value : handed(value.of),
  ]);
  return { ...metric, dimensions: Object.fromEntries(values) as Record<string, pulumi.Input<string>> };
}

/** `{workload:frontend}`: what that component hands over. */
function filled(expression: string, handed: HandedOver): pulumi.Input<string> {
  const [before = "", key, after = ""] = expression.split(/[{}]/);
  return key === undefined ? expression : pulumi.interpolate`${before}${handed(key)}${after}`;
}

/** UTC, by CloudWatch's own functions; Monday is its day 1. Source: "Using math expressions with CloudWatch metrics". */
function quietAt(id: string, { days, from, to }: NonNullable<Alarm["quiet"]>): string {
  const night = `HOUR(${id}) >= ${from} ${from < to ? "&&" : "||"} HOUR(${id}) < ${to}`;
  return [`(${night})`, ...days.map((day) => `DAY(${id}) == ${weekdays.indexOf(day) + 1}`)].join(" || ");
}

/** A number that breaches nothing. It is what is said where the hours are quiet: in the other place CloudWatch makes 0 of what is missing. */
function calm({ comparison, threshold }: MetricDeclaration): number {
  return comparison === ">=" ? threshold - 1 : threshold;
}

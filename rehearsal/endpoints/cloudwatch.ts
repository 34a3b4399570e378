import { ApiError, carryOut, readOf, type Operation } from "./call";
import { sumsOf } from "./metrics";

interface MetricDataQuery {
  readonly Id?: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric?: {
      readonly Namespace?: string;
      readonly MetricName?: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period?: number;
    readonly Stat?: string;
  };
}

interface GetMetricDataInput {
  readonly MetricDataQueries?: readonly MetricDataQuery[];
  /** Seconds since 1970. */
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly ScanBy?: "TimestampDescending" | "TimestampAscending";
  readonly NextToken?: string;
}

/** CloudWatch's own limit on one call (GetMetricData). */
const mostQueries = 500;

/** Statistics over periods, for metrics; no expressions. */
const getMetricData: Operation<GetMetricDataInput, unknown> = (input, call) => {
  const { MetricDataQueries: queries = [], StartTime: start, EndTime: end } = input;
  if (start === undefined || end === undefined || start >= end) {
    throw new ApiError("ValidationError", "The parameter StartTime must be less than the parameter EndTime.");
  }
  if (queries.length === 0 || queries.length > mostQueries) {
    throw new ApiError(
      "ValidationError",
      `The collection MetricDataQueries must have a size between 1 and ${String(mostQueries)}.`,
    );
  }
  return carryOut(call, readOf("cloudwatch", "GetMetricData"), () => ({
    MetricDataResults: queries.map((query) => {
      const sums = valuesOf(query, start, end, call);
      if (input.ScanBy === "TimestampAscending") sums.reverse();
      return {
        Id: query.Id,
        Label: query.MetricStat?.Metric?.MetricName,
        StatusCode: "Complete",
        Timestamps: sums.map(([at]) => at),
        Values: sums.map(([, sum]) => sum),
      };
    }),
    Messages: [],
  }));
};

/** Newest first: the seconds at which each period begins, and its value. */
function valuesOf(
  { Id: id, MetricStat: stat }: MetricDataQuery,
  start: number,
  end: number,
  call: Parameters<typeof getMetricData>[1],
): [number, number][] {
  const { Metric: metric, Period: period, Stat: statistic } = stat ?? {};
  if (metric?.Namespace === undefined || metric.MetricName === undefined || period === undefined) {
    throw new ApiError("ValidationError", `The query ${id ?? ""} is not a MetricStat.`);
  }
  const summary = statistics[statistic ?? ""];
  if (summary === undefined || period % 60 !== 0 || period <= 0) {
    throw new ApiError(
      "ValidationError",
      `The rehearsal knows ${Object.keys(statistics).join(", ")} over whole minutes, not ${String(statistic)} over ${String(period)} s.`,
    );
  }
  const dimensions = Object.fromEntries((metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]));
  const periods = new Map<number, number[]>();
  for (const [at, sum] of sumsOf(
    { namespace: metric.Namespace, metricName: metric.MetricName, dimensions },
    call,
  )) {
    const begin = Math.floor(at / 1000 / period) * period;
    if (begin >= Math.floor(start / period) * period && begin < end) {
      periods.set(begin, [...(periods.get(begin) ?? []), sum]);
    }
  }
  return [...periods]
    .map(([begin, values]): [number, number] => [begin, summary(values)])
    .sort(([a], [b]) => b - a);
}

/** Each moment of a metric's file counts as one sample. */
const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  SampleCount: (values) => values.length,
};

export const cloudwatchOperations = { GetMetricData: getMetricData } as const;

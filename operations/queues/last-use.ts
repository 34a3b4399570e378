import type * as cloudwatchModule from "@aws-sdk/client-cloudwatch";
import type { CloudWatchClient, MetricDataQuery, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { createRequire } from "node:module";
import { describeAwsError } from "../engine/aws-clients";
import type { LastUse } from "./queue";

const load = createRequire(__filename);

/**
 * What SQS counts when somebody uses a queue. A consumer that polls an empty queue shows in the last one only. SQS sends
 * zeros for hours after any look at a queue (this program's own too), so that only more than zero counts.
 */
const metrics = [
  "NumberOfMessagesSent",
  "NumberOfMessagesReceived",
  "NumberOfMessagesDeleted",
  "NumberOfEmptyReceives",
] as const;

/** CloudWatch's own limit on the queries of one call. */
const queriesACall = 500;
const queuesACall = Math.floor(queriesACall / metrics.length);

/** CloudWatch keeps hours for 455 days, minutes for 15 only. */
const periodSeconds = 3600;

/**
 * When each queue was last used between `since` and `now`. What CloudWatch does not answer, or answers in part, is
 * unknown and never "not used".
 */
export async function lastUses(
  client: CloudWatchClient,
  names: readonly string[],
  since: number,
  now: number,
): Promise<ReadonlyMap<string, LastUse>> {
  const uses = new Map<string, LastUse>();
  for (let i = 0; i < names.length; i += queuesACall) {
    const some = names.slice(i, i + queuesACall);
    for (const [name, use] of await usesOf(client, some, since, now)) {
      uses.set(name, use);
    }
  }
  return uses;
}

async function usesOf(
  client: CloudWatchClient,
  names: readonly string[],
  since: number,
  now: number,
): Promise<readonly (readonly [string, LastUse])[]> {
  let results: readonly MetricDataResult[];
  try {
    results = await read(client, names, since, now);
  } catch (error) {
    const why = `CloudWatch: ${describeAwsError(error)}`;
    return names.map((name) => [name, { kind: "unknown", why }]);
  }
  return names.map((name, queue) => {
    const own = metrics.map((_, metric) => results.filter(({ Id }) => Id === idOf(queue, metric)));
    return [name, useOf(own, since, now)] as const;
  });
}

async function read(
  client: CloudWatchClient,
  names: readonly string[],
  since: number,
  now: number,
): Promise<readonly MetricDataResult[]> {
  const { GetMetricDataCommand } = load("@aws-sdk/client-cloudwatch") as typeof cloudwatchModule;
  const MetricDataQueries = names.flatMap((name, queue) =>
    metrics.map((MetricName, metric): MetricDataQuery => ({
      Id: idOf(queue, metric),
      MetricStat: {
        Metric: { Namespace: "AWS/SQS", MetricName, Dimensions: [{ Name: "QueueName", Value: name }] },
        Period: periodSeconds,
        Stat: "Sum",
      },
    })),
  );
  const results: MetricDataResult[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries,
        StartTime: new Date(since),
        EndTime: new Date(now),
        ScanBy: "TimestampDescending",
        NextToken: token,
      }),
    );
    results.push(...(page.MetricDataResults ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return results;
}

/** An id begins with a small letter; it says nothing of the name, which may hold what an id may not. */
function idOf(queue: number, metric: number): string {
  return `q${queue}m${metric}`;
}

/** @param own the pages of each metric's results. */
function useOf(own: readonly (readonly MetricDataResult[])[], since: number, now: number): LastUse {
  let last: number | undefined;
  for (const [metric, pages] of own.entries()) {
    const status = pages.at(-1)?.StatusCode;
    if (status !== "Complete") {
      const told = status === undefined ? "does not answer" : `answers ${status}`;
      return { kind: "unknown", why: `CloudWatch ${told} for ${metrics[metric] ?? "a metric"}` };
    }
    for (const { Timestamps: moments = [], Values: sums = [] } of pages) {
      for (const [i, moment] of moments.entries()) {
        if ((sums[i] ?? 0) > 0) {
          last = Math.max(last ?? 0, moment.getTime() + periodSeconds * 1000);
        }
      }
    }
  }
  return last === undefined ? { kind: "none", since } : { kind: "at", at: Math.min(last, now) };
}

import type { Statistic } from "@aws-sdk/client-cloudwatch";
import execa from "execa";
import type { RollCheckSettings } from "../../settings/sections/fleet-roll";
import { describeAwsError } from "../engine/aws-clients";
import type { FleetClients } from "./clients";
import type { Clock } from "./clock";

/** Seconds for which a URL or a command may take its time. */
const askSeconds = 30;

/** CloudWatch shows a period some minutes after it is over. */
const publishSeconds = 300;

/** How often the number is looked at again while it may come back. */
const lookSeconds = 10;

/** A number that matters to whoever runs the role. */
export class RollCheck {
  /**
   * @param newest whatever CloudWatch has counts, also from before the exchange: where nothing counts anew by itself.
   */
  constructor(
    private readonly settings: RollCheckSettings,
    private readonly clients: FleetClients,
    private readonly clock: Clock,
    private readonly newest: boolean,
  ) {}

  get name(): string {
    return this.settings.name;
  }

  /** @throws Error that says why there is no number. */
  async measure(): Promise<number> {
    return (await this.value(undefined)).value;
  }

  /** The least that the number may be. */
  floorOf(baseline: number): number {
    return (baseline * (100 - this.settings.allowedDropPercent)) / 100;
  }

  /**
   * Looks until the number is back, or for as long as it may take. CloudWatch's number must be of a period that began after
   * `since`, so that it says something of the machines that serve now.
   *
   * @param meanwhile is called between two looks.
   * @returns The number, and why it does not do; undefined where it does.
   */
  async settle(
    baseline: number,
    since: number,
    meanwhile: () => Promise<void>,
  ): Promise<{ readonly value: number | undefined; readonly problem: string | undefined }> {
    const { allowedDropPercent, cloudWatch, name, recoverSeconds } = this.settings;
    const extra = cloudWatch === undefined ? 0 : 2 * cloudWatch.periodSeconds + publishSeconds;
    const until = since + (recoverSeconds + extra) * 1000;
    const floor = this.floorOf(baseline);
    for (;;) {
      let value: number | undefined;
      let problem: string;
      try {
        value = (await this.value(this.newest ? undefined : since)).value;
        problem = `${name} is ${text(value)}, was ${text(baseline)} before, and may be ${String(allowedDropPercent)} % lower at most (${text(floor)})`;
        if (value >= floor) {
          return { value, problem: undefined };
        }
      } catch (error) {
        problem = `${name} could not be read: ${error instanceof Error ? error.message : String(error)}`;
      }
      if (this.clock.now() >= until) {
        return { value, problem };
      }
      await meanwhile();
      await this.clock.sleep(lookSeconds * 1000);
    }
  }

  private async value(since: number | undefined): Promise<{ readonly value: number }> {
    const { cloudWatch, command, url } = this.settings;
    if (cloudWatch !== undefined) {
      return { value: await this.fromCloudWatch(cloudWatch, since) };
    }
    if (url !== undefined) {
      return { value: numberOf(await ask(url.url), url.jsonPath, url.url) };
    }
    const [file = "", ...args] = command ?? [];
    try {
      const { stdout } = await execa(file, args, { timeout: askSeconds * 1000, stdin: "ignore" });
      return { value: numberOf(stdout, undefined, file) };
    } catch (error) {
      const { shortMessage, stderr } = error as { readonly shortMessage?: string; readonly stderr?: string };
      if (shortMessage === undefined) {
        throw error;
      }
      const [last = ""] = (stderr ?? "").trim().split("\n").slice(-1);
      throw new Error(`${shortMessage}${last === "" ? "" : `: ${last}`}`);
    }
  }

  private async fromCloudWatch(
    metric: NonNullable<RollCheckSettings["cloudWatch"]>,
    since: number | undefined,
  ): Promise<number> {
    const { GetMetricDataCommand } = this.clients.sdk.cloudwatch;
    const period = metric.periodSeconds * 1000;
    const now = this.clock.now();
    // Far enough back for a metric that comes late, near enough to say how things are.
    const start = since ?? now - Math.max(15 * period, 3 * publishSeconds * 1000);
    let answer;
    try {
      answer = await this.clients.cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(Math.floor(start / period) * period),
          EndTime: new Date(Math.max(now, start + period)),
          ScanBy: "TimestampDescending",
          MetricDataQueries: [
            {
              Id: "check",
              MetricStat: {
                Metric: {
                  Namespace: metric.namespace,
                  MetricName: metric.metricName,
                  Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
                },
                Period: metric.periodSeconds,
                Stat: metric.statistic satisfies Statistic,
              },
            },
          ],
        }),
      );
    } catch (error) {
      throw new Error(`CloudWatch: ${describeAwsError(error)}`);
    }
    const [result] = answer.MetricDataResults ?? [];
    const values = (result?.Values ?? []).map((value, index) => ({
      value,
      at: result?.Timestamps?.[index]?.getTime() ?? 0,
    }));
    // A period that is not over has a part of its value.
    const whole = values
      .filter(({ at }) => (since === undefined || at >= since) && (at + period <= now || this.newest))
      .sort((a, b) => b.at - a.at);
    if (whole[0] === undefined) {
      throw new Error(
        `CloudWatch has no ${since === undefined ? "recent " : ""}value of ${metric.namespace} ${metric.metricName}` +
          `${since === undefined ? "" : " since the machines were exchanged"}`,
      );
    }
    return whole[0].value;
  }
}

/** A number as people write it. */
export function text(value: number): string {
  return String(Math.round(value * 100) / 100);
}

async function ask(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(askSeconds * 1000), redirect: "follow" });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!response.ok) {
    throw new Error(`${url} answered ${String(response.status)}`);
  }
  return response.text();
}

function numberOf(answer: string, jsonPath: string | undefined, from: string): number {
  let value: unknown = answer.trim();
  if (jsonPath !== undefined) {
    try {
      value = JSON.parse(answer) as unknown;
    } catch {
      throw new Error(`${from} did not answer with JSON`);
    }
    for (const key of jsonPath.split(".")) {
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, key)
          ? (value as Readonly<Record<string, unknown>>)[key]
          : undefined;
    }
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) {
    const said = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 60);
    throw new Error(
      `${from}${jsonPath === undefined ? "" : ` (${jsonPath})`} says ${said}, which is no number`,
    );
  }
  return number;
}

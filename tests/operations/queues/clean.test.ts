import { expect } from "chai";
import { spanText } from "../../../operations/terminal/output";
import { parseIdleTime } from "../../../operations/queues/idle-time";
import { findQueues, isGone, lookAt, type Clients } from "../../../operations/queues/inventory";
import { judgeQueue } from "../../../operations/queues/judge-queue";
import type { FoundQueue, LastUse, Limits } from "../../../operations/queues/queue";
import { stackAndAction } from "../../../operations/terminal/stack-and-action";

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.parse("2026-06-15T12:00:00Z");
const limits: Limits = { now, idle: 7 * day, withMessages: false, declared: new Set(["dev_control_mail"]) };
const idle: LastUse = { kind: "none", since: now - 14 * day };

function queue(changes: Partial<FoundQueue> = {}): FoundQueue {
  const name = changes.name ?? "dev_control_probe-1";
  return {
    name,
    url: `https://q/123456789012/${name}`,
    created: now - 30 * day,
    messages: 0,
    tags: {},
    use: idle,
    ...changes,
  };
}

describe("an application's queue", () => {
  const table: readonly (readonly [string, Partial<FoundQueue>, Partial<Limits>, boolean, string])[] = [
    [
      "counts as abandoned when nothing is known of its use for long enough",
      {},
      {},
      true,
      "not used in the last 14 d",
    ],
    [
      "counts as abandoned when its last use is long enough ago",
      { use: { kind: "at", at: now - 7 * day } },
      {},
      true,
      "not used for 7 d",
    ],
    [
      "is kept when it was used an hour too late for that",
      { use: { kind: "at", at: now - 7 * day + hour } },
      {},
      false,
      "it was used 6 d 23 h ago",
    ],
    ["is kept when it is young", { created: now - 7 * day + hour }, {}, false, "it is 6 d 23 h old"],
    ["counts from its creation on", { created: now - 7 * day }, {}, true, "not used in the last 14 d"],
    ["is kept with one message", { messages: 1 }, {}, false, "it holds 1 message"],
    [
      "goes with its messages when that is said",
      { messages: 3 },
      { withMessages: true },
      true,
      "not used in the last 14 d, with 3 messages",
    ],
    [
      "is kept when its last use is not known",
      { use: { kind: "unknown", why: "CloudWatch: AccessDenied" } },
      { withMessages: true },
      false,
      "its last use is not known: CloudWatch: AccessDenied",
    ],
    [
      "is kept when less is known than the limit",
      { use: { kind: "none", since: now - 6 * day } },
      {},
      false,
      "its last use is not known",
    ],
    ["is kept when the stack declares it", { name: "dev_control_mail" }, {}, false, "the stack declares it"],
    [
      "is kept when any stack's program has tagged it",
      { tags: { "managed-by": "groundwork" } },
      { withMessages: true },
      false,
      "it is tagged managed-by: groundwork: a stack declares it",
    ],
  ];
  for (const [what, changes, limit, remove, why] of table) {
    it(what, () => {
      expect(judgeQueue(queue(changes), { ...limits, ...limit })).to.deep.equal({ remove, why });
    });
  }
});

interface Sent {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** Clients that answer what a test says, and remember what they were asked. */
function clientsOf(answers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>>): {
  readonly clients: Clients;
  readonly sent: Sent[];
} {
  const sent: Sent[] = [];
  const client = {
    send: (command: {
      readonly constructor: { readonly name: string };
      readonly input: Record<string, unknown>;
    }) => {
      const name = command.constructor.name.replace(/Command$/, "");
      sent.push({ name, input: command.input });
      const answer = answers[name];
      return answer === undefined
        ? Promise.reject(new Error(`nobody expected ${name}`))
        : new Promise((resolve) => resolve(answer(command.input)));
    },
  };
  return { clients: { sqs: client, cloudwatch: client } as unknown as Clients, sent };
}

const attributes = {
  CreatedTimestamp: String((now - 30 * day) / 1000),
  ApproximateNumberOfMessages: "1",
  ApproximateNumberOfMessagesNotVisible: "2",
  ApproximateNumberOfMessagesDelayed: "3",
};
const noTags = (): unknown => ({});
const url = (name: string): string => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Value: string }[];
    };
  };
}

/** CloudWatch, which has these sums: metric to pairs of hours ago and sum. */
function metrics(
  sums: Readonly<Record<string, readonly (readonly [number, number])[]>>,
  status = "Complete",
) {
  return ({ MetricDataQueries: queries }: Record<string, unknown>): unknown => ({
    MetricDataResults: (queries as readonly Query[]).map(({ Id, MetricStat: { Metric } }) => ({
      Id,
      StatusCode: status,
      Timestamps: (sums[Metric.MetricName] ?? []).map(([ago]) => new Date(now - ago * hour)),
      Values: (sums[Metric.MetricName] ?? []).map(([, sum]) => sum),
    })),
  });
}

describe("looking for queues", () => {
  const look = async (
    answers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>>,
  ): Promise<{ found: FoundQueue | undefined; sent: readonly Sent[] }> => {
    const { clients, sent } = clientsOf({
      GetQueueAttributes: () => ({ Attributes: attributes }),
      ListQueueTags: noTags,
      GetMetricData: metrics({}),
      ...answers,
    });
    const [found] = await lookAt(clients, [url("dev_control_a")], now - 14 * day, now);
    return { found, sent };
  };

  it("reads every page, and no queue beside the prefix whatever SQS says", async () => {
    const { clients, sent } = clientsOf({
      ListQueues: ({ NextToken: token }) =>
        token === undefined
          ? { QueueUrls: [url("dev_control_b"), url("dev_other")], NextToken: "more" }
          : { QueueUrls: [url("dev_control_a")] },
      GetQueueAttributes: () => ({ Attributes: attributes }),
      ListQueueTags: noTags,
      GetMetricData: metrics({}),
    });
    const found = await findQueues(clients, "dev_control_", now - 14 * day, now);
    expect(found.map(({ name }) => name)).to.deep.equal(["dev_control_a", "dev_control_b"]);
    expect(sent.filter(({ name }) => name === "ListQueues").map(({ input }) => input)).to.deep.equal([
      { QueueNamePrefix: "dev_control_", MaxResults: 1000, NextToken: undefined },
      { QueueNamePrefix: "dev_control_", MaxResults: 1000, NextToken: "more" },
    ]);
  });

  it("counts messages that wait, that are delayed and that somebody works on", async () => {
    expect((await look({})).found).to.deep.equal({
      name: "dev_control_a",
      url: url("dev_control_a"),
      created: now - 30 * day,
      messages: 6,
      tags: {},
      use: { kind: "none", since: now - 14 * day },
    });
  });

  it("takes a queue that tells nothing for new and for holding something", async () => {
    const { found } = await look({ GetQueueAttributes: () => ({}) });
    expect(found?.messages).to.equal(3);
    expect(Date.now() - (found?.created ?? 0)).to.be.lessThan(60_000);
  });

  it("leaves out what is gone by the time it looks", async () => {
    const gone = Object.assign(new Error("The specified queue does not exist."), {
      name: "QueueDoesNotExist",
    });
    const { found } = await look({
      GetQueueAttributes: () => {
        throw gone;
      },
    });
    expect(found).to.equal(undefined);
    expect(isGone(gone)).to.equal(true);
    expect(isGone(new Error("AccessDenied"))).to.equal(false);
  });

  it("takes the newest hour in which anything was counted, to its end", async () => {
    const { found } = await look({
      GetMetricData: metrics({ NumberOfMessagesSent: [[50, 2]], NumberOfMessagesReceived: [[30, 1]] }),
    });
    expect(found?.use).to.deep.equal({ kind: "at", at: now - 29 * hour });
  });

  it("takes a consumer that asks in vain for a use, and a zero for none", async () => {
    const polled = await look({ GetMetricData: metrics({ NumberOfEmptyReceives: [[5, 60]] }) });
    expect(polled.found?.use).to.deep.equal({ kind: "at", at: now - 4 * hour });
    const zeros = await look({
      GetMetricData: metrics({
        NumberOfEmptyReceives: [[1, 0]],
        NumberOfMessagesSent: [
          [1, 0],
          [200, 0],
        ],
      }),
    });
    expect(zeros.found?.use).to.deep.equal({ kind: "none", since: now - 14 * day });
  });

  for (const status of ["PartialData", "InternalError", "Forbidden"]) {
    it(`knows nothing of the last use when CloudWatch answers ${status}`, async () => {
      expect((await look({ GetMetricData: metrics({}, status) })).found?.use).to.deep.equal({
        kind: "unknown",
        why: `CloudWatch answers ${status} for NumberOfMessagesSent`,
      });
    });
  }

  it("knows nothing of the last use when CloudWatch refuses, or leaves a metric out", async () => {
    const denied = await look({
      GetMetricData: () => {
        throw Object.assign(new Error("not authorized"), { name: "AccessDenied" });
      },
    });
    expect(denied.found?.use).to.deep.equal({
      kind: "unknown",
      why: "CloudWatch: AccessDenied: not authorized",
    });
    const silent = await look({ GetMetricData: () => ({ MetricDataResults: [] }) });
    expect(silent.found?.use).to.deep.equal({
      kind: "unknown",
      why: "CloudWatch does not answer for NumberOfMessagesSent",
    });
  });

  it("reads all of CloudWatch's pages: what a first one says in part a later one completes", async () => {
    const { found, sent } = await look({
      GetMetricData: (input) =>
        input["NextToken"] === undefined
          ? { ...(metrics({}, "PartialData")(input) as object), NextToken: "more" }
          : metrics({ NumberOfMessagesSent: [[3, 1]] })(input),
    });
    expect(found?.use).to.deep.equal({ kind: "at", at: now - 2 * hour });
    expect(sent.filter(({ name }) => name === "GetMetricData")).to.have.length(2);
  });

  it("asks CloudWatch for at most 500 metrics at a time", async () => {
    const urls = Array.from({ length: 300 }, (_, i) => url(`dev_control_${i}`));
    const { clients, sent } = clientsOf({
      GetQueueAttributes: () => ({ Attributes: attributes }),
      ListQueueTags: noTags,
      GetMetricData: metrics({}),
    });
    const found = await lookAt(clients, urls, now - 14 * day, now);
    expect(found).to.have.length(300);
    expect(found.every(({ use }) => use.kind === "none")).to.equal(true);
    const asked = sent
      .filter(({ name }) => name === "GetMetricData")
      .map(({ input }) => input["MetricDataQueries"]);
    expect(asked.map((queries) => (queries as unknown[]).length)).to.deep.equal([500, 500, 200]);
  });
});

describe("the time without use", () => {
  it("is a number of hours, days or weeks", () => {
    expect(["2h", "36h", "7d", "2w", "225d"].map(parseIdleTime)).to.deep.equal([
      2 * hour,
      36 * hour,
      7 * day,
      14 * day,
      225 * day,
    ]);
    for (const text of ["", "7", "d", "-7d", "7 d", "1.5d", "0d", "1h", "226d", "7m", "7days"]) {
      expect(() => parseIdleTime(text), text).to.throw(`--idle ${text}: a number of hours, days or weeks`);
    }
  });

  it("is told in days and hours", () => {
    expect([0, hour, 23 * hour, day, day + hour, 400 * day].map(spanText)).to.deep.equal([
      "less than 1 h",
      "1 h",
      "23 h",
      "1 d",
      "1 d 1 h",
      "400 d",
    ]);
  });
});

describe("a command with a stack and an action", () => {
  it("takes the two in either order, also for a stack that is called like neither", () => {
    expect(stackAndAction("dns", ["check", "dev"], ["check"])).to.deep.equal({
      stack: "dev",
      action: "check",
    });
    expect(stackAndAction("dns", ["dev", "check"], ["check"])).to.deep.equal({
      stack: "dev",
      action: "check",
    });
    expect(() => stackAndAction("dns", ["dev", "prod"], ["check"])).to.throw(
      "`./groundwork dns dev prod`: one of the two is the stack, the other what to do: check.",
    );
  });
});

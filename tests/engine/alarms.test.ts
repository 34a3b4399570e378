import { expect } from "chai";
import { standing } from "./support/standing";
import type { Walk } from "./support/walk";

const oncall = "arn:aws:sns:eu-west-1:482913067251:oncall";

/** What a run did, and to what, by the names that the cloud has: `update database-cpu`. */
async function run(walk: Walk): Promise<readonly string[]> {
  const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
  return calls
    .map(
      ({ id, method }) =>
        `${method} ${(id ?? "").replace("groundwork-dev-", "").replace(/-[0-9a-f]{7}$/, "")}`,
    )
    .sort();
}

const alarm = (walk: Walk, name: string): Readonly<Record<string, unknown>> | undefined =>
  walk.cloud().find((resource) => resource.name === name)?.inputs;

describe("the alarms of a standing stack", () => {
  let walk: Walk;
  before(async () => {
    walk = await standing("stores");
  });

  it("are made beside those of queues, which stay and tell somebody now, and stay as they are in the next run", async () => {
    const before = walk.cloud().find(({ name }) => name === "messaging-mail-age")?.id;
    walk.edit("dev", (settings) => {
      settings.set("alarms", [], { topics: { critical: [oncall] } });
    });
    const done = await run(walk);
    expect(done.filter((line) => line.startsWith("delete"))).to.deep.equal([]);
    expect(done).to.include.members([
      "create alarms",
      "create database-cpu",
      "create alarms-database-events-482913067251-oncall",
      "update mail-age",
    ]);
    expect(walk.cloud().find(({ name }) => name === "messaging-mail-age")?.id).to.equal(before);
    expect(alarm(walk, "messaging-mail-age")?.["alarmActions"]).to.deep.equal([oncall]);
    expect(await run(walk)).to.deep.equal([]);
  });

  it("change in place, by a threshold, by quiet hours, and by a topic", async () => {
    walk.edit("dev", (settings) => {
      settings.set("alarms", ["thresholds"], { "database-cpu": 95 });
    });
    expect(await run(walk)).to.deep.equal(["update database-cpu"]);
    walk.edit("dev", (settings) => {
      settings.set("alarms", ["quietHours"], { from: 20, to: 6 });
      settings.set("alarms", ["topics", "warning"], []);
    });
    const done = await run(walk);
    expect(done)
      .to.include("delete alarms-database-changes-482913067251-oncall")
      .and.include("update database-cpu");
    expect(done).not.to.include("update database-free-space");
    const { alarmActions, metricName, metricQueries } = alarm(walk, "alarms-database-cpu") ?? {};
    expect([alarmActions, metricName]).to.deep.equal([[], undefined]);
    expect((metricQueries as readonly Record<string, unknown>[] | undefined)?.[0]).to.include({
      expression: "IF((HOUR(value) >= 20 || HOUR(value) < 6), 95, value)",
      returnData: true,
    });
  });

  it("go with the section, but for those of queues", async () => {
    walk.edit("dev", (settings) => {
      settings.remove("alarms");
    });
    const done = await run(walk);
    expect(done.filter((line) => line.startsWith("create"))).to.deep.equal([]);
    expect(done).to.include.members([
      "delete alarms",
      "delete alarms-database-events-482913067251-oncall",
      "update mail-age",
    ]);
    expect(
      walk
        .cloud()
        .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
        .map(({ name }) => name)
        .sort(),
    ).to.deep.equal(
      ["mail", "usage"].flatMap((queue) =>
        ["age", "dead", "depth"].map((part) => `messaging-${queue}-${part}`),
      ),
    );
  });
});

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { createAlarms } from "../../components/alarms/alarms";
import { declaredAlarms } from "../../settings/alarms/table";
import { record, type Recording } from "../support/mocks";
import { changed, settingsOf, without, type Config } from "../settings/support";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const EVENTS = "aws:rds/eventSubscription:EventSubscription";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

const topic = (name: string, region = "eu-west-1"): string => `arn:aws:sns:${region}:123456789012:${name}`;

const fleets = {
  api: {
    amazonLinuxRelease: "2023.9.20251117.1",
    instanceTypes: ["t4g.small"],
    loadBalancer: { http: { targetPort: 8080 } },
    boot: { service: ["/usr/bin/api"] },
  },
};

/** What each component hands over is what it is asked by, in brackets. */
const handedOver = (of: string): string => `<${of}>`;

function recordAlarms(
  alarms: Config | undefined,
  changes: Record<string, Config | undefined> = {},
): Promise<Recording> {
  const settings = settingsOf(changed({ ...changes, "groundwork:alarms": alarms }));
  const asked = [...JSON.stringify(declaredAlarms(settings)).matchAll(/"of":"([^"]+)"|\{([\w:-]+)\}/g)];
  const watched = Object.fromEntries(
    asked.map(([, of, inQuery]) => of ?? inQuery ?? "").map((of) => [of, handedOver(of)]),
  );
  return record(() => {
    const messaging = new pulumi.ComponentResource("groundwork:messaging:Messaging", "messaging");
    createAlarms("alarms", { ...settings, parts: [{ watched }, undefined], owners: { messaging } });
  });
}

const inputsOf = (recording: Recording, name: string): Readonly<Record<string, unknown>> =>
  recording.one(ALARM, name).inputs;

describe("the alarms of a stack", () => {
  it("watch each read replica's lag, by the replica's own name", async () => {
    const replicas = { reports: {} };
    const recording = await recordAlarms(
      { topics: { warning: [topic("team")] } },
      { "groundwork:database": { replicas } },
    );
    expect(inputsOf(recording, "alarms-database-replica-reports-lag")).to.deep.include({
      namespace: "AWS/RDS",
      metricName: "ReplicaLag",
      dimensions: { DBInstanceIdentifier: "<replica:reports>" },
      threshold: 300,
      alarmActions: [topic("team")],
    });
  });

  it("are without the section those of queues alone, where and as they were before there was one", async () => {
    const own = topic("on-call");
    const recording = await recordAlarms(undefined, {
      "groundwork:messaging": {
        queues: { mail: { alarms: { ageSeconds: 600, depth: 50 } } },
        alarmTopicArns: [own],
      },
    });
    expect(recording.counts()).to.deep.equal({ [ALARM]: 3, "groundwork:messaging:Messaging": 1 });
    const common = {
      namespace: "AWS/SQS",
      statistic: "Maximum",
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [own],
      okActions: [own],
    };
    const found = recording
      .ofType(ALARM)
      .map(({ inputs, urn }) => [urn.split("::").slice(2).join("::"), without(inputs, "alarmDescription")]);
    expect(recording.one(ALARM, "messaging-mail-age").inputs["alarmDescription"]).to.equal(
      "The oldest message in dev_mail has waited longer than 600 s: nobody handles them, or not fast enough. What to do: docs/runbooks/queues.md",
    );
    const under = `groundwork:messaging:Messaging$${ALARM}`;
    const [age, depth] = ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"];
    expect(found).to.deep.equal([
      [
        `${under}::messaging-mail-age`,
        {
          ...common,
          name: "groundwork-dev-mail-age",
          metricName: age,
          dimensions: { QueueName: "<queue:mail>" },
          threshold: 600,
        },
      ],
      [
        `${under}::messaging-mail-depth`,
        {
          ...common,
          name: "groundwork-dev-mail-depth",
          metricName: depth,
          dimensions: { QueueName: "<queue:mail>" },
          threshold: 50,
        },
      ],
      [
        `${under}::messaging-mail-dead`,
        {
          ...common,
          name: "groundwork-dev-mail-dead",
          metricName: depth,
          dimensions: { QueueName: "<queue:mail:dead>" },
          threshold: 0,
        },
      ],
    ]);
  });

  it("are there without topics too", async () => {
    for (const { inputs } of (await recordAlarms({})).ofType(ALARM)) {
      expect(inputs, String(inputs["name"])).to.deep.include({ alarmActions: [], okActions: [] });
    }
  });

  it("are with the section so many, and RDS tells each topic by itself", async () => {
    expect((await recordAlarms({})).counts()).to.deep.equal({
      // The database: space, filling, processor, connections. The table: throttles, errors. The queue: three. The gateway: ports, drops.
      [ALARM]: 11,
      [DASHBOARD]: 1,
      "groundwork:alarms:Alarms": 1,
      "groundwork:messaging:Messaging": 1,
    });
    const told = await recordAlarms({
      topics: { critical: [topic("one"), topic("two")], warning: [topic("team")] },
      dashboard: false,
    });
    expect(told.ofType(DASHBOARD)).to.deep.equal([]);
    expect(
      told
        .ofType(EVENTS)
        .map(({ name, inputs }) => [name, inputs["snsTopic"], inputs["sourceIds"], inputs["sourceType"]]),
    ).to.have.deep.members([
      ["alarms-database-events-123456789012-one", topic("one"), ["<database:instance>"], "db-instance"],
      ["alarms-database-events-123456789012-two", topic("two"), ["<database:instance>"], "db-instance"],
      ["alarms-database-changes-123456789012-team", topic("team"), ["<database:instance>"], "db-instance"],
    ]);
    // Those of `backup` tell of each day's success.
    const { inputs } = told.one(EVENTS, "alarms-database-events-123456789012-one");
    expect(inputs["eventCategories"]).to.deep.equal([
      "availability",
      "failover",
      "failure",
      "low storage",
      "recovery",
    ]);
  });

  it("tell by severity and in their own region, warnings the critical topics where they have none", async () => {
    const far = { regions: { "eu-west-1": {}, "us-west-2": {} } };
    const staticServices = {
      dns: {
        imageTag: "example/dns:1",
        imageHash: `sha256:${"a".repeat(64)}`,
        instanceType: "t4g.small",
        amazonLinuxRelease: "2023.9.20251117.1",
        ...far,
      },
    };
    const both = { critical: [topic("oncall"), topic("oncall", "us-west-2")] };
    const actions = async (topics: Config, name: string): Promise<unknown> => {
      const recording = await recordAlarms({ topics }, { "groundwork:staticServices": staticServices });
      const { alarmActions, okActions, region } = inputsOf(recording, name);
      expect(okActions).to.deep.equal(alarmActions);
      return [region, alarmActions];
    };
    expect(await actions(both, "alarms-static-service-dns-us-west-2-0-gone")).to.deep.equal([
      "us-west-2",
      [topic("oncall", "us-west-2")],
    ]);
    expect(await actions(both, "alarms-static-service-dns-eu-west-1-0-gone")).to.deep.equal([
      undefined,
      [topic("oncall")],
    ]);
    expect(await actions(both, "alarms-database-cpu")).to.deep.equal([undefined, [topic("oncall")]]);
    expect(await actions({ ...both, warning: [topic("team")] }, "alarms-database-cpu")).to.deep.equal([
      undefined,
      [topic("team")],
    ]);
    expect(await actions({ ...both, warning: [] }, "alarms-database-cpu")).to.deep.equal([undefined, []]);
  });

  it("are off, and have other thresholds, by their names", async () => {
    const recording = await recordAlarms({
      off: ["database-cpu", "queue-mail-depth", "database-events"],
      thresholds: { "database-filling": -5 },
      topics: { critical: [topic("oncall")] },
    });
    const names = recording.ofType(ALARM).map(({ name }) => name);
    expect(names)
      .to.include("alarms-database-free-space")
      .and.not.include.members(["alarms-database-cpu", "messaging-mail-depth"]);
    expect(recording.ofType(EVENTS).map(({ name }) => name)).to.deep.equal([
      "alarms-database-changes-123456789012-oncall",
    ]);
    expect(inputsOf(recording, "alarms-database-filling")["threshold"]).to.equal(-5);
  });

  it("look at shares, and minutes without errors count as none", async () => {
    const { metricQueries, ...inputs } = inputsOf(
      await recordAlarms({}, { "groundwork:fleets": fleets }),
      "alarms-fleet-api-http-errors",
    );
    expect(inputs).to.deep.include({
      comparisonOperator: "GreaterThanThreshold",
      threshold: 5,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
    });
    const all = "FILL(requests, 0) + FILL(own, 0)";
    const counted = (id: string, metricName: string): unknown => ({
      id,
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName,
        stat: "Sum",
        dimensions: { LoadBalancer: "<fleet:api:http>" },
        period: 60,
      },
    });
    expect(metricQueries).to.deep.equal([
      {
        id: "result",
        expression: `IF(${all} >= 20, 100 * (FILL(theirs, 0) + FILL(own, 0)) / (${all}), 0)`,
        label: "%",
        returnData: true,
      },
      counted("requests", "RequestCount"),
      counted("theirs", "HTTPCode_Target_5XX_Count"),
      counted("own", "HTTPCode_ELB_5XX_Count"),
    ]);
  });

  it("ask for all operations of a table in one query, by the name that it has", async () => {
    const reports = { tables: { events: { hashKey: { name: "id", type: "S" } } } };
    const recording = await recordAlarms(
      { quietHours: { from: 20, to: 6 } },
      { "groundwork:reports": reports },
    );
    expect(inputsOf(recording, "alarms-table-events-errors")["metricQueries"]).to.deep.equal([
      {
        id: "result",
        expression: `SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = '<table:events>'`,
        period: 60,
        label: "errors a minute",
        returnData: true,
      },
    ]);
  });

  it("are quiet in quiet hours when they can wait, and never when they cannot", async () => {
    const quiet = async (quietHours: Config, name: string): Promise<Readonly<Record<string, unknown>>> =>
      inputsOf(await recordAlarms({ quietHours }), name);
    const night = await quiet({ from: 20, to: 6, days: ["sat", "sun"] }, "alarms-database-cpu");
    expect(night).not.to.have.any.keys("metricName", "namespace", "dimensions", "statistic", "period");
    expect(night["metricQueries"]).to.deep.equal([
      {
        id: "loud",
        expression:
          "IF((HOUR(value) >= 20 || HOUR(value) < 6) || DAY(value) == 6 || DAY(value) == 7, 90, value)",
        label: "%",
        returnData: true,
      },
      {
        id: "value",
        metric: {
          namespace: "AWS/RDS",
          metricName: "CPUUtilization",
          stat: "Average",
          dimensions: { DBInstanceIdentifier: "<database>" },
          period: 300,
        },
      },
    ]);
    const [loud, result] = (await quiet({ from: 1, to: 5 }, "alarms-database-filling"))["metricQueries"] as {
      id: string;
      expression: string;
      returnData: boolean;
    }[];
    expect([loud, result].map((query) => [query?.id, query?.expression, query?.returnData])).to.deep.equal([
      ["result", "value + 72 * DIFF(value)", false],
      ["loud", "IF((HOUR(result) >= 1 && HOUR(result) < 5), 0, result)", true],
    ]);
    expect(await quiet({ from: 20, to: 6 }, "alarms-database-free-space")).to.include({
      metricName: "FreeStorageSpace",
      statistic: "Minimum",
    });
  });

  it("stand on a dashboard, a row for each component, from the same list", async () => {
    const recording = await recordAlarms({
      off: ["drops", "ports"]
        .map((part) => `nat-eu-west-1a-${part}`)
        .concat("table-reports-throttles", "table-reports-errors"),
    });
    const { dashboardBody, dashboardName } = recording.one(DASHBOARD).inputs;
    expect(dashboardName).to.equal("groundwork-dev-alarms");
    const { widgets } = JSON.parse(String(dashboardBody)) as {
      widgets: { type: string; x: number; y: number; height: number; properties: Record<string, unknown> }[];
    };
    const arn = (name: string): string =>
      `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:groundwork-dev-${name}`;
    const states = (names: readonly string[]): unknown => ({ title: "States", alarms: names.map(arn) });
    const graph = (title: string, name = title): unknown => ({
      title,
      region: "eu-west-1",
      annotations: { alarms: [arn(name)] },
    });
    const database = ["database-free-space", "database-filling", "database-cpu", "database-connections"];
    const queues = ["age", "depth", "dead"];
    expect(widgets.map(({ properties, type, x, y }) => [type, x, y, properties])).to.deep.equal([
      ["text", 0, 0, { markdown: "## Database" }],
      ["alarm", 0, 1, states(database)],
      ...database.map((name, index) => ["metric", index * 6, 4, graph(name)]),
      ["text", 0, 9, { markdown: "## Queues" }],
      ["alarm", 0, 10, states(queues.map((part) => `mail-${part}`))],
      ...queues.map((part, index) => ["metric", index * 6, 13, graph(`queue-mail-${part}`, `mail-${part}`)]),
    ]);
  });

  it("fail in the program, not in CloudWatch, where a component does not hand over what they watch", async () => {
    const settings = settingsOf(changed({ "groundwork:alarms": {} }));
    let message = "";
    await record(() => {
      createAlarms("alarms", { ...settings, parts: [], owners: {} });
    }).catch((error: unknown) => {
      message = String(error);
    });
    expect(message).to.contain("alarms: no component has handed over what CloudWatch knows database by.");
  });
});

import { expect } from "chai";
import type { Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type RehearsedProvider } from "../support/rehearsed-cloud";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const EVENTS = "aws:rds/eventSubscription:EventSubscription";

const topic = (region = "eu-west-1"): string => `arn:aws:sns:${region}:111122223333:oncall`;

describe("rehearsal: what CloudWatch refuses", () => {
  const clouds: RehearsedProvider<unknown>[] = [];
  const rehearsed = (): RehearsedProvider<unknown> => {
    const made = rehearsedAws();
    clouds.push(made);
    return made;
  };
  afterEach(() => {
    for (const cloud of clouds.splice(0)) cloud.remove();
  });

  const plain = { metricName: "CPUUtilization", namespace: "AWS/RDS", statistic: "Average", period: 60 };
  const metric = (id: string, period = 60): Values => ({
    id,
    metric: { namespace: "AWS/RDS", metricName: "CPUUtilization", stat: "Average", period },
  });
  const result = (expression: string, more: Values = {}): Values => ({
    id: "result",
    expression,
    returnData: true,
    ...more,
  });
  const alarm = (inputs: Values): Promise<string> =>
    refusal(
      rehearsed().create(ALARM, "a", {
        name: "a",
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        threshold: 1,
        ...inputs,
      }),
    );
  const queries = (...metricQueries: readonly Values[]): Promise<string> => alarm({ metricQueries });

  it("no alarm on one metric, nor on what is calculated of ten, nor on a query", async () => {
    const cloud = rehearsed();
    const common = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 5,
      threshold: 1,
      alarmActions: [topic()],
    };
    const ten = Array.from({ length: 10 }, (_, index) => metric(`m${index}`));
    const select =
      "SELECT MAX(HealthyHostCount) FROM SCHEMA(\"AWS/NetworkELB\", LoadBalancer) WHERE LoadBalancer = 'net/a/1'";
    await cloud.create(ALARM, "a", { name: "a", ...common, ...plain });
    await cloud.create(ALARM, "b", {
      name: "b",
      ...common,
      metricQueries: [result("SUM([m0, m9]) + FILL(m1, 0)"), ...ten],
    });
    await cloud.create(ALARM, "c", { name: "c", ...common, metricQueries: [result(select, { period: 60 })] });
  });

  it("a name of 256 characters, a description or an expression of 1,025", async () => {
    expect(await alarm({ ...plain, name: "n".repeat(256) })).to.contain(
      "alarm_name to be in the range (1 - 255)",
    );
    expect(await alarm({ ...plain, alarmDescription: "d".repeat(1025) })).to.contain(
      "alarm_description to be in the range (1 - 1024)",
    );
    expect(await queries(result(`m ${" ".repeat(1023)}`), metric("m"))).to.contain(
      "expression to be in the range (1 - 1024)",
    );
  });

  it("periods that are none, and more than a day, or a week of hours, to look back at", async () => {
    expect(await alarm({ ...plain, period: 90 })).to.contain("divisible by 60, got: 90");
    expect(await alarm({ ...plain, evaluationPeriods: 1441 })).to.contain("more than a day");
    expect(await alarm({ ...plain, period: 3600, evaluationPeriods: 169 })).to.contain("more than 7 days");
    expect(await alarm({ ...plain, datapointsToAlarm: 2 })).to.contain("DatapointsToAlarm");
  });

  it("a topic of another region, and a sixth", async () => {
    expect(await alarm({ ...plain, okActions: [topic("us-west-2")] })).to.contain(
      "Invalid region us-west-2 specified. Only eu-west-1 is supported.",
    );
    const six = Array.from({ length: 6 }, (_, index) => `${topic()}${index}`);
    expect(await alarm({ ...plain, alarmActions: six })).to.contain("at most 5 members");
  });

  it("calculations of eleven metrics, of unlike periods, of names that are nobody's, with no result or two", async () => {
    const eleven = Array.from({ length: 11 }, (_, index) => metric(`m${index}`));
    expect(await queries(result("m0"), ...eleven)).to.contain("more than 10 metrics");
    expect(await queries(result("a + b"), metric("a"), metric("b", 300))).to.contain("the same period");
    expect(await queries(result("IF(HOUR(a) >= 20, 90, other)"), metric("a"))).to.contain(
      "Unknown identifier other",
    );
    expect(await queries(result("a", { returnData: false }), metric("a"))).to.contain("Exactly one element");
    expect(await queries(result("a"), { ...result("a"), id: "loud" }, metric("a"))).to.contain(
      "Exactly one element",
    );
    expect(await queries({ ...result("a"), id: "Result" }, metric("a"))).to.contain(
      "begin with a lowercase letter",
    );
    expect(await alarm({ ...plain, metricQueries: [result("a"), metric("a")] })).to.contain(
      '"metric_query": conflicts with metricName',
    );
  });

  it("a dashboard that is no JSON, has 501 widgets, or an alarm's graph without its region", async () => {
    const dashboard = (dashboardBody: string, dashboardName = "d"): Promise<string> =>
      refusal(rehearsed().create(DASHBOARD, "d", { dashboardName, dashboardBody }));
    const widgets = (...all: readonly unknown[]): Promise<string> =>
      dashboard(JSON.stringify({ widgets: all }));
    const text = { type: "text", properties: { markdown: "x" } };
    const annotations = { alarms: ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a"] };
    expect(await dashboard("{")).to.contain("invalid JSON");
    expect(await dashboard("{}")).to.contain("required property 'widgets'");
    expect(await dashboard('{"widgets":[]}', "a.b")).to.contain("alphanumeric");
    expect(await widgets(...Array.from({ length: 501 }, () => text))).to.contain("more than 500 widgets");
    expect(await widgets({ type: "metric", properties: { annotations } })).to.contain(
      "required property 'region'",
    );
    expect(await widgets({ type: "metric", properties: { region: "eu-west-1" } })).to.contain(
      "the annotation of one alarm",
    );
    expect(await widgets({ type: "alarm", properties: { alarms: [] } })).to.contain("from 1 to 100 alarms");
    expect(await widgets({ ...text, x: 20, width: 6 })).to.contain("24 columns");
    const made = await rehearsed().create(DASHBOARD, "d", {
      dashboardName: "d",
      dashboardBody: JSON.stringify({ widgets: [text] }),
    });
    expect(made.outputs["dashboardArn"]).to.equal("arn:aws:cloudwatch::111122223333:dashboard/d");
  });

  it("events of a database that is not there, of no such kind, to a topic of another region", async () => {
    const events = (inputs: Values): Promise<string> =>
      refusal(
        rehearsed().create(EVENTS, "e", {
          name: "e",
          snsTopic: topic(),
          ...inputs,
        }),
      );
    expect(await events({ sourceType: "db-instance", sourceIds: ["gone"] })).to.contain("SourceNotFound");
    expect(await events({ sourceType: "db-instance", eventCategories: ["credentials"] })).to.contain(
      "SubscriptionCategoryNotFound",
    );
    expect(await events({ snsTopic: topic("us-west-2") })).to.contain("SNSInvalidTopic");
    expect(await events({ sourceIds: ["a"] })).to.contain("InvalidParameterCombination");
  });
});

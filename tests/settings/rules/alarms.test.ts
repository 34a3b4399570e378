import { expect } from "chai";
import { silence } from "../../../settings/alarms/table";
import { changed, problemsOf, production, settingsOf, type Config } from "../support";

const alarms = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:alarms": change }));
const topic = (name: string, region = "eu-west-1"): string => `arn:aws:sns:${region}:123456789012:${name}`;

describe("settings rules: alarms", () => {
  it("refuse a topic that is listed twice, and a sixth of a region", () => {
    expect(alarms({ topics: { critical: [topic("oncall"), topic("oncall")] } })).to.deep.equal([
      {
        path: "groundwork:alarms.topics.critical[1]",
        message: `"${topic("oncall")}" is listed twice`,
        allowed: "each topic once",
      },
    ]);
    const five = ["a", "b", "c", "d", "e"].map((name) => topic(name));
    expect(alarms({ topics: { warning: [...five, topic("f", "us-west-2")] } })).to.deep.equal([]);
    expect(alarms({ topics: { warning: [...five, topic("f")] } })).to.deep.equal([
      {
        path: "groundwork:alarms.topics.warning[5]",
        message: "is topic number 6 in eu-west-1",
        allowed:
          "5 of a region: CloudWatch takes no more for an alarm. One topic can have any number of subscribers",
      },
    ]);
  });

  it("refuse hours that are always quiet", () => {
    expect(alarms({ quietHours: { from: 7, to: 7 } })).to.deep.equal([
      {
        path: "groundwork:alarms.quietHours.to",
        message: "they begin and end at 7 o'clock: it would always be quiet",
        allowed: "another hour than quietHours.from; single alarms are switched off by alarms.off",
      },
    ]);
  });

  it("refuse names of alarms that the stack does not have, and say which was meant", () => {
    const allowed = "the name of an alarm that the stack has: docs/alarms.md says how they are called";
    expect(alarms({ off: ["databse-cpu"], thresholds: { "cluster-unschedulable": 3 } })).to.deep.equal([
      {
        path: "groundwork:alarms.off[0]",
        message: 'the stack has no alarm "databse-cpu"',
        allowed,
        suggestion: "Did you mean database-cpu?",
      },
      {
        path: "groundwork:alarms.thresholds.cluster-unschedulable",
        message: 'the stack has no alarm "cluster-unschedulable"',
        allowed,
      },
    ]);
    expect(
      alarms({ off: ["database-cpu", "database-events"], thresholds: { "database-cpu": 95 } }),
    ).to.deep.equal([]);
  });

  it("refuse a threshold that has a setting of its own, and say which; and one of events, which have none", () => {
    expect(alarms({ thresholds: { "queue-mail-age": 60, "database-events": 1 } })).to.deep.equal([
      {
        path: "groundwork:alarms.thresholds.database-events",
        message: "database-events tells of what happened, and has no threshold",
        allowed: "alarms that docs/alarms.md has a threshold for",
      },
      {
        path: "groundwork:alarms.thresholds.queue-mail-age",
        message: "the threshold of queue-mail-age is a setting of its own",
        allowed: "groundwork:messaging.queues.mail.alarms.ageSeconds",
      },
    ]);
  });
});

describe("that nobody is told", () => {
  const said = (section: Config | undefined, changes: Record<string, Config> = {}): string | undefined =>
    silence(settingsOf(changed({ ...changes, "groundwork:alarms": section })));
  const inProduction = (
    section: Config | undefined,
    changes: Record<string, Config> = {},
  ): string | undefined => silence(settingsOf(production({ ...changes, "groundwork:alarms": section })));
  const nobody = "nobody is told when something fails that a person has to look at now: there is no topic in";

  it("is said at level production, without the section as with one that names nobody", () => {
    const text = `${nobody} eu-west-1 for database-free-space and 6 more`;
    expect(inProduction(undefined)).to.equal(text);
    expect(inProduction({})).to.equal(text);
    expect(inProduction({ topics: { warning: [topic("team")] } })).to.equal(text);
    expect(inProduction({ topics: { critical: [topic("oncall")] } })).to.equal(undefined);
  });

  it("is not said of alarms that are off, or that have topics of their own", () => {
    const messaging = { queues: { mail: {} }, alarmTopicArns: [topic("mail")] };
    const off = ["database-free-space", "database-connections", "database-events", "table-reports-errors"];
    const stack = { "groundwork:messaging": messaging };
    expect(inProduction({ off }, stack)).to.equal(`${nobody} eu-west-1 for nat-eu-west-1a-ports`);
    expect(inProduction({ off: [...off, "nat-eu-west-1a-ports"] }, stack)).to.equal(undefined);
  });

  it("is said elsewhere only of a region that was forgotten", () => {
    expect(said(undefined)).to.equal(undefined);
    expect(said({})).to.equal(undefined);
    expect(said({ topics: { critical: [topic("oncall", "us-west-2")] } })).to.equal(
      `${nobody} eu-west-1 for database-free-space and 6 more`,
    );
  });
});

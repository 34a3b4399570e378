import { expect } from "chai";
import { changed, problemsOf, production, rightConfig, type Config } from "../support";

const problems = (
  change: Config,
  make: (change: Readonly<Record<string, Config | undefined>>) => Config = changed,
): readonly string[] =>
  problemsOf(make({ "groundwork:database": change })).map(
    ({ path, message }) => `${path.replace("groundwork:database.", "")}: ${message}`,
  );

describe("settings rules: options of the database", () => {
  it("takes replicas, and wants backups for them and a place that is there", () => {
    expect(
      problems({ replicas: { reports: {}, search: { multiAz: true, instanceClass: "db.r7g.large" } } }),
    ).to.deep.equal([]);
    const disposable = {
      ...changed({ "groundwork:database": { replicas: { a: {} }, backupRetentionDays: 0 } }),
    };
    expect(
      problemsOf({ ...disposable, "groundwork:guard": { level: "disposable" } }).map(({ path }) => path),
    ).to.deep.equal(["groundwork:database.backupRetentionDays"]);
    expect(
      problems({
        engineVersion: "16.11",
        replicas: {
          a: { availabilityZone: "eu-west-1a", multiAz: true },
          b: { availabilityZone: "us-east-1a" },
          c: { engineVersion: "17.9" },
          d: { engineVersion: "16.13" },
        },
      }),
    ).to.deep.equal([
      "replicas.a.availabilityZone: is set, and multiAz is true",
      'replicas.b.availabilityZone: found "us-east-1a"',
      'replicas.c.engineVersion: "17.9", and the database has "16.11"',
    ]);
    expect(problems({ replicas: { "": {}, "a--b": {}, Reports: {} } })).to.have.length(3);
    const many = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`r${index}`, {}]));
    expect(problems({ replicas: many })).to.deep.equal(["replicas: 16 replicas"]);
  });

  it("wants names of replicas that no restored instance has, and that RDS takes", () => {
    const restored = {
      reports: { snapshot: "users-final" },
      "a-name-of-20-letters": { snapshot: "users-final" },
    };
    expect(problems({ restored, replicas: { reports: {} } })).to.deep.equal([
      "replicas.reports: an instance of restored is called groundwork-dev-database-reports too",
    ]);
    const serving = { restored, serving: "a-name-of-20-letters" };
    expect(problems({ ...serving, replicas: { reports: {} } })).to.deep.equal([]);
    expect(problems({ ...serving, replicas: { "another-of-15-l": {} } })).to.deep.equal([]);
  });

  it("takes of Performance Insights what RDS keeps, and for the advanced mode no less than fifteen months", () => {
    for (const days of [7, 31, 465, 713, 731]) {
      expect(problems({ performanceInsightsRetentionDays: days })).to.deep.equal([]);
    }
    expect(problems({ performanceInsightsRetentionDays: 30 })).to.deep.equal([
      "performanceInsightsRetentionDays: found the number 30",
    ]);
    const advanced = { databaseInsights: "advanced" };
    expect(problems(advanced)).to.deep.equal([]);
    expect(problems({ ...advanced, performanceInsightsRetentionDays: 434 })).to.deep.equal([
      "performanceInsightsRetentionDays: found 434, with databaseInsights advanced",
    ]);
    expect(problems({ ...advanced, performanceInsights: false })).to.deep.equal([
      "performanceInsights: false, with databaseInsights advanced",
    ]);
    expect(problems({ monitoring: { intervalSeconds: 20 } })).to.deep.equal([
      "monitoring.intervalSeconds: found the number 20",
    ]);
  });

  it("takes copies into another region, at a time that is none of RDS's own", () => {
    const copies = (change: Config = {}, more: Config = {}): readonly string[] =>
      problems({ backupCopies: { region: "eu-central-1", retentionDays: 35, ...change }, ...more });
    expect(copies()).to.deep.equal([]);
    expect(copies({ region: "eu-west-1", days: ["mon", "mon"] })).to.deep.equal([
      'backupCopies.days[1]: "mon" is listed twice',
      'backupCopies.region: "eu-west-1" is the stack\'s own region',
    ]);
    // 03:00-04:00 every day, and 04:30-05:30 on Sunday.
    for (const [startTime, met] of [
      ["01:00", undefined],
      ["01:01", "backupWindow"],
      ["03:59", "backupWindow"],
      ["04:00", "maintenanceWindow"],
      ["05:29", "maintenanceWindow"],
      ["05:30", undefined],
    ] as const) {
      expect(copies({ startTime }), startTime).to.deep.equal(
        met === undefined
          ? []
          : [
              `backupCopies.startTime: "${startTime}": the hour after it meets ${met} or the hour before that`,
            ],
      );
    }
  });

  it("wants two words for a lock that nobody can undo, and none for another", () => {
    const lock = (change: Config, retentionDays = 35): readonly string[] =>
      problems({ backupCopies: { region: "eu-central-1", retentionDays, lock: change } }, production);
    expect(lock({})).to.deep.equal([]);
    expect(lock({}, 6)).to.deep.equal([
      "backupCopies.retentionDays: found 6, and the lock keeps everything for 7 days",
    ]);
    expect(lock({ mode: "compliance" })).to.deep.equal([
      "backupCopies.lock.changeableForDays: is missing, with mode compliance",
      "backupCopies.lock.irrevocable: is missing, with mode compliance: nobody can ever undo that lock, AWS neither",
    ]);
    const both = { changeableForDays: 14, irrevocable: true };
    expect(lock({ mode: "compliance", ...both })).to.deep.equal([]);
    expect(lock(both)).to.deep.equal([
      "backupCopies.lock.changeableForDays: is set, with mode governance",
      "backupCopies.lock.irrevocable: is set, with mode governance",
    ]);
    const free = {
      ...rightConfig(),
      "groundwork:guard": { level: "disposable" },
      "groundwork:database": {
        ...(rightConfig()["groundwork:database"] as Config),
        backupCopies: { region: "eu-central-1", retentionDays: 35, lock: { mode: "compliance", ...both } },
      },
    };
    expect(problemsOf(free).map(({ path }) => path)).to.deep.equal([
      "groundwork:database.backupCopies.lock.mode",
    ]);
  });
});

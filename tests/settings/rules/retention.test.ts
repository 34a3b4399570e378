import { expect } from "chai";
import { floors } from "../../../guard/floors";
import { changed, problemsOf, production, rightConfig, type Config } from "../support";

const disposable = (changes: Readonly<Record<string, Config>>): Config => ({
  ...changed(changes),
  "groundwork:guard": { level: "disposable" },
});

describe("settings rules: retention", () => {
  it("refuses database backups under the floor of production", () => {
    expect(problemsOf(production({ "groundwork:database": { backupRetentionDays: 6 } }))).to.deep.equal([
      {
        path: "groundwork:database.backupRetentionDays",
        message: "found 6 at guard level production",
        allowed: "at least 7 days at guard level production",
        suggestion: floors.databaseBackups.reason,
      },
    ]);
    expect(problemsOf(production({ "groundwork:database": { backupRetentionDays: 7 } }))).to.deep.equal([]);
  });

  it("refuses a database without backups in development, and takes it where it is disposable", () => {
    const changes = { "groundwork:database": { backupRetentionDays: 0 } };
    expect(problemsOf(changed(changes))).to.deep.equal([
      {
        path: "groundwork:database.backupRetentionDays",
        message: "found 0 at guard level development",
        allowed: "at least 1 days at guard level development",
        suggestion: floors.databaseBackups.reason,
      },
    ]);
    expect(problemsOf(disposable(changes))).to.deep.equal([]);
  });

  it("refuses point-in-time recovery of a table under the floor", () => {
    const tables = { reports: { hashKey: { name: "hour", type: "S" }, recoveryDays: 6 } };
    const changes = { "groundwork:reports": { tables } };
    expect(problemsOf(production(changes))).to.deep.equal([
      {
        path: "groundwork:reports.tables.reports.recoveryDays",
        message: "found 6 at guard level production",
        allowed: "at least 7 days at guard level production",
        suggestion: floors.pointInTimeRecovery.reason,
      },
    ]);
    expect(problemsOf(changed(changes))).to.deep.equal([]);
  });

  it("refuses to keep overwritten objects for less than the floor", () => {
    const bucket = { name: "example-dev-reports", lifecycle: { noncurrentVersionDays: 29 } };
    const changes = { "groundwork:reports": { bucket } };
    expect(problemsOf(production(changes))).to.deep.equal([
      {
        path: "groundwork:reports.bucket.lifecycle.noncurrentVersionDays",
        message: "found 29 at guard level production",
        allowed: "at least 30 days at guard level production",
        suggestion: floors.overwrittenObjects.reason,
      },
    ]);
    expect(problemsOf(changed(changes))).to.deep.equal([]);
  });

  it("refuses to keep messages for less than the floor", () => {
    const queue = { messageRetentionSeconds: 3599 };
    const changes = { "groundwork:messaging": { queues: { mail: queue } } };
    expect(problemsOf(changed(changes))).to.deep.equal([
      {
        path: "groundwork:messaging.queues.mail.messageRetentionSeconds",
        message: "found 3599 at guard level development",
        allowed: "at least 3600 seconds at guard level development",
        suggestion: floors.queuedMessages.reason,
      },
    ]);
    expect(problemsOf(disposable(changes))).to.deep.equal([]);
  });

  it("judges no floor while the level is unknown, but says so", () => {
    const config = {
      ...changed({ "groundwork:database": { backupRetentionDays: 0 } }),
      "groundwork:guard": { level: "prod" },
    };
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "groundwork:guard.level",
        message: 'found "prod"',
        allowed: 'one of "production", "development", "disposable"',
      },
    ]);
  });

  it("has defaults above every floor of production", () => {
    expect(problemsOf(production())).to.deep.equal([]);
    expect(rightConfig()["groundwork:reports"]).to.not.have.property("tables");
  });
});

import { expect } from "chai";
import { changed, problemsOf, type Config } from "../support";

const reports = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:reports": change }));
/** Problems with a table of this shape beside the right rest. */
const table = (change: Config): ReturnType<typeof problemsOf> =>
  reports({ tables: { events: { hashKey: { name: "id", type: "S" }, ...change } } });

describe("settings rules: reports", () => {
  it("refuses a table without a key", () => {
    expect(reports({ tables: { events: {} } })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.hashKey",
        message: "is missing",
        allowed: "a mapping with the keys name, type",
      },
    ]);
    expect(table({})).to.deep.equal([]);
  });

  it("refuses reports without any table", () => {
    expect(reports({ tables: {} })).to.deep.equal([
      {
        path: "groundwork:reports.tables",
        message: "found an empty mapping",
        allowed: "one table or more; leave the key out for the table `reports`",
      },
    ]);
    expect(reports({ tables: undefined })).to.deep.equal([]);
  });

  it("refuses a table whose name is too long with the stack's in front", () => {
    const key = "t".repeat(252);
    expect(reports({ tables: { [key]: { hashKey: { name: "id", type: "S" } } } })).to.deep.equal([
      {
        path: `groundwork:reports.tables.${key}`,
        message: `the table's name "dev_${key}" has 256 characters`,
        allowed: "names of 3 to 255 characters, the stack's name included",
      },
    ]);
    expect(reports({ tables: { ["t".repeat(251)]: { hashKey: { name: "id", type: "S" } } } })).to.deep.equal(
      [],
    );
  });

  it("refuses a range key that is the hash key", () => {
    expect(table({ rangeKey: { name: "id", type: "S" } })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.rangeKey.name",
        message: '"id" is the hash key already',
        allowed: "an attribute other than the hash key's",
      },
    ]);
    expect(table({ rangeKey: { name: "ts", type: "N" } })).to.deep.equal([]);
  });

  it("refuses the same in an index", () => {
    const key = { name: "org", type: "S" };
    expect(table({ globalSecondaryIndexes: { byOrg: { hashKey: key, rangeKey: key } } })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.globalSecondaryIndexes.byOrg.rangeKey.name",
        message: '"org" is the hash key already',
        allowed: "an attribute other than the hash key's",
      },
    ]);
  });

  it("refuses an index without a key", () => {
    expect(table({ globalSecondaryIndexes: { byOrg: {} } })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.globalSecondaryIndexes.byOrg.hashKey",
        message: "is missing",
        allowed: "a mapping with the keys name, type",
      },
    ]);
  });

  it("refuses an attribute with two types", () => {
    const index = (type: string): Config => ({ byId: { hashKey: { name: "id", type } } });
    expect(table({ globalSecondaryIndexes: index("N") })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.globalSecondaryIndexes.byId.hashKey.type",
        message: 'attribute "id" is N here and S elsewhere in the table',
        allowed: '"S": an attribute has one type in a table and its indexes',
      },
    ]);
    expect(table({ globalSecondaryIndexes: index("S") })).to.deep.equal([]);
  });

  it("lets two tables have the same attribute in different types", () => {
    const tables = {
      events: { hashKey: { name: "id", type: "S" } },
      counters: { hashKey: { name: "id", type: "N" } },
    };
    expect(reports({ tables })).to.deep.equal([]);
  });

  it("refuses more indexes than DynamoDB's quota", () => {
    const indexes = (count: number): Config =>
      Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`index${i}`, { hashKey: { name: "id", type: "S" } }]),
      );
    expect(table({ globalSecondaryIndexes: indexes(21) })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.globalSecondaryIndexes",
        message: "21 indexes",
        allowed: "up to 20, DynamoDB's quota",
      },
    ]);
    expect(table({ globalSecondaryIndexes: indexes(20) })).to.deep.equal([]);
  });

  it("refuses an expiry in an attribute that is no number", () => {
    expect(table({ ttlAttribute: "id" })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.ttlAttribute",
        message: '"id" is a key attribute of type S',
        allowed: "an attribute of type N (epoch seconds), or one that is no key",
      },
    ]);
    expect(table({ rangeKey: { name: "ts", type: "N" }, ttlAttribute: "ts" })).to.deep.equal([]);
    expect(table({ ttlAttribute: "expiresAt" })).to.deep.equal([]);
  });

  it("refuses a scaling range whose end is before its beginning", () => {
    const billing = (read: Config): Config => ({
      billing: { mode: "provisioned", read, write: { min: 1, max: 1 } },
    });
    expect(table(billing({ min: 10, max: 9 }))).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.billing.read",
        message: "min 10 is more than max 9",
        allowed: "min no more than max",
      },
    ]);
    expect(table(billing({ min: 10, max: 10 }))).to.deep.equal([]);
  });

  it("refuses provisioned units for a table with indexes", () => {
    const indexes = { globalSecondaryIndexes: { byOrg: { hashKey: { name: "org", type: "S" } } } };
    const range = { min: 1, max: 2 };
    expect(table({ ...indexes, billing: { mode: "provisioned", read: range, write: range } })).to.deep.equal([
      {
        path: "groundwork:reports.tables.events.billing.mode",
        message: 'found "provisioned" for a table with globalSecondaryIndexes',
        allowed: '"onDemand" where there are indexes: the units of an index are not scaled',
      },
    ]);
    expect(table({ ...indexes, billing: { mode: "onDemand" } })).to.deep.equal([]);
  });

  it("refuses objects that expire before they have been moved", () => {
    const bucket = (lifecycle: Config): Config => ({ bucket: { name: "example-dev-reports", lifecycle } });
    expect(reports(bucket({ infrequentAccessAfterDays: 30, expireAfterDays: 30 }))).to.deep.equal([
      {
        path: "groundwork:reports.bucket.lifecycle.expireAfterDays",
        message: "found 30, with infrequentAccessAfterDays 30",
        allowed: "more than 30: S3 expires objects only after it has moved them",
      },
    ]);
    expect(reports(bucket({ infrequentAccessAfterDays: 30, expireAfterDays: 31 }))).to.deep.equal([]);
    expect(reports(bucket({ expireAfterDays: 1 }))).to.deep.equal([]);
  });

  it("refuse to log accesses in the bucket that is logged, and to say how long others keep logs", () => {
    const told = (accessLogs: Config): readonly string[] =>
      problemsOf(changed({ "groundwork:accessLogs": accessLogs })).map(
        ({ path, message }) => `${path}: ${message}`,
      );
    expect(told({ bucket: "example-dev-logs" })).to.deep.equal([]);
    expect(told({ bucket: "example-dev-reports" })).to.deep.equal([
      'groundwork:accessLogs.bucket: "example-dev-reports" is the reports bucket, which is logged: each log would be logged again',
    ]);
    expect(told({ bucket: "example-dev-logs", existing: true, retentionDays: 30 })).to.deep.equal([
      "groundwork:accessLogs.retentionDays: stands beside existing: true, where others say how long logs are kept",
    ]);
  });
});

import { expect } from "chai";
import {
  changed,
  existingNetwork,
  problemsOf,
  production,
  rightConfig,
  without,
  type Config,
} from "../support";

const database = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:database": change }));

describe("settings rules: database", () => {
  it("refuses a database without a network", () => {
    expect(problemsOf(changed({ "groundwork:network": undefined }))).to.deep.equal([
      {
        path: "groundwork:database",
        message: "there is no network to place the database in",
        allowed: "a section groundwork:network with two database subnets or more",
      },
    ]);
  });

  it("does not call a network missing that is there with something wrong in it", () => {
    const paths = problemsOf({ ...rightConfig(), "groundwork:network": null }).map(({ path }) => path);
    expect(paths).to.deep.equal(["groundwork:network"]);
  });

  it("refuses a database with fewer than two subnets in a new network", () => {
    const change = { "groundwork:network": { databaseSubnets: ["10.0.4.0/24"] } };
    expect(problemsOf(changed(change))).to.deep.equal([
      {
        path: "groundwork:network.databaseSubnets",
        message: "1 database subnet, but there is a database",
        allowed: "two or more, in different zones: RDS takes no fewer",
      },
    ]);
    expect(problemsOf(changed({ ...change, "groundwork:database": undefined }))).to.deep.equal([]);
  });

  it("refuses a database without subnets in an existing network", () => {
    const network = without(existingNetwork(), "databaseSubnetIds");
    expect(problemsOf({ ...rightConfig(), "groundwork:network": network })).to.deep.equal([
      {
        path: "groundwork:network.databaseSubnetIds",
        message: "no database subnet, but there is a database",
        allowed: "two or more, in different zones: RDS takes no fewer",
      },
    ]);
  });

  it("wants one copy for an instance that is made of one", () => {
    const problem = (name: string) => ({
      path: `groundwork:database.restored.${name}`,
      message: "does not name the one copy that it is made of",
      allowed: "either snapshot, or moment and of",
    });
    const of = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    expect(database({ restored: { a: { snapshot: "s" } } })).to.deep.equal([]);
    expect(
      database({
        restored: {
          a: {},
          c: { of },
          e: { snapshot: "s", of },
        },
      }),
    ).to.deep.equal(["a", "c", "e"].map(problem));
  });

  it("wants an instance that is there to serve, and no end of the first one while nobody else does", () => {
    const restored = { night: { snapshot: "s" } };
    const serving = (message: string, allowed: string) => [
      { path: "groundwork:database.serving", message, allowed },
    ];
    expect(database({ restored, serving: "night", first: "givenUp" })).to.deep.equal([]);
    expect(database({ restored, serving: "noon" })).to.deep.equal(
      serving('there is no instance "noon"', "first or night"),
    );
    expect(database({ restored, first: "givenUp" })).to.deep.equal(
      serving('there is no instance "first": it is given up', "night"),
    );
    expect(
      database({ restored: { night: { snapshot: "s", state: "givenUp" } }, serving: "night" }),
    ).to.deep.equal(serving('there is no instance "night": it is given up', "first"));
    expect(database({ first: "givenUp" })).to.deep.equal(
      serving('there is no instance "first": it is given up', "an instance that is kept"),
    );
  });

  it("wants a standby in production", () => {
    expect(problemsOf(production({ "groundwork:database": { multiAz: false } }))).to.deep.equal([
      {
        path: "groundwork:database.multiAz",
        message: "false (the default) at guard level production",
        allowed: "true at guard level production",
      },
    ]);
    expect(problemsOf(production())).to.deep.equal([]);
    expect(database({ multiAz: false })).to.deep.equal([]);
  });

  it("takes the strictest level where none is said", () => {
    const paths = problemsOf(changed({ "groundwork:guard": undefined })).map(({ path }) => path);
    expect(paths).to.deep.equal(["groundwork:database.multiAz"]);
  });

  it("lets changes in production wait for the maintenance window", () => {
    expect(problemsOf(production({ "groundwork:database": { applyImmediately: true } }))).to.deep.equal([
      {
        path: "groundwork:database.applyImmediately",
        message: "true at guard level production",
        allowed:
          "false at guard level production: changes that interrupt the service wait for maintenanceWindow",
      },
    ]);
    expect(database({ applyImmediately: true })).to.deep.equal([]);
  });

  it("wants a tenth of room for storage that grows by itself", () => {
    expect(database({ allocatedStorage: 100, maxAllocatedStorage: 109 })).to.deep.equal([
      {
        path: "groundwork:database.maxAllocatedStorage",
        message: "found 109, with allocatedStorage 100",
        allowed: "at least 110, a tenth more than allocatedStorage, as RDS demands",
      },
    ]);
    expect(database({ allocatedStorage: 100, maxAllocatedStorage: 110 })).to.deep.equal([]);
    expect(
      database({ allocatedStorage: 25, maxAllocatedStorage: 27 }).map(({ allowed }) => allowed),
    ).to.deep.equal(["at least 28, a tenth more than allocatedStorage, as RDS demands"]);
  });

  it("refuses IOPS for gp3 under 400 GiB", () => {
    expect(database({ allocatedStorage: 399, iops: 12000 })).to.deep.equal([
      {
        path: "groundwork:database.iops",
        message: "found 12000, for 399 GiB of gp3",
        allowed: "no iops with gp3 under 400 GiB (it has 3000), or more storage, or storageType io2",
      },
    ]);
    expect(database({ allocatedStorage: 400, iops: 12000 })).to.deep.equal([]);
  });

  it("refuses IOPS for gp3 outside its range", () => {
    const problem = {
      path: "groundwork:database.iops",
      message: "found 11999, with storageType gp3",
      allowed: "from 12000 to 64000 with gp3",
    };
    expect(database({ allocatedStorage: 500, iops: 11999 })).to.deep.equal([problem]);
    expect(database({ allocatedStorage: 500, iops: 64001 })).to.deep.equal([
      { ...problem, message: "found 64001, with storageType gp3" },
    ]);
  });

  it("refuses parameters in production with which a crash takes what was committed", () => {
    const inProduction = (parameters: Config): ReturnType<typeof problemsOf> =>
      problemsOf(production({ "groundwork:database": { parameters } }));
    expect(inProduction({ synchronous_commit: "off", fsync: "off" })).to.deep.equal([
      {
        path: "groundwork:database.parameters.fsync",
        message: '"off" at guard level production: a crash would take what was committed',
        allowed: "on or 1 or true at guard level production",
      },
      {
        path: "groundwork:database.parameters.synchronous_commit",
        message: '"off" at guard level production: a crash would take what was committed',
        allowed: "on or remote_apply or remote_write at guard level production",
      },
    ]);
    expect(inProduction({ synchronous_commit: "remote_apply", fsync: "on" })).to.deep.equal([]);
    expect(database({ parameters: { synchronous_commit: "off" } })).to.deep.equal([]);
  });

  it("refuses throughput where RDS takes none, and more than a quarter of the IOPS", () => {
    const path = "groundwork:database.storageThroughput";
    const allowed = "no storageThroughput but with gp3 of 400 GiB or more";
    expect(database({ allocatedStorage: 399, storageThroughput: 500 })).to.deep.equal([
      { path, message: "found 500, for 399 GiB of gp3", allowed },
    ]);
    expect(
      database({ allocatedStorage: 400, storageType: "io2", iops: 5000, storageThroughput: 500 }),
    ).to.deep.equal([{ path, message: "found 500, for 400 GiB of io2", allowed }]);
    expect(database({ allocatedStorage: 400, storageThroughput: 3001 })).to.deep.equal([
      { path, message: "found 3001, with 12000 IOPS", allowed: "up to 3000, a quarter of the IOPS" },
    ]);
    expect(database({ allocatedStorage: 400, storageThroughput: 3000 })).to.deep.equal([]);
  });

  it("wants IOPS with io2", () => {
    expect(database({ storageType: "io2" })).to.deep.equal([
      {
        path: "groundwork:database.iops",
        message: "is missing, with storageType io2",
        allowed: "a whole number from 1000 to 256000: io2 includes none",
      },
    ]);
    expect(database({ storageType: "io2", iops: 5000 })).to.deep.equal([]);
  });

  it("does not call IOPS missing that are there but wrong", () => {
    expect(database({ storageType: "io2", iops: 10 })).to.deep.equal([
      {
        path: "groundwork:database.iops",
        message: "found the number 10",
        allowed: "a whole number from 1000 to 256000, in operations a second",
      },
    ]);
  });

  it("refuses more than 1,000 IOPS a GiB of io2", () => {
    expect(database({ storageType: "io2", allocatedStorage: 100, iops: 100001 })).to.deep.equal([
      {
        path: "groundwork:database.iops",
        message: "found 100001, for 100 GiB of io2",
        allowed: "up to 100000: 1000 a GiB",
      },
    ]);
    expect(database({ storageType: "io2", allocatedStorage: 100, iops: 100000 })).to.deep.equal([]);
  });

  it("refuses io2 under 100 GiB", () => {
    expect(database({ storageType: "io2", allocatedStorage: 99, iops: 5000 })).to.deep.equal([
      {
        path: "groundwork:database.allocatedStorage",
        message: "found 99, with storageType io2",
        allowed: "at least 100 with io2, or storageType gp3",
      },
    ]);
  });

  it("refuses a maintenance window that meets the backup window of its day", () => {
    expect(database({ backupWindow: "03:00-04:00", maintenanceWindow: "sun:03:59-sun:05:00" })).to.deep.equal(
      [
        {
          path: "groundwork:database.maintenanceWindow",
          message: '"sun:03:59-sun:05:00" overlaps the daily backupWindow "03:00-04:00"',
          allowed: "a window that begins after the backup's ends or ends before it begins, as RDS demands",
        },
      ],
    );
    expect(database({ backupWindow: "03:00-04:00", maintenanceWindow: "sun:04:00-sun:05:00" })).to.deep.equal(
      [],
    );
  });

  it("refuses a source that is listed twice", () => {
    expect(database({ allowedSecurityGroupIds: ["sg-0a1b2c3d", "sg-0a1b2c3d"] })).to.deep.equal([
      {
        path: "groundwork:database.allowedSecurityGroupIds[1]",
        message: '"sg-0a1b2c3d" is listed twice',
        allowed: "each source once",
      },
    ]);
  });
});

import { expect } from "chai";
import { changed, existingNetwork, problemsOf, rightConfig, settingsOf, type Config } from "./support";

/** A key of a section, values that may stand there, and values that may not. */
interface Case {
  readonly section: string;
  readonly key: string;
  readonly takes: readonly unknown[];
  readonly refuses: readonly unknown[];
  readonly allowed: string;
  /** What else of the section has to be for the values to be right with the rest. */
  readonly beside?: Config;
  /** Undefined takes a key away. */
  readonly others?: Readonly<Record<string, Config | undefined>>;
}

const wholeNumber = (
  allowed: string,
  least: number,
  most: number,
): Pick<Case, "takes" | "refuses" | "allowed"> => ({
  takes: [least, most],
  refuses: [least - 1, most + 1, least + 0.5, String(least), null, [], {}],
  allowed,
});

const cases: readonly Case[] = [
  {
    section: "network",
    key: "cidrBlock",
    takes: ["10.0.0.0/16"],
    refuses: [
      "10.0.0.0",
      "10.0.0.0/33",
      "10.0.0.256/16",
      "010.0.0.0/16",
      "0x0a.0.0.0/16",
      "10/16",
      "fd00::/16",
      10,
    ],
    allowed: "a private IPv4 block in CIDR notation from /16 to /28, with no host bits set",
  },
  {
    section: "network",
    key: "availabilityZones",
    takes: [["eu-west-1a", "eu-west-1b", "eu-west-1c"]],
    refuses: ["eu-west-1a", []],
    allowed: "a list of one or more distinct zones of aws:region",
  },
  {
    section: "network",
    key: "natGateways",
    takes: ["none", "single", "perZone"],
    refuses: ["both", true, 1],
    allowed: 'one of "none", "single", "perZone"',
  },
  {
    section: "database",
    key: "engineVersion",
    takes: ["13", "16", "16.8", "17.10"],
    refuses: ["12", "16.", "16.8.1", "9.6", "latest", "v16"],
    allowed: "a PostgreSQL version from 13 on, in quotes",
  },
  {
    section: "database",
    key: "instanceClass",
    takes: ["db.t4g.micro", "db.m7g.large", "db.r6i.32xlarge", "db.x2iedn.2xlarge", "db.m6gd.xlarge"],
    refuses: ["t4g.micro", "db.t4g", "db.serverless", "DB.T4G.MICRO", "db.t4g.tiny"],
    allowed: "an RDS instance class: db., a family, a size",
  },
  {
    section: "database",
    key: "allocatedStorage",
    ...wholeNumber("a whole number from 20 to 65536, in GiB", 20, 65536),
  },
  {
    section: "database",
    key: "backupRetentionDays",
    ...wholeNumber("a whole number from 0 to 35, in days", 0, 35),
    others: { "groundwork:guard": { level: "disposable" } },
  },
  {
    section: "database",
    key: "databaseName",
    takes: [
      "users",
      "u",
      "postgres",
      "users_2",
      "u".repeat(63),
      "Users",
      "completePostgresql",
      "_users",
      "user__s_",
    ],
    refuses: ["2users", "users-2", "users.2", "ünser", "", "u".repeat(64)],
    allowed:
      "up to 63 letters, digits and underscores, beginning with a letter or an underscore; no word that RDS or PostgreSQL reserves",
  },
  {
    section: "database",
    key: "masterUsername",
    takes: ["groundwork", "completePostgresql", "users_2"],
    refuses: ["_users", "2users", "users-2", "", "u".repeat(64)],
    allowed:
      "up to 63 letters, digits and underscores, beginning with a letter; no word that RDS or PostgreSQL reserves",
  },
  {
    section: "database",
    key: "backupWindow",
    takes: ["23:45-00:15", "00:00-00:30"],
    refuses: ["3:00-4:00", "24:00-01:00", "03:00", "03:00 - 04:00", "03:00-04:60"],
    allowed: "hh:mm-hh:mm (UTC), at least 30 minutes",
  },
  {
    section: "database",
    key: "maintenanceWindow",
    takes: ["sun:23:45-mon:00:15", "mon:05:00-mon:05:30", "Mon:00:00-Mon:03:00", "SUN:04:30-Sun:05:30"],
    refuses: ["xyz:04:30-sun:05:30", "sun:04:30-05:30", "04:30-05:30", "sunday:04:30-sunday:05:30"],
    allowed: "ddd:hh:mm-ddd:hh:mm (UTC; mon or Mon), from 30 minutes to 24 hours",
  },
  {
    section: "database",
    key: "finalSnapshotIdentifier",
    takes: ["users-final", "a", `a${"b".repeat(254)}`],
    refuses: [
      "Users-final",
      "1-final",
      "users--final",
      "users-",
      "users_final",
      "rds:users",
      "a".repeat(256),
    ],
    allowed:
      "up to 255 lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
  },
  {
    section: "messaging",
    key: "controlPrefix",
    takes: ["dev_control_", `dev_${"c".repeat(36)}`],
    refuses: ["dev.control", "dev control", "", `dev_${"c".repeat(37)}`],
    allowed: "up to 40 letters, digits, hyphens and underscores, beginning with the stack's name",
  },
];

describe("settings by themselves", () => {
  for (const { section, key, takes, refuses, allowed, beside, others } of cases) {
    const config = (value: unknown): Config =>
      changed({ ...others, [`groundwork:${section}`]: { ...beside, [key]: value } });

    it(`${section}.${key} takes ${takes.map((value) => JSON.stringify(value)).join(", ")}`, () => {
      for (const value of takes) {
        expect(problemsOf(config(value)), JSON.stringify(value)).to.deep.equal([]);
      }
    });

    it(`${section}.${key} refuses what is not ${allowed}`, () => {
      for (const value of refuses) {
        const problems = problemsOf(config(value));
        expect(
          problems.map((problem) => [problem.path, problem.allowed]),
          JSON.stringify(value),
        ).to.deep.equal([[`groundwork:${section}.${key}`, allowed]]);
      }
    });
  }

  it("says which block a block with host bits lies in", () => {
    expect(problemsOf(changed({ "groundwork:network": { cidrBlock: "10.0.1.0/16" } }))).to.deep.equal([
      {
        path: "groundwork:network.cidrBlock",
        message: '"10.0.1.0/16" has host bits set; the block that it lies in is 10.0.0.0/16',
        allowed: "a private IPv4 block in CIDR notation from /16 to /28, with no host bits set",
      },
    ]);
  });

  it("refuses ids of AWS that are of another kind", () => {
    const network = { ...existingNetwork(), vpcId: "subnet-0a1b2c3d", publicSubnetIds: ["vpc-0a1b2c3d"] };
    expect(problemsOf({ ...rightConfig(), "groundwork:network": network })).to.deep.equal([
      {
        path: "groundwork:network.publicSubnetIds[0]",
        message: 'found "vpc-0a1b2c3d"',
        allowed: "an id of the form subnet- and 8 or 17 hexadecimal digits",
      },
      {
        path: "groundwork:network.vpcId",
        message: 'found "subnet-0a1b2c3d"',
        allowed: "an id of the form vpc- and 8 or 17 hexadecimal digits",
      },
    ]);
  });

  it("refuses a zone's id in place of its name", () => {
    const zones = { availabilityZones: ["eu-west-1a", "euw1-az2"] };
    expect(problemsOf(changed({ "groundwork:network": zones })).map(({ path }) => path)).to.deep.equal([
      "groundwork:network.availabilityZones[1]",
    ]);
  });

  for (const [name, reason] of [
    ["rdsadmin", "is a database that RDS makes by itself"],
    ["template1", "is a database that RDS makes by itself"],
    ["admin", "is a word that RDS reserves"],
    ["user", "is a key word of PostgreSQL"],
    ["User", "is a key word of PostgreSQL"],
  ] as const) {
    it(`refuses a database called ${name}`, () => {
      const [problem] = problemsOf(changed({ "groundwork:database": { databaseName: name } }));
      expect(problem?.message).to.equal(`"${name}" ${reason}`);
    });
  }

  for (const [name, reason] of [
    ["rdsadmin", "is a role that RDS makes by itself"],
    ["rds_superuser", "is a role that RDS makes by itself"],
    ["pg_monitor", "begins with pg_, which PostgreSQL keeps for its own roles"],
    ["admin", "is a word that RDS reserves"],
    ["select", "is a key word of PostgreSQL"],
  ] as const) {
    it(`refuses an administrator called ${name}`, () => {
      const [problem] = problemsOf(changed({ "groundwork:database": { masterUsername: name } }));
      expect(problem?.message).to.equal(`"${name}" ${reason}`);
    });
  }

  it("takes an administrator called postgres, as RDS proposes", () => {
    expect(problemsOf(changed({ "groundwork:database": { masterUsername: "postgres" } }))).to.deep.equal([]);
  });

  it("refuses windows that are too short", () => {
    const windows = { backupWindow: "03:00-03:29", maintenanceWindow: "sun:05:00-sun:05:29" };
    expect(
      problemsOf(changed({ "groundwork:database": windows })).map(({ path, message }) => [path, message]),
    ).to.deep.equal([
      ["groundwork:database.backupWindow", '"03:00-03:29" is shorter than 30 minutes'],
      [
        "groundwork:database.maintenanceWindow",
        '"sun:05:00-sun:05:29" is shorter than 30 minutes or longer than 24 hours',
      ],
    ]);
  });

  for (const [name, message] of [
    ["ab", 'found "ab"'],
    ["a".repeat(64), `found "${"a".repeat(64)}"`],
    ["Example", 'found "Example"'],
    ["example.reports", 'found "example.reports"'],
    ["example_reports", 'found "example_reports"'],
    ["-example", 'found "-example"'],
    ["example-", 'found "example-"'],
    ["xn--example", '"xn--example" begins with xn--, which S3 reserves'],
    ["sthree-example", '"sthree-example" begins with sthree-, which S3 reserves'],
    ["example-s3alias", '"example-s3alias" ends with -s3alias, which S3 reserves'],
    ["example--x-s3", '"example--x-s3" ends with --x-s3, which S3 reserves'],
  ] as const) {
    it(`refuses a bucket called ${name}`, () => {
      expect(problemsOf(changed({ "groundwork:reports": { bucket: { name } } }))).to.deep.equal([
        {
          path: "groundwork:reports.bucket.name",
          message,
          allowed:
            "3 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit (no dots: " +
            "TLS certificates of S3 do not cover such names)",
        },
      ]);
    });
  }

  it("refuses keys that cannot be names of queues, tables, users, parameters", () => {
    const config = changed({
      "groundwork:messaging": { queues: { "mail.fifo": {} } },
      "groundwork:reports": { tables: { "my table": { hashKey: { name: "id", type: "S" } } } },
      "groundwork:users": { additional: { "a b": { grants: ["reports:read"] } } },
      "groundwork:database": { parameters: { "Work Mem": "1" } },
    });
    expect(problemsOf(config)).to.deep.equal([
      {
        path: 'groundwork:database.parameters["Work Mem"]',
        message: '"Work Mem" cannot be a key here',
        allowed: "a PostgreSQL parameter: lower-case letters, digits, underscores and dots",
      },
      {
        path: 'groundwork:messaging.queues["mail.fifo"]',
        message: '"mail.fifo" cannot be a key here',
        allowed: "letters, digits, hyphens and underscores, beginning with a letter",
      },
      {
        path: 'groundwork:reports.tables["my table"]',
        message: '"my table" cannot be a key here',
        allowed: "letters, digits, hyphens and underscores, beginning with a letter",
      },
      {
        path: 'groundwork:users.additional["a b"]',
        message: '"a b" cannot be a key here',
        allowed: "1 to 32 letters, digits, hyphens and underscores, beginning with a letter",
      },
    ]);
  });

  it("refuses tags that AWS keeps for itself", () => {
    expect(problemsOf({ ...rightConfig(), "groundwork:tags": { "AWS:owner": "x" } })).to.deep.equal([
      {
        path: 'groundwork:tags["AWS:owner"]',
        message: '"AWS:owner" begins with aws:, which AWS keeps for itself',
        allowed: "1 to 128 letters, digits, spaces and _ . : / = + - @, not beginning with aws:",
      },
    ]);
  });

  it("refuses capacity without its ranges, and a billing mode that there is none of", () => {
    const reports = (billing: Config): Config =>
      changed({ "groundwork:reports": { tables: { t: { hashKey: { name: "id", type: "S" }, billing } } } });
    expect(problemsOf(reports({ mode: "provisioned", read: { min: 1, max: 2 } }))).to.deep.equal([
      {
        path: "groundwork:reports.tables.t.billing.write",
        message: "is missing",
        allowed: "a mapping with min and max, min no more than max",
      },
    ]);
    expect(problemsOf(reports({ mode: "onDemand", read: { min: 1, max: 2 } }))).to.deep.equal([
      {
        path: "groundwork:reports.tables.t.billing.read",
        message: '"read" is not a known key here',
        allowed: "the key mode",
      },
    ]);
    expect(problemsOf(reports({ mode: "reserved" }))).to.deep.equal([
      {
        path: "groundwork:reports.tables.t.billing.mode",
        message: 'found "reserved"',
        allowed:
          "a mapping: mode onDemand alone, or mode provisioned with read, write and, if wanted, targetUtilization",
      },
    ]);
  });

  it("fills in every default", () => {
    const minimal = {
      "aws:region": "eu-west-1",
      "aws:allowedAccountIds": ["012345678901"],
      "pulumi:disable-default-providers": ["*"],
      "groundwork:reports": { bucket: { name: "example-dev-reports" } },
      "groundwork:messaging": { queues: { mail: {} } },
    };
    expect(settingsOf(minimal)).to.deep.equal({
      context: {
        project: "groundwork",
        stack: "dev",
        accountId: "012345678901",
        region: "eu-west-1",
        guardLevel: "production",
      },
      sections: {
        reports: {
          tables: {
            reports: {
              hashKey: { name: "hour", type: "S" },
              rangeKey: { name: "ts", type: "N" },
              billing: { mode: "onDemand" },
              globalSecondaryIndexes: {},
              recoveryDays: 35,
            },
          },
          bucket: { name: "example-dev-reports", lifecycle: { noncurrentVersionDays: 90 } },
        },
        messaging: {
          queues: {
            mail: {
              fifo: false,
              visibilityTimeoutSeconds: 30,
              messageRetentionSeconds: 345600,
              delaySeconds: 0,
              maxReceiveCount: 5,
              alarms: { ageSeconds: 900, depth: 1000 },
            },
          },
          alarmTopicArns: [],
        },
        guard: { level: "production", advisory: [], exceptions: [] },
        iam: { path: "/" },
        sessions: { idleMinutes: 20, longestMinutes: 720, logRetentionDays: 365 },
        tags: {},
      },
    });
  });
});

import { expect } from "chai";
import { changed, problemsOf, production, type Config } from "../support";

const fleet = { instanceTypes: ["t4g.small"], amazonLinuxRelease: "2023.9.20251117.1" };
const service = {
  imageTag: "example/jobs:1.0.0",
  imageHash: `sha256:${"a".repeat(64)}`,
  instanceType: "t4g.small",
  amazonLinuxRelease: "2023.9.20251117.1",
};
const builds = {
  amazonLinuxRelease: "2023.9.20251117.1",
  count: 1,
  scheduler: {
    apiAddress: "https://scheduler.example.com",
    host: "scheduler.example.com",
    publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKq0Yx0m3c0rQ3m0a1JZ1m9x0m2b7mYx1r5mVf0c1a2b",
  },
  workerVersion: "7.14.1",
  workerSha256: { amd64: "5b8c1f0e7d2a49636f1b0c8d9e7a2f3441c6b5d0f8e9a7b2c3d4e5f60718293a" },
  workerKey: { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:worker-key-a1B2c3" },
};
const workerSubnets = ["10.0.8.0/24", "10.0.9.0/24"];

const around: Readonly<Record<string, Config>> = {
  "groundwork:fleets": {
    api: fleet,
    builder: { ...fleet, subnets: "worker" },
  },
  "groundwork:staticServices": {
    jobs: service,
    far: { ...service, regions: { "us-east-1": {} } },
  },
  "groundwork:network": { workerSubnets },
};

const allowedFrom = (names: readonly string[], changes: Readonly<Record<string, Config>> = {}) =>
  problemsOf(changed({ ...around, ...changes, "groundwork:database": { allowedFrom: names } }));

describe("who may connect to the database", () => {
  it("may be a fleet and a static service of the stack", () => {
    expect(allowedFrom(["fleet:api", "staticService:jobs"])).to.deep.equal([]);
  });

  it("is checked against what the stack has, and the nearest name is told", () => {
    const allowed = "of this stack: fleet:api, staticService:jobs";
    expect(allowedFrom(["fleet:apo", "api", "cluster"])).to.deep.equal([
      {
        path: "groundwork:database.allowedFrom[0]",
        message: 'the stack has no "fleet:apo"',
        allowed,
        suggestion: 'Did you mean "fleet:api"?',
      },
      {
        path: "groundwork:database.allowedFrom[1]",
        message: 'the stack has no "api"',
        allowed,
        suggestion: 'Did you mean "fleet:api"?',
      },
      { path: "groundwork:database.allowedFrom[2]", message: 'the stack has no "cluster"', allowed },
    ]);
  });

  it("is nobody who runs other people's code, or stands in another network", () => {
    const names = ["fleet:builder", "staticService:far", "workerGroup:build"];
    const found = allowedFrom(names, { "groundwork:workerGroups": { build: builds } });
    expect(found.map(({ message }) => message)).to.deep.equal([
      '"fleet:builder" stands in worker subnets, which have no way to the database',
      '"staticService:far" has no machine in the database\'s network: a security group is of one',
      '"workerGroup:build" runs other people\'s code, which is not let in by name',
    ]);
  });

  it("is named once", () => {
    expect(allowedFrom(["fleet:api", "fleet:api"]).map(({ message }) => message)).to.deep.equal([
      '"fleet:api" is listed twice',
    ]);
  });
});

describe("a range that may connect to the database, at guard level production", () => {
  const ranges = (blocks: readonly string[], changes: Readonly<Record<string, Config>> = {}) =>
    problemsOf(production({ ...changes, "groundwork:database": { allowedCidrBlocks: blocks } })).map(
      ({ path, message }) => [path.replace("groundwork:database.", ""), message],
    );

  it("covers no subnets of workers", () => {
    const network = { "groundwork:network": { workerSubnets, publicWorkerSubnets: ["10.0.16.0/24"] } };
    expect(ranges(["10.0.0.0/16", "10.0.9.128/25", "10.0.16.0/20", "10.0.2.0/24"], network)).to.deep.equal([
      [
        "allowedCidrBlocks[0]",
        '"10.0.0.0/16" lets in workers, which run other people\'s code in 10.0.8.0/24',
      ],
      [
        "allowedCidrBlocks[1]",
        '"10.0.9.128/25" lets in workers, which run other people\'s code in 10.0.9.0/24',
      ],
      [
        "allowedCidrBlocks[2]",
        '"10.0.16.0/20" lets in workers, which run other people\'s code in 10.0.16.0/24',
      ],
    ]);
  });

  it("covers no subnets that workers share with others", () => {
    const workers = { "groundwork:workerGroups": { build: builds } };
    expect(ranges(["10.0.3.0/24", "192.168.10.0/24"], workers)).to.deep.equal([
      [
        "allowedCidrBlocks[0]",
        '"10.0.3.0/24" lets in worker groups, which run other people\'s code in 10.0.3.0/24',
      ],
    ]);
  });

  it("may be any subnet of a stack in which nothing runs other people's code", () => {
    expect(ranges(["10.0.2.0/23"])).to.deep.equal([]);
  });
});

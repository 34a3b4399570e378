import { sectionNames } from "../../settings/schema";
import { expect } from "chai";
import { nearestName } from "../../settings/nearest";
import { changed, existingNetwork, problemsOf, rightConfig, without, type Config } from "./support";

const sections = `the sections ${sectionNames.join(", ")}`;
const newKeys =
  "the keys cidrBlock, availabilityZones, publicSubnets, privateSubnets, workerSubnets, publicWorkerSubnets, databaseSubnets, natGateways, gatewayEndpoints, flowLogs";
const existingKeys =
  "the keys vpcId, publicSubnetIds, privateSubnetIds, workerSubnetIds, publicWorkerSubnetIds, databaseSubnetIds";

describe("settings: unknown keys", () => {
  it("names the nearest known key for a typing error", () => {
    const change = { allocatedStorge: 100, allocatedStorage: undefined };
    expect(problemsOf(changed({ "groundwork:database": change }))).to.deep.equal([
      {
        path: "groundwork:database.allocatedStorage",
        message: "is missing",
        allowed: "a whole number from 20 to 65536, in GiB",
      },
      {
        path: "groundwork:database.allocatedStorge",
        message: '"allocatedStorge" is not a known key here',
        allowed:
          "the keys engineVersion, instanceClass, allocatedStorage, maxAllocatedStorage, storageType, iops, storageThroughput, multiAz, " +
          "databaseName, masterUsername, backupRetentionDays, backupWindow, maintenanceWindow, " +
          "finalSnapshotIdentifier, allowedFrom, allowedCidrBlocks, allowedSecurityGroupIds, parameters, applyImmediately, " +
          "allowMajorVersionUpgrade, replicas, monitoring, performanceInsights, performanceInsightsRetentionDays, databaseInsights, iamAuthentication, caCertificate, backupCopies, bootstrap, " +
          "restored, serving, first",
        suggestion: "Did you mean allocatedStorage?",
      },
    ]);
  });

  it("names none where none is near", () => {
    const [problem] = problemsOf(changed({ "groundwork:guard": { colour: "red" } }));
    expect(problem).to.deep.equal({
      path: "groundwork:guard.colour",
      message: '"colour" is not a known key here',
      allowed: "the keys level, advisory, exceptions",
    });
  });

  it("finds them at any depth, in lists and mappings of mappings", () => {
    const config = changed({
      "groundwork:messaging": { queues: { mail: { alarms: { age_seconds: 60 }, maxReceive: 3 } } },
      "groundwork:reports": { bucket: { name: "example-dev-reports", lifecycle: { expireAfter: 3 } } },
    });
    expect(problemsOf(config).map(({ path, suggestion }) => [path, suggestion])).to.deep.equal([
      ["groundwork:messaging.queues.mail.alarms.age_seconds", "Did you mean ageSeconds?"],
      ["groundwork:messaging.queues.mail.maxReceive", "Did you mean maxReceiveCount?"],
      ["groundwork:reports.bucket.lifecycle.expireAfter", "Did you mean expireAfterDays?"],
    ]);
  });

  it("takes the old names of an existing network for what they meant", () => {
    const network = {
      vpc_id: "vpc-0a1b2c3d",
      public_subnets_ids: ["subnet-0a1b2c3d"],
      private_subnets_ids: [],
    };
    const config = { ...changed({ "groundwork:database": undefined }), "groundwork:network": network };
    expect(problemsOf(config).filter(({ path }) => path.startsWith("groundwork:network"))).to.deep.equal([
      {
        path: "groundwork:network.private_subnets_ids",
        message: '"private_subnets_ids" is not a known key here',
        allowed: existingKeys,
        suggestion: "Did you mean privateSubnetIds?",
      },
      {
        path: "groundwork:network.public_subnets_ids",
        message: '"public_subnets_ids" is not a known key here',
        allowed: existingKeys,
        suggestion: "Did you mean publicSubnetIds?",
      },
      {
        path: "groundwork:network.publicSubnetIds",
        message: "is missing",
        allowed: "a list of distinct subnet ids, each in one tier only",
      },
      {
        path: "groundwork:network.vpc_id",
        message: '"vpc_id" is not a known key here',
        allowed: existingKeys,
        suggestion: "Did you mean vpcId?",
      },
      {
        path: "groundwork:network.vpcId",
        message: "is missing",
        allowed: "an id of the form vpc- and 8 or 17 hexadecimal digits",
      },
    ]);
  });

  it("judges a network with vpcId as an existing one only", () => {
    const network = { ...existingNetwork(), cidrBlock: "10.0.0.0/16" };
    expect(problemsOf({ ...rightConfig(), "groundwork:network": network })).to.deep.equal([
      {
        path: "groundwork:network.cidrBlock",
        message: '"cidrBlock" is not a known key here',
        allowed: existingKeys,
        suggestion: "It belongs to a new VPC; with vpcId the VPC is there already.",
      },
    ]);
  });

  it("judges a network without vpcId as a new one only", () => {
    expect(problemsOf(changed({ "groundwork:network": { publicSubnetIds: [] } }))).to.deep.equal([
      {
        path: "groundwork:network.publicSubnetIds",
        message: '"publicSubnetIds" is not a known key here',
        allowed: newKeys,
        suggestion: "It belongs to an existing VPC, which vpcId would name in place of cidrBlock.",
      },
    ]);
  });

  it("asks for vpcId where only subnets of an existing network are named", () => {
    const network = without(existingNetwork(), "vpcId");
    expect(
      problemsOf({ ...rightConfig(), "groundwork:network": network }).map(({ path }) => path),
    ).to.deep.equal(["groundwork:network.vpcId"]);
  });

  it("names the nearest section", () => {
    const config = { ...rightConfig(), "groundwork:databse": {}, "groundwork:mesaging": {} };
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "groundwork:databse",
        message: '"databse" is not a section that this version knows',
        allowed: sections,
        suggestion: "Did you mean groundwork:database?",
      },
      {
        path: "groundwork:mesaging",
        message: '"mesaging" is not a section that this version knows',
        allowed: sections,
        suggestion: "Did you mean groundwork:messaging?",
      },
    ]);
  });

  it("refuses a section of another version, even an empty one", () => {
    expect(problemsOf({ ...rightConfig(), "groundwork:registries": null })).to.deep.equal([
      {
        path: "groundwork:registries",
        message: '"registries" is not a section that this version knows',
        allowed: sections,
      },
    ]);
  });

  it("refuses keys of the AWS provider that the program's own provider would not see", () => {
    const config = { ...rightConfig(), "aws:maxRetries": "3", "aws:allowedAccountsIds": [] };
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "aws:allowedAccountsIds",
        message:
          "nothing reads it: the program's AWS provider takes region, account, profile and a role to assume from here, and no more",
        allowed: "aws:region, aws:allowedAccountIds, aws:profile, aws:assumeRoles",
        suggestion: "Did you mean aws:allowedAccountIds?",
      },
      {
        path: "aws:maxRetries",
        message:
          "nothing reads it: the program's AWS provider takes region, account, profile and a role to assume from here, and no more",
        allowed: "aws:region, aws:allowedAccountIds, aws:profile, aws:assumeRoles",
        suggestion: "Credentials come from the environment (AWS_PROFILE and the like).",
      },
    ]);
  });

  it("leaves other packages' keys to them", () => {
    const config: Config = {
      ...rightConfig(),
      "pulumi:tags": { a: "b" },
      "kubernetes:context": "dev",
      "equinix-metal:authToken": "x",
    };
    expect(problemsOf(config)).to.deep.equal([]);
  });

  it("refuses a package that is a misspelt groundwork, or a section", () => {
    const config = { ...rightConfig(), "grondwork:tags": {}, "network:cidrBlock": "10.0.0.0/16" };
    expect(problemsOf(config)).to.deep.equal([
      {
        path: "grondwork:tags",
        message: 'nothing reads it: there is no package "grondwork"',
        allowed: "groundwork:<section>, aws:region, aws:allowedAccountIds, and keys of packages in use",
        suggestion: "Did you mean groundwork:tags?",
      },
      {
        path: "network:cidrBlock",
        message: 'nothing reads it: there is no package "network"',
        allowed: "groundwork:<section>, aws:region, aws:allowedAccountIds, and keys of packages in use",
        suggestion: "Did you mean groundwork:network?",
      },
    ]);
  });
});

describe("the nearest name", () => {
  const known = ["vpcId", "publicSubnetIds", "multiAz", "backupRetentionDays", "iops"];

  for (const [name, meant] of [
    ["vpc_id", "vpcId"],
    ["VPCID", "vpcId"],
    ["vpc-id", "vpcId"],
    ["public_subnets_ids", "publicSubnetIds"],
    ["multi_az", "multiAz"],
    ["mutliAz", "multiAz"],
    ["backupRetention", "backupRetentionDays"],
    ["iop", "iops"],
    ["ipos", "iops"],
    ["zones", undefined],
    ["", undefined],
  ] as const) {
    it(`of ${JSON.stringify(name)} is ${meant ?? "none"}`, () => {
      expect(nearestName(name, known)).to.equal(meant);
    });
  }
});

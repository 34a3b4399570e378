import { expect } from "chai";
import { changed, existingNetwork, problemsOf, production, rightConfig, type Config } from "../support";

/** Problems of the right configuration with a changed network. */
const network = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:network": change }));

describe("settings rules: network", () => {
  it("finds nothing wrong with a network whose tiers have a subnet in each zone", () => {
    expect(problemsOf(rightConfig())).to.deep.equal([]);
  });

  it("finds nothing wrong with an existing network", () => {
    expect(problemsOf({ ...rightConfig(), "groundwork:network": existingNetwork() })).to.deep.equal([]);
  });

  it("refuses a zone of another region", () => {
    expect(network({ availabilityZones: ["eu-west-1a", "us-east-1b"] })).to.deep.equal([
      {
        path: "groundwork:network.availabilityZones[1]",
        message: '"us-east-1b" is not a zone of eu-west-1',
        allowed: "a zone of aws:region, such as eu-west-1a",
      },
    ]);
  });

  it("does not judge zones while the region is unknown", () => {
    const config = { ...rightConfig(), "aws:region": "eu-west-9" };
    expect(problemsOf(config).map(({ path }) => path)).to.deep.equal(["aws:region"]);
  });

  it("refuses a zone that is listed twice", () => {
    expect(network({ availabilityZones: ["eu-west-1a", "eu-west-1a"] })).to.deep.equal([
      {
        path: "groundwork:network.availabilityZones[1]",
        message: '"eu-west-1a" is listed twice',
        allowed: "each zone once",
      },
    ]);
  });

  it("refuses more subnets of a tier than there are zones", () => {
    const change = {
      availabilityZones: ["eu-west-1a"],
      publicSubnets: ["10.0.0.0/24"],
      privateSubnets: ["10.0.2.0/24"],
    };
    expect(network(change)).to.deep.equal([
      {
        path: "groundwork:network.databaseSubnets",
        message: "2 subnets for 1 zone",
        allowed: "one subnet a zone at most: subnet i lies in zone i of availabilityZones",
      },
    ]);
  });

  it("takes fewer subnets of a tier than there are zones", () => {
    expect(network({ privateSubnets: ["10.0.2.0/24"] })).to.deep.equal([]);
  });

  it("refuses NAT gateways that nothing would use", () => {
    expect(network({ privateSubnets: [] })).to.deep.equal([
      {
        path: "groundwork:network.natGateways",
        message: '"single" (the default is "single") serves nothing: there are no private subnets',
        allowed: '"none", or private subnets',
      },
    ]);
    expect(network({ privateSubnets: [], natGateways: "none" })).to.deep.equal([]);
  });

  it("takes NAT gateways for workers alone, and wants them a public subnet in each of their zones", () => {
    const workerSubnets = ["10.0.8.0/24", "10.0.9.0/24"];
    expect(network({ privateSubnets: [], workerSubnets })).to.deep.equal([]);
    const change = {
      publicSubnets: ["10.0.0.0/24"],
      privateSubnets: [],
      workerSubnets,
      natGateways: "perZone",
    };
    expect(network(change)).to.deep.equal([
      {
        path: "groundwork:network.natGateways",
        message:
          '"perZone" (the default is "single") has no place in 1 of 2 zones: 1 public subnets, 2 worker ones',
        allowed: 'a public subnet in each zone with a worker one, or "single"',
      },
    ]);
  });

  it("refuses NAT gateways without a public subnet to stand in", () => {
    expect(network({ publicSubnets: [], natGateways: "perZone" })).to.deep.equal([
      {
        path: "groundwork:network.natGateways",
        message: '"perZone" (the default is "single") has no place: there are no public subnets',
        allowed: '"none", or a public subnet',
      },
    ]);
    expect(network({ publicSubnets: [], natGateways: "none" })).to.deep.equal([]);
  });

  it("refuses a NAT gateway a zone where a zone with a private subnet has no public one", () => {
    expect(network({ publicSubnets: ["10.0.0.0/24"], natGateways: "perZone" })).to.deep.equal([
      {
        path: "groundwork:network.natGateways",
        message:
          '"perZone" (the default is "single") has no place in 1 of 2 zones: 1 public subnets, 2 private ones',
        allowed: 'a public subnet in each zone with a private one, or "single"',
      },
    ]);
    expect(network({ natGateways: "perZone" })).to.deep.equal([]);
    expect(network({ publicSubnets: ["10.0.0.0/24"] })).to.deep.equal([]);
  });

  it("wants two zones in production, and not elsewhere", () => {
    const oneZone = {
      availabilityZones: ["eu-west-1a"],
      publicSubnets: ["10.0.0.0/24"],
      privateSubnets: ["10.0.2.0/24"],
      databaseSubnets: [],
    };
    const changes = { "groundwork:network": oneZone, "groundwork:database": undefined };
    const level = (guard: string): Config => ({ ...changed(changes), "groundwork:guard": { level: guard } });
    expect(problemsOf(level("production"))).to.deep.equal([
      {
        path: "groundwork:network.availabilityZones",
        message: "1 zone at guard level production",
        allowed: "two zones or more at guard level production",
      },
    ]);
    expect(problemsOf(level("development"))).to.deep.equal([]);
    expect(problemsOf(production())).to.deep.equal([]);
  });

  it("refuses a gateway endpoint that is listed twice", () => {
    expect(network({ gatewayEndpoints: ["s3", "s3"] })).to.deep.equal([
      {
        path: "groundwork:network.gatewayEndpoints[1]",
        message: '"s3" is listed twice',
        allowed: "each service once",
      },
    ]);
  });

  it("refuses an existing subnet in two tiers", () => {
    const both = { ...existingNetwork(), privateSubnetIds: ["subnet-0000000000000000a"] };
    expect(problemsOf({ ...rightConfig(), "groundwork:network": both })).to.deep.equal([
      {
        path: "groundwork:network.privateSubnetIds[0]",
        message: '"subnet-0000000000000000a" stands at publicSubnetIds[0] already',
        allowed: "each subnet once, in one tier",
      },
    ]);
  });
});

import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import { expect } from "chai";
import { Network } from "../../components/network/network";
import { networkSettings } from "../../settings/sections/network";
import { record, type RecordedResource, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const twoZones = {
  cidrBlock: "10.20.0.0/16",
  availabilityZones: ["eu-west-1a", "eu-west-1b"],
  publicSubnets: ["10.20.0.0/24", "10.20.1.0/24"],
  privateSubnets: ["10.20.10.0/24", "10.20.11.0/24"],
  databaseSubnets: ["10.20.20.0/24", "10.20.21.0/24"],
};

function recordNetwork(settings: Record<string, unknown>): Promise<Recording<Network>> {
  const parsed = networkSettings.parse(settings);
  return record(() => new Network("network", { context: stackContext(), settings: parsed }));
}

/** Route table of each subnet, both by name. */
function routing(recording: Recording): Record<string, string> {
  const byId = new Map(
    recording.resources.flatMap((resource) => idsOf(recording, resource).map((id) => [id, resource.name])),
  );
  return Object.fromEntries(
    recording
      .ofType("aws:ec2/routeTableAssociation:RouteTableAssociation")
      .map(({ inputs }) => [
        byId.get(String(inputs["subnetId"])) ?? "?",
        byId.get(String(inputs["routeTableId"])) ?? "?",
      ]),
  );
}

/** Where traffic to the internet goes, by route table name. */
function internetRoutes(recording: Recording): Record<string, string> {
  const names = new Map(
    recording.resources.flatMap((resource) => idsOf(recording, resource).map((id) => [id, resource.name])),
  );
  return Object.fromEntries(
    recording
      .ofType("aws:ec2/route:Route")
      .filter(({ inputs }) => inputs["destinationCidrBlock"] === "0.0.0.0/0")
      .map(({ inputs }) => [
        names.get(String(inputs["routeTableId"])) ?? "?",
        names.get(String(inputs["gatewayId"] ?? inputs["natGatewayId"])) ?? "?",
      ]),
  );
}

function idsOf(recording: Recording, resource: RecordedResource): string[] {
  const id = recording.idOf(resource);
  return id === undefined ? [] : [id];
}

describe("a new network", () => {
  it("consists of exactly what two zones with one NAT gateway take", async () => {
    const recording = await recordNetwork(twoZones);
    expect(recording.counts()).to.deep.equal({
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
      "aws:ec2/eip:Eip": 1,
      "aws:ec2/flowLog:FlowLog": 1,
      "aws:ec2/internetGateway:InternetGateway": 1,
      "aws:ec2/natGateway:NatGateway": 1,
      "aws:ec2/route:Route": 3,
      "aws:ec2/routeTable:RouteTable": 4,
      "aws:ec2/routeTableAssociation:RouteTableAssociation": 6,
      "aws:ec2/subnet:Subnet": 6,
      "aws:ec2/vpc:Vpc": 1,
      "aws:ec2/vpcEndpoint:VpcEndpoint": 2,
      "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": 6,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "groundwork:network:Network": 1,
    });
  });

  it("resolves private DNS names", async () => {
    const recording = await recordNetwork(twoZones);
    expect(recording.one("aws:ec2/vpc:Vpc").inputs).to.deep.equal({
      cidrBlock: "10.20.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: "groundwork-dev-network" },
    });
  });

  it("puts subnet i of every tier in zone i, and gives no machine a public address unasked", async () => {
    const recording = await recordNetwork(twoZones);
    const subnets = recording.ofType("aws:ec2/subnet:Subnet").map(({ inputs }) => {
      expect(inputs["mapPublicIpOnLaunch"]).to.equal(false);
      return [inputs["cidrBlock"], inputs["availabilityZone"]];
    });
    expect(subnets).to.have.deep.members([
      ["10.20.0.0/24", "eu-west-1a"],
      ["10.20.1.0/24", "eu-west-1b"],
      ["10.20.10.0/24", "eu-west-1a"],
      ["10.20.11.0/24", "eu-west-1b"],
      ["10.20.20.0/24", "eu-west-1a"],
      ["10.20.21.0/24", "eu-west-1b"],
    ]);
  });

  it("gives each tier its own way out: public, through NAT, and none for databases", async () => {
    const recording = await recordNetwork(twoZones);
    expect(routing(recording)).to.deep.equal({
      "network-public-eu-west-1a": "network-public",
      "network-public-eu-west-1b": "network-public",
      "network-private-eu-west-1a": "network-private-eu-west-1a",
      "network-private-eu-west-1b": "network-private-eu-west-1b",
      "network-database-eu-west-1a": "network-database",
      "network-database-eu-west-1b": "network-database",
    });
    expect(internetRoutes(recording)).to.deep.equal({
      "network-public": "network",
      "network-private-eu-west-1a": "network-nat-eu-west-1a",
      "network-private-eu-west-1b": "network-nat-eu-west-1a",
    });
  });

  const withWorkers = {
    ...twoZones,
    workerSubnets: ["10.20.30.0/24", "10.20.31.0/24"],
    publicWorkerSubnets: ["10.20.40.0/24"],
  };

  it("gives workers' subnets route tables of their own, and a way out as that of the others", async () => {
    const recording = await recordNetwork(withWorkers);
    expect(routing(recording)).to.include({
      "network-worker-eu-west-1a": "network-worker-eu-west-1a",
      "network-worker-eu-west-1b": "network-worker-eu-west-1b",
      "network-public-worker-eu-west-1a": "network-public-worker",
    });
    expect(internetRoutes(recording)).to.include({
      "network-worker-eu-west-1a": "network-nat-eu-west-1a",
      "network-worker-eu-west-1b": "network-nat-eu-west-1a",
      "network-public-worker": "network",
    });
    expect(recording.ofType("aws:ec2/internetGateway:InternetGateway")).to.have.length(1);
  });

  it("lets nothing pass between workers' subnets and those of databases, and all else", async () => {
    const recording = await recordNetwork(withWorkers);
    const { inputs } = recording.one("aws:ec2/networkAcl:NetworkAcl");
    const subnet = (name: string): string => recording.idOf(recording.one("aws:ec2/subnet:Subnet", name));
    expect(inputs["subnetIds"]).to.deep.equal([
      subnet("network-worker-eu-west-1a"),
      subnet("network-worker-eu-west-1b"),
      subnet("network-public-worker-eu-west-1a"),
    ]);
    const all = { protocol: "-1", fromPort: 0, toPort: 0 };
    const rules = [
      { ...all, ruleNo: 100, action: "deny", cidrBlock: "10.20.20.0/24" },
      { ...all, ruleNo: 101, action: "deny", cidrBlock: "10.20.21.0/24" },
      { ...all, ruleNo: 32000, action: "allow", cidrBlock: "0.0.0.0/0" },
    ];
    expect(inputs["ingress"]).to.deep.equal(rules);
    expect(inputs["egress"]).to.deep.equal(rules);
  });

  it("changes nothing of what there was when workers get subnets of their own", async () => {
    const before = await recordNetwork(twoZones);
    const after = await recordNetwork(withWorkers);
    const inputsOf = ({ resources }: Recording): Map<string, unknown> =>
      new Map(resources.map(({ urn, inputs }) => [urn, inputs]));
    const now = inputsOf(after);
    for (const [urn, inputs] of inputsOf(before)) {
      expect(now.get(urn), urn).to.deep.equal(inputs);
    }
  });

  it("has a NAT gateway with an address of its own in each zone when asked for one per zone", async () => {
    const recording = await recordNetwork({ ...twoZones, natGateways: "perZone" });
    expect(internetRoutes(recording)).to.deep.equal({
      "network-public": "network",
      "network-private-eu-west-1a": "network-nat-eu-west-1a",
      "network-private-eu-west-1b": "network-nat-eu-west-1b",
    });
    const allocations = recording
      .ofType("aws:ec2/natGateway:NatGateway")
      .map(({ inputs }) => inputs["allocationId"]);
    expect(new Set(allocations).size).to.equal(2);
    expect(recording.ofType("aws:ec2/eip:Eip")).to.have.length(2);
  });

  it("has neither NAT gateway nor address, and leaves private subnets without a way out, when NAT is none", async () => {
    const recording = await recordNetwork({ ...twoZones, natGateways: "none" });
    expect(recording.ofType("aws:ec2/natGateway:NatGateway")).to.deep.equal([]);
    expect(recording.ofType("aws:ec2/eip:Eip")).to.deep.equal([]);
    expect(internetRoutes(recording)).to.deep.equal({ "network-public": "network" });
    expect(recording.ofType("aws:ec2/routeTable:RouteTable")).to.have.length(4);
  });

  it("pays for no NAT gateway that no private subnet would use", async () => {
    const recording = await recordNetwork({ ...twoZones, privateSubnets: [] });
    expect(recording.ofType("aws:ec2/natGateway:NatGateway")).to.deep.equal([]);
    expect(recording.ofType("aws:ec2/eip:Eip")).to.deep.equal([]);
  });

  it("makes addresses and NAT gateways only after the way to the internet is there", async () => {
    const recording = await recordNetwork(twoZones);
    expect(recording.dependencies(recording.one("aws:ec2/eip:Eip"))).to.include.members([
      "network",
      "network-public-internet",
    ]);
    const nat = recording.one("aws:ec2/natGateway:NatGateway");
    expect(recording.dependencies(nat)).to.include.members(["network", "network-public-internet"]);
    expect(nat.options.deleteBeforeReplace).to.equal(true);
  });

  it("lets nobody into a subnet before it has its way out", async () => {
    const parsed = networkSettings.parse(twoZones);
    const recording = await record(() => {
      const network = new Network("network", { context: stackContext(), settings: parsed });
      return new SubnetGroup("user", { subnetIds: network.privateSubnetIds });
    });
    const user = recording.one("aws:rds/subnetGroup:SubnetGroup");
    const associations = recording
      .ofType("aws:ec2/routeTableAssociation:RouteTableAssociation")
      .filter(({ name }) => name.startsWith("network-private-"));
    expect(associations).to.have.length(2);
    expect(user.options.dependencies).to.include.members(associations.map(({ urn }) => urn));
    for (const association of associations) {
      expect(recording.dependencies(association)).to.include(`${association.name}-internet`);
    }
  });

  it("refuses NAT without a public subnet for it to stand in", async () => {
    await expectFailure(
      { ...twoZones, publicSubnets: [] },
      'natGateways is "single", and a NAT gateway needs a public subnet. There is none',
    );
    await expectFailure(
      { ...twoZones, publicSubnets: ["10.20.0.0/24"], natGateways: "perZone" },
      "zone eu-west-1b has a subnet that leaves through one but no public subnet",
    );
  });

  it("refuses a subnet that has no zone", async () => {
    await expectFailure(
      { ...twoZones, privateSubnets: ["10.20.10.0/24", "10.20.11.0/24", "10.20.12.0/24"] },
      "private subnet 3 (10.20.12.0/24) has no zone: availabilityZones has 2",
    );
  });

  it("has no internet gateway without public subnets", async () => {
    const recording = await recordNetwork({ ...twoZones, publicSubnets: [], natGateways: "none" });
    expect(recording.ofType("aws:ec2/internetGateway:InternetGateway")).to.deep.equal([]);
    expect(recording.ofType("aws:ec2/route:Route")).to.deep.equal([]);
  });

  it("leaves the resources of other zones as they are when a zone is added in front", async () => {
    const before = await recordNetwork(twoZones);
    const after = await recordNetwork({
      ...twoZones,
      availabilityZones: ["eu-west-1c", "eu-west-1a", "eu-west-1b"],
      publicSubnets: ["10.20.2.0/24", "10.20.0.0/24", "10.20.1.0/24"],
      privateSubnets: ["10.20.12.0/24", "10.20.10.0/24", "10.20.11.0/24"],
      databaseSubnets: ["10.20.22.0/24", "10.20.20.0/24", "10.20.21.0/24"],
      natGateways: "perZone",
    });
    const subnets = (recording: Recording): Record<string, unknown> =>
      Object.fromEntries(
        recording.ofType("aws:ec2/subnet:Subnet").map(({ urn, inputs }) => [urn, inputs["cidrBlock"]]),
      );
    expect(subnets(after)).to.deep.include(subnets(before));
  });

  it("empties the default security group, with lists that are held against drift", async () => {
    const { inputs } = (await recordNetwork(twoZones)).one(
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    );
    expect(inputs["ingress"]).to.deep.equal([]);
    expect(inputs["egress"]).to.deep.equal([]);
  });

  it("leads S3 and DynamoDB around NAT from public and private subnets, not from databases", async () => {
    const recording = await recordNetwork(twoZones);
    const endpoints = recording.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs);
    expect(endpoints.map((inputs) => inputs["serviceName"])).to.have.members([
      "com.amazonaws.eu-west-1.s3",
      "com.amazonaws.eu-west-1.dynamodb",
    ]);
    expect(endpoints.map((inputs) => inputs["vpcEndpointType"])).to.deep.equal(["Gateway", "Gateway"]);
    const associations = recording
      .ofType("aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation")
      .map(({ name }) => name)
      .sort();
    expect(associations).to.deep.equal([
      "network-dynamodb-private-eu-west-1a",
      "network-dynamodb-private-eu-west-1b",
      "network-dynamodb-public",
      "network-s3-private-eu-west-1a",
      "network-s3-private-eu-west-1b",
      "network-s3-public",
    ]);
  });

  it("has no endpoint that was not asked for", async () => {
    const recording = await recordNetwork({ ...twoZones, gatewayEndpoints: ["s3"] });
    expect(recording.one("aws:ec2/vpcEndpoint:VpcEndpoint").name).to.equal("network-s3");
  });

  it("has the same outputs as its subnets have ids, in the order of the zones", async () => {
    const recording = await recordNetwork(twoZones);
    const id = (name: string): string => recording.idOf(recording.one("aws:ec2/subnet:Subnet", name)) ?? "?";
    const network = recording.one("groundwork:network:Network");
    expect(recording.outputsOf(network)).to.deep.equal({
      vpcId: recording.idOf(recording.one("aws:ec2/vpc:Vpc")),
      publicSubnetIds: [id("network-public-eu-west-1a"), id("network-public-eu-west-1b")],
      privateSubnetIds: [id("network-private-eu-west-1a"), id("network-private-eu-west-1b")],
      workerSubnetIds: [],
      publicWorkerSubnetIds: [],
      databaseSubnetIds: [id("network-database-eu-west-1a"), id("network-database-eu-west-1b")],
      natAddresses: [/* of the one address, see tests/support/cloud.ts */ "203.0.113.20"],
    });
  });
});

describe("a network that exists already", () => {
  const existing = {
    vpcId: "vpc-0aaaaaaaaaaaaaaaa",
    publicSubnetIds: ["subnet-0aaaaaaaaaaaaaaa1"],
    privateSubnetIds: ["subnet-0aaaaaaaaaaaaaaa2"],
    databaseSubnetIds: ["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa4"],
  };

  it("is neither touched nor looked up", async () => {
    expect((await recordNetwork(existing)).counts()).to.deep.equal({ "groundwork:network:Network": 1 });
  });

  it("has the outputs that a new one has", async () => {
    const recording = await recordNetwork(existing);
    const network = recording.one("groundwork:network:Network");
    expect(recording.outputsOf(network)).to.deep.equal({
      ...existing,
      workerSubnetIds: [],
      publicWorkerSubnetIds: [],
      natAddresses: [],
    });
  });
});

async function expectFailure(settings: Record<string, unknown>, message: string): Promise<void> {
  let failure: unknown;
  try {
    await recordNetwork(settings);
  } catch (error) {
    failure = error;
  }
  expect(failure).to.be.instanceOf(Error);
  expect((failure as Error).message).to.include(message);
}

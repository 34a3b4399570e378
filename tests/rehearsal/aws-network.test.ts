import { expect } from "chai";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const vpcType = "aws:ec2/vpc:Vpc";
const subnetType = "aws:ec2/subnet:Subnet";

describe("rehearsal: AWS networks", () => {
  let aws: RehearsedProvider<unknown>;
  let vpc: Made;

  beforeEach(async () => {
    aws = rehearsedAws();
    vpc = await aws.create(vpcType, "main", { cidrBlock: "10.0.0.0/16" });
  });
  afterEach(() => {
    aws.remove();
  });

  const subnet = (name: string, cidrBlock: string, availabilityZone = "eu-west-1a"): Promise<Made> =>
    aws.create(subnetType, name, { vpcId: vpc.id, cidrBlock, availabilityZone });

  it("gives a VPC an id, an ARN and its default companions", () => {
    expect(vpc.id).to.match(/^vpc-[0-9a-f]{17}$/);
    expect(vpc.outputs).to.include({
      arn: `arn:aws:ec2:eu-west-1:111122223333:vpc/${vpc.id}`,
      ownerId: "111122223333",
      enableDnsSupport: true,
      instanceTenancy: "default",
    });
    expect(vpc.outputs["defaultSecurityGroupId"]).to.match(/^sg-[0-9a-f]{17}$/);
    expect(vpc.outputs["mainRouteTableId"]).to.equal(vpc.outputs["defaultRouteTableId"]);
  });

  it("refuses a VPC larger than /16", async () => {
    expect(await refusal(aws.create(vpcType, "large", { cidrBlock: "10.0.0.0/8" }))).to.match(
      /^1 error occurred:\n\t\* creating EC2 VPC \(large\): operation error EC2: CreateVpc, https response error StatusCode: 400, RequestID: [0-9a-f-]{36}, api error InvalidVpc\.Range: The CIDR '10\.0\.0\.0\/8' is invalid\.\n\n$/,
    );
  });

  it("refuses a subnet outside its VPC, one over its sibling, and one in no zone", async () => {
    await subnet("a", "10.0.1.0/24");
    expect(await refusal(subnet("b", "10.1.0.0/24"))).to.include(
      "InvalidSubnet.Range: The CIDR '10.1.0.0/24' is invalid.",
    );
    expect(await refusal(subnet("c", "10.0.0.0/20"))).to.include(
      "InvalidSubnet.Conflict: The CIDR '10.0.0.0/20' conflicts with another subnet",
    );
    expect(await refusal(subnet("d", "10.0.2.0/24", "eu-west-1z"))).to.include(
      "Value (eu-west-1z) for parameter availabilityZone is invalid.",
    );
    expect(aws.records(subnetType)).to.have.length(1);
  });

  it("refuses what names a VPC, a subnet or a security group that is not there", async () => {
    const nowhere = { vpcId: "vpc-00000000000000000", cidrBlock: "10.0.1.0/24" };
    expect(await refusal(aws.create(subnetType, "a", nowhere))).to.include(
      "InvalidVpcID.NotFound: The vpc ID 'vpc-00000000000000000' does not exist",
    );
    expect(
      await refusal(
        aws.create("aws:ec2/natGateway:NatGateway", "nat", {
          subnetId: "subnet-0",
          connectivityType: "private",
        }),
      ),
    ).to.include("InvalidSubnetID.NotFound: The subnet ID 'subnet-0' does not exist");
    const rule = {
      securityGroupId: "sg-0",
      ipProtocol: "tcp",
      fromPort: 1,
      toPort: 1,
      cidrIpv4: "10.0.0.0/16",
    };
    expect(
      await refusal(aws.create("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", rule)),
    ).to.include("InvalidGroup.NotFound: The security group 'sg-0' does not exist");
  });

  it("lets a VPC's default security group be named, which no resource made", async () => {
    const securityGroupId = vpc.outputs["defaultSecurityGroupId"] ?? "";
    const rule = await aws.create("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "out", {
      securityGroupId,
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
    });
    expect(rule.id).to.match(/^sgr-[0-9a-f]{17}$/);
    const adopted = await aws.create("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", {
      vpcId: vpc.id,
    });
    expect(adopted.id).to.equal(securityGroupId);
  });

  it("keeps a VPC as long as anything is in it, and lets it go then", async () => {
    const a = await subnet("a", "10.0.1.0/24");
    expect(await refusal(aws.delete(vpc))).to.include(
      `deleting EC2 VPC (${vpc.id}): operation error EC2: DeleteVpc`,
    );
    await aws.delete(a);
    await aws.delete(vpc);
    expect(aws.records()).to.deep.equal([]);
  });

  it("waits for what is in the way and is going", async () => {
    const slow = rehearsedAws({
      faults: [{ match: { type: subnetType, method: "delete" }, fault: "slow", seconds: 0.1 }],
    });
    const network = await slow.create(vpcType, "main", { cidrBlock: "10.0.0.0/16" });
    const a = await slow.create(subnetType, "a", { vpcId: network.id, cidrBlock: "10.0.1.0/24" });
    // Together, as an engine deletes what does not depend on one another.
    await Promise.all([slow.delete(network), slow.delete(a)]);
    expect(slow.records()).to.deep.equal([]);
    expect(
      slow
        .log()
        .map(({ type, method }) => [type, method])
        .slice(2),
    ).to.deep.equal([
      [subnetType, "delete"],
      [vpcType, "delete"],
    ]);
    slow.remove();
  });

  it("keeps a subnet with a NAT gateway in it, an address in use, and a gateway with addresses behind it", async () => {
    const gateway = await aws.create("aws:ec2/internetGateway:InternetGateway", "igw", { vpcId: vpc.id });
    const a = await subnet("a", "10.0.1.0/24");
    const address = await aws.create("aws:ec2/eip:Eip", "nat", { domain: "vpc" });
    const nat = await aws.create("aws:ec2/natGateway:NatGateway", "nat", {
      subnetId: a.id,
      allocationId: address.id,
    });
    expect(nat.outputs["publicIp"]).to.equal(address.outputs["publicIp"]);
    expect(await refusal(aws.delete(a))).to.include("DependencyViolation: The subnet");
    expect(await refusal(aws.delete(address))).to.include("InvalidIPAddress.InUse");
    expect(await refusal(aws.delete(gateway))).to.include(
      `operation error EC2: DetachInternetGateway, https response error StatusCode: 400`,
    );
  });

  it("takes one internet gateway a VPC, one route a destination, one table a subnet", async () => {
    const gateway = await aws.create("aws:ec2/internetGateway:InternetGateway", "igw", { vpcId: vpc.id });
    expect(
      await refusal(aws.create("aws:ec2/internetGateway:InternetGateway", "second", { vpcId: vpc.id })),
    ).to.include(`Network ${vpc.id} already has an internet gateway attached`);
    const table = await aws.create("aws:ec2/routeTable:RouteTable", "public", { vpcId: vpc.id });
    const route = { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id };
    await aws.create("aws:ec2/route:Route", "internet", route);
    expect(await refusal(aws.create("aws:ec2/route:Route", "again", route))).to.include(
      "RouteAlreadyExists: The route identified by 0.0.0.0/0 already exists.",
    );
    const a = await subnet("a", "10.0.1.0/24");
    const association = { routeTableId: table.id, subnetId: a.id };
    await aws.create("aws:ec2/routeTableAssociation:RouteTableAssociation", "a", association);
    expect(
      await refusal(aws.create("aws:ec2/routeTableAssociation:RouteTableAssociation", "again", association)),
    ).to.include("Resource.AlreadyAssociated");
  });

  it("refuses a second group of a name in a VPC, a second rule alike, and to delete a group that a rule names", async () => {
    const groupType = "aws:ec2/securityGroup:SecurityGroup";
    const [a, b] = [
      await aws.create(groupType, "a", { name: "a", vpcId: vpc.id }),
      await aws.create(groupType, "b", { name: "b", vpcId: vpc.id }),
    ];
    expect(await refusal(aws.create(groupType, "c", { name: "a", vpcId: vpc.id }))).to.include(
      `InvalidGroup.Duplicate: The security group 'a' already exists for VPC '${vpc.id}'`,
    );
    const ruleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    const rule = {
      securityGroupId: a.id,
      ipProtocol: "tcp",
      fromPort: 22,
      toPort: 22,
      referencedSecurityGroupId: b.id,
    };
    await aws.create(ruleType, "ssh", rule);
    expect(await refusal(aws.create(ruleType, "again", rule))).to.include(
      `the specified rule "peer: ${b.id}, TCP, from port: 22, to port: 22, ALLOW" already exists`,
    );
    expect(await refusal(aws.delete(b))).to.include(
      `DependencyViolation: resource ${b.id} has a dependent object`,
    );
  });
});

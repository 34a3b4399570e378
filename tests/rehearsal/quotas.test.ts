import { expect } from "chai";
import { quotas } from "../../rehearsal/catalogue/quotas/aws-quotas";
import { vcpusOf } from "../../rehearsal/catalogue/quotas/machine-vcpus";
import { raisedQuotaType } from "../../rehearsal/catalogue/quotas/quota";
import { textOf, type Values } from "../../rehearsal/interpreter/values";
import { makeWeather } from "../../rehearsal/weather";
import { readExpected } from "../expected/files";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const addressType = "aws:ec2/eip:Eip";
const vpcType = "aws:ec2/vpc:Vpc";
const machineType = "aws:ec2/instance:Instance";
const ruleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

describe("rehearsal: quotas", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  /** What somebody has been given by Service Quotas. */
  function raised(id: string, value: number, scope = ""): void {
    aws.cloud.store.create({
      ...{
        package: "aws",
        type: raisedQuotaType,
        id,
        name: id,
        scope,
        createdAt: "2026-01-01T00:00:00.000Z",
      },
      inputs: { value },
      outputs: { value },
    });
  }

  const address = (index: number, region?: string): Promise<Made> =>
    aws.create(addressType, `address-${String(index)}`, { domain: "vpc", ...(region && { region }) });

  async function addresses(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await address(index);
  }

  it("gives an account five addresses a region, and says the sixth in the provider's words", async () => {
    await addresses(5);
    expect(await refusal(address(5))).to.match(
      /^1 error occurred:\n\t\* creating EC2 EIP \(address-5\): operation error EC2: AllocateAddress, https response error StatusCode: 400, RequestID: [0-9a-f-]{36}, api error AddressLimitExceeded: The maximum number of addresses has been reached\.\n\n$/,
    );
    expect(aws.records(addressType)).to.have.length(5);
    expect((await address(6, "us-west-2")).outputs["region"]).to.equal("us-west-2");
  });

  it("counts what the account was given, where it was given it", async () => {
    raised("ec2/L-0263D0A3", 6, "111122223333/eu-west-1");
    await addresses(6);
    expect(await refusal(address(6))).to.contain("AddressLimitExceeded");
    for (let index = 0; index < 5; index++) await address(10 + index, "us-west-2");
    expect(await refusal(address(20, "us-west-2"))).to.contain("AddressLimitExceeded");
  });

  it("has the VPC that each region has by itself among the five, and its gateway", async () => {
    const made: Made[] = [];
    for (let index = 0; index < 4; index++) {
      made.push(await aws.create(vpcType, `vpc-${String(index)}`, { cidrBlock: "10.0.0.0/16" }));
    }
    expect(await refusal(aws.create(vpcType, "vpc-4", { cidrBlock: "10.0.0.0/16" }))).to.contain(
      "api error VpcLimitExceeded: The maximum number of VPCs has been reached.",
    );
    const gateway = (vpcId?: string): Promise<Made> =>
      aws.create(
        "aws:ec2/internetGateway:InternetGateway",
        `gateway-${vpcId ?? "lone"}`,
        vpcId ? { vpcId } : {},
      );
    for (const { id } of made) await gateway(id);
    expect(await refusal(gateway())).to.contain("api error InternetGatewayLimitExceeded");
  });

  it("counts NAT gateways by the zone of their subnet", async () => {
    raised("ec2/L-0263D0A3", 20);
    const vpc = await aws.create(vpcType, "main", { cidrBlock: "10.0.0.0/16" });
    await aws.create("aws:ec2/internetGateway:InternetGateway", "main", { vpcId: vpc.id });
    const subnet = (zone: string, cidrBlock: string): Promise<Made> =>
      aws.create("aws:ec2/subnet:Subnet", zone, { vpcId: vpc.id, cidrBlock, availabilityZone: zone });
    const [first, second] = [
      await subnet("eu-west-1a", "10.0.1.0/24"),
      await subnet("eu-west-1b", "10.0.2.0/24"),
    ];
    const nat = async (name: string, { id }: Made): Promise<Made> =>
      aws.create("aws:ec2/natGateway:NatGateway", name, { subnetId: id, connectivityType: "private" });
    for (let index = 0; index < 5; index++) await nat(`a-${String(index)}`, first);
    expect(await refusal(nat("a-5", first))).to.contain("api error NatGatewayLimitExceeded");
    await nat("b", second);
  });

  it("counts rules a group and direction", async () => {
    const vpc = await aws.create(vpcType, "main", { cidrBlock: "10.0.0.0/16" });
    raised("vpc/L-0EA8095F", 2);
    const group = await aws.create("aws:ec2/securityGroup:SecurityGroup", "web", {
      vpcId: vpc.id,
      name: "web",
    });
    const rule = (port: number, type = ruleType): Promise<Made> =>
      aws.create(type, `rule-${String(port)}`, {
        ...{ securityGroupId: group.id, ipProtocol: "tcp", cidrIpv4: "10.0.0.0/16" },
        ...{ fromPort: port, toPort: port },
      });
    await rule(1);
    await rule(2);
    expect(await refusal(rule(3))).to.contain(
      "operation error EC2: AuthorizeSecurityGroupIngress, https response error StatusCode: 400",
    );
    await rule(3, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
  });

  it("says IAM's quotas by IAM's names for them", async () => {
    raised("iam/L-FE177D64", 1);
    const role = (name: string): Promise<Made> =>
      aws.create("aws:iam/role:Role", name, {
        name,
        assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}',
      });
    await role("one");
    expect(await refusal(role("two"))).to.contain("StatusCode: 409, RequestID: ");
    expect(await refusal(role("two"))).to.contain(
      "api error LimitExceeded: Cannot exceed quota for RolesPerAccount: 1",
    );
  });

  const machine = (name: string, instanceType: string, more: object = {}): Promise<Made> =>
    aws.create(machineType, name, { ami: "ami-0a1b2c3d4e5f60718", instanceType, ...more });

  describe("of vCPUs", () => {
    const spot = { instanceMarketOptions: { marketType: "spot" } };

    it("are 1152 of standard families in an account in use, bare metal among them", async () => {
      for (let index = 0; index < 12; index++) await machine(`metal-${String(index)}`, "m7i.metal-24xl");
      const said = await refusal(machine("small", "t4g.small"));
      expect(said).to.contain("creating EC2 Instance (small): operation error EC2: RunInstances");
      expect(said).to.contain(
        "api error VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 1152 allows for the instance " +
          "bucket that the specified instance type belongs to.",
      );
      // Another bucket, and another market.
      await machine("gpu", "g5.xlarge");
      await machine("spot", "m7i.large", spot);
    });

    it("are counted by the machines that groups start, and a group that may not have one stands and starves", async () => {
      raised("ec2/L-1216C47A", 5);
      const vpc = await aws.create(vpcType, "main", { cidrBlock: "10.0.0.0/16" });
      const subnet = await aws.create("aws:ec2/subnet:Subnet", "a", {
        ...{ vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: "eu-west-1a" },
      });
      const template = await aws.create("aws:ec2/launchTemplate:LaunchTemplate", "web", {
        ...{ imageId: "ami-0a1b2c3d4e5f60718", instanceType: "c7g.large" },
      });
      await aws.create("aws:autoscaling/group:Group", "web", {
        ...{ name: "web", minSize: 3, maxSize: 3, vpcZoneIdentifiers: [subnet.id] },
        launchTemplate: { id: template.id, version: "1" },
      });
      expect(aws.records(machineType)).to.have.length(2);
      expect(await refusal(machine("alone", "c7g.large"))).to.contain("current vCPU limit of 5 allows");
    });

    it("of spot machines are a quota of their own, with words of its own", async () => {
      raised("ec2/L-34B43A08", 2);
      await machine("one", "m7i.large", spot);
      expect(await refusal(machine("two", "m7i.large", spot))).to.contain(
        "api error MaxSpotInstanceCountExceeded: Max spot instance count exceeded",
      );
      await machine("three", "m7i.large");
    });

    it("of a machine that is stopped do not count", async () => {
      raised("ec2/L-1216C47A", 2);
      const made = await machine("one", "m7i.large");
      const record = aws.records(machineType)[0];
      if (record) {
        aws.cloud.store.replace({ ...record, outputs: { ...record.outputs, instanceState: "stopped" } });
      }
      expect(made.outputs["instanceState"]).to.equal("running");
      await machine("two", "m7i.large");
    });

    it("come from a type's size", () => {
      const types = [
        "t4g.small",
        "t3.medium",
        "m7g.medium",
        "m7i.large",
        "c7g.2xlarge",
        "m7i.metal-24xl",
        "i3.metal",
      ];
      expect(types.map(vcpusOf)).to.deep.equal([2, 2, 1, 2, 8, 96, 72]);
    });
  });

  describe("and what production asks for", () => {
    interface Expected {
      readonly type: string;
      readonly name: string;
      readonly inputs: Values;
    }
    const wanted = (type: string): readonly Expected[] =>
      [...readExpected("prod").values()].filter((one): one is Expected => (one as Expected).type === type);
    const regionOf = ({ name }: Expected): string => (name.includes("us-west-2") ? "us-west-2" : "eu-west-1");

    it("takes all five addresses of its region: the next needs more than AWS gives by itself", async () => {
      const all = wanted(addressType);
      for (const one of all)
        await aws.create(addressType, one.name, { domain: "vpc", region: regionOf(one) });
      expect(all.filter((one) => regionOf(one) === "eu-west-1")).to.have.length(5);
      expect(await refusal(address(6, "eu-west-1"))).to.contain("api error AddressLimitExceeded");
    });

    it("has vCPUs enough in an account in use, and in a young one not for its first machine", async () => {
      const machines = wanted(machineType);
      expect(machines).to.have.length(4);
      const makeAll = async (): Promise<void> => {
        for (const { name, inputs } of machines) {
          await machine(name, textOf(inputs, "instanceType"));
        }
      };
      await makeAll();
      makeWeather({ account: "young" }, aws.cloud, "111122223333");
      expect(await refusal(makeAll())).to.contain("current vCPU limit of 5 allows");
    });
  });

  it("name each quota once a service and code, and none that a young account has more of", () => {
    const ids = quotas.map(({ service, code, types }) => `${service}/${code} ${types.join()}`);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(quotas.filter(({ standard, young = standard }) => young > standard)).to.deep.equal([]);
  });
});

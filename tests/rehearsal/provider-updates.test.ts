import { expect } from "chai";
import { checkInputs } from "../../rehearsal/interpreter/check";
import { unknown, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made } from "../support/rehearsed-cloud";

describe("what a provider refuses before it asks AWS", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });
  const table = { name: "dev_reports", hashKey: "id", attributes: [{ name: "id", type: "S" }] };
  const tableType = "aws:dynamodb/table:Table";

  it("shows in a preview, and leaves no call in the log", () => {
    const inputs = {
      ...table,
      billingMode: "PAY_PER_REQUEST",
      attributes: [...table.attributes, { name: "x", type: "S" }],
    };
    expect(() => aws.previewCreate(tableType, "t", inputs)).to.throw(
      'all attributes must be indexed. Unused attributes: ["x"]',
    );
    expect(() => aws.previewCreate("aws:lb/targetGroup:TargetGroup", "t", { name: "t" })).to.throw(
      'Attribute "port" must be specified when "target_type" is "instance".',
    );
    expect(() => aws.previewCreate("aws:sqs/queue:Queue", "q", { contentBasedDeduplication: true })).to.throw(
      "content-based deduplication can only be set for FIFO queue",
    );
    expect(() =>
      aws.previewCreate("aws:ebs/volume:Volume", "v", {
        availabilityZone: "eu-west-1a",
        size: 8,
        type: "io2",
      }),
    ).to.throw("'iops' must be set when 'type' is 'io2'");
    const gateway = (inputs: Values): Values =>
      aws.previewCreate("aws:ec2/natGateway:NatGateway", "n", inputs);
    expect(() => gateway({ connectivityType: "private", allocationId: "eipalloc-1" })).to.throw(
      'allocation_id is not supported with connectivity_type = "private"',
    );
    expect(() => gateway({ allocationId: "eipalloc-1", secondaryPrivateIpAddressCount: 1 })).to.throw(
      'secondary_private_ip_address_count is not supported with connectivity_type = "public"',
    );
    expect(aws.records()).to.deep.equal([]);
  });

  it("takes what is not known for what will be", () => {
    expect(
      aws.previewCreate(tableType, "t", { ...table, hashKey: unknown, billingMode: "PAY_PER_REQUEST" }),
    ).to.include({ name: "dev_reports" });
  });

  it("takes units only where they are provisioned, and then one at least", () => {
    const check = (inputs: Values): string[] =>
      checkInputs(tableType, { ...table, ...inputs }).map(({ reason }) => reason);
    expect(check({ billingMode: "PAY_PER_REQUEST", readCapacity: 5 }).join()).to.include(
      'Attribute "read_capacity" cannot be specified when "billing_mode" is "PAY_PER_REQUEST".',
    );
    expect(check({ billingMode: "PROVISIONED", readCapacity: 0, writeCapacity: 1 }).join()).to.include(
      'Attribute "read_capacity" must be at least 1 when "billing_mode" is "PROVISIONED".',
    );
    expect(check({ billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 })).to.deep.equal([]);
  });
});

describe("a change that the provider passes over", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });

  it("does not reach the cloud beside another one: a key keeps its type", async () => {
    const keys = (type: string): Values => ({
      ...{ name: "keys", hashKey: "id", billingMode: "PAY_PER_REQUEST" },
      attributes: [{ name: "id", type }],
    });
    const made = await aws.create("aws:dynamodb/table:Table", "keys", keys("S"));
    const updated = await aws.update(made, { ...keys("N"), tags: { a: "1" } });
    expect(updated.outputs).to.deep.include({ attributes: [{ name: "id", type: "S" }], tags: { a: "1" } });
  });

  it("is not refused either: storage stays what it grew to by itself", async () => {
    const database = {
      ...{ identifier: "d", engine: "postgres", engineVersion: "16.13", instanceClass: "db.t4g.small" },
      ...{ manageMasterUserPassword: true, username: "u", maxAllocatedStorage: 200 },
    };
    const made = await aws.create("aws:rds/instance:Instance", "d", { ...database, allocatedStorage: 100 });
    const updated = await aws.update(made, { ...database, allocatedStorage: 50, backupRetentionPeriod: 7 });
    expect(updated.outputs).to.include({ allocatedStorage: 100, backupRetentionPeriod: 7 });
    expect(updated.inputs).to.include({ allocatedStorage: 50 });
  });

  it("leaves what the cloud filled in where it is: a disk's encryption, beside a change of its size", async () => {
    const machine = (rootBlockDevice: Values): Values => ({
      ...{ ami: "ami-1", instanceType: "m7i.large", rootBlockDevice },
    });
    const inputs = machine({ encrypted: true, volumeSize: 8 });
    const made = await aws.create("aws:ec2/instance:Instance", "m", inputs);
    const grown = await aws.update(made, machine({ volumeSize: 16 }));
    expect(grown.outputs["rootBlockDevice"]).to.deep.include({ encrypted: true, volumeSize: 16 });
    expect(grown.inputs["rootBlockDevice"]).to.deep.equal({ volumeSize: 16 });
  });

  it("gives a table that becomes provisioned one unit each, where its units are ignored", async () => {
    const onDemand = {
      name: "units",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
    };
    const made = await aws.create("aws:dynamodb/table:Table", "units", onDemand);
    expect(made.outputs).to.include({ readCapacity: 0, writeCapacity: 0 });
    const change = (from: Made, inputs: Values): Promise<Made> =>
      aws.update(from, { ...onDemand, ...inputs });
    const provisioned = await change(made, { billingMode: "PROVISIONED" });
    expect(provisioned.outputs).to.include({ billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 });
    const tagged = await change(provisioned, { billingMode: "PROVISIONED", tags: { a: "1" } });
    expect(tagged.outputs).to.include({ readCapacity: 1, writeCapacity: 1 });
    expect((await change(tagged, {})).outputs).to.include({ readCapacity: 0, writeCapacity: 0 });
    expect(
      await refusal(
        aws.create("aws:dynamodb/table:Table", "new", {
          ...onDemand,
          name: "new",
          billingMode: "PROVISIONED",
        }),
      ),
    ).to.include("Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint");
  });
});

describe("what a provider writes inside blocks by itself", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });

  it("is there after the making and after a change, beside what the program gave", async () => {
    const group = (interval: number): Values => ({
      ...{ name: "tg", port: 80, protocol: "HTTP" },
      healthCheck: { interval, path: "/up" },
    });
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
    const made = await aws.create("aws:lb/targetGroup:TargetGroup", "t", { ...group(10), vpcId: vpc.id });
    expect(made.outputs["healthCheck"]).to.deep.equal({
      ...{ interval: 10, path: "/up", enabled: true, matcher: "200" },
    });
    const changed = await aws.update(made, { ...group(20), vpcId: vpc.id });
    expect(changed.outputs["healthCheck"]).to.deep.equal({
      ...{ interval: 20, path: "/up", enabled: true, matcher: "200" },
    });
    expect(changed.inputs["healthCheck"]).to.deep.equal({ interval: 20, path: "/up" });
  });

  it("is a template's name beside its id, and what a refresh and a mix of machines go by", async () => {
    const template = await aws.create("aws:ec2/launchTemplate:LaunchTemplate", "lt", { name: "api" });
    const group = await aws.create("aws:autoscaling/group:Group", "g", {
      ...{ name: "g", minSize: 0, maxSize: 0 },
      availabilityZones: ["eu-west-1a"],
      instanceRefresh: { strategy: "Rolling", preferences: { minHealthyPercentage: 50 } },
      mixedInstancesPolicy: {
        instancesDistribution: { onDemandBaseCapacity: 1 },
        launchTemplate: {
          launchTemplateSpecification: { launchTemplateId: template.id, version: "1" },
          overrides: [{ instanceType: "m7i.large" }],
        },
      },
    });
    expect(group.outputs["instanceRefresh"]).to.deep.equal({
      strategy: "Rolling",
      preferences: {
        ...{ minHealthyPercentage: 50, checkpointDelay: "" },
        ...{ scaleInProtectedInstances: "Ignore", standbyInstances: "Ignore" },
      },
    });
    expect(group.outputs["mixedInstancesPolicy"]).to.deep.equal({
      instancesDistribution: { onDemandBaseCapacity: 1, spotInstancePools: 0 },
      launchTemplate: {
        launchTemplateSpecification: {
          ...{ launchTemplateId: template.id, launchTemplateName: "api", version: "1" },
        },
        overrides: [{ instanceType: "m7i.large", weightedCapacity: "" }],
      },
    });
  });

  it("is a whole redirect, a disk's speed and key, and how machines are told of themselves", async () => {
    const machine = await aws.create("aws:ec2/instance:Instance", "m", {
      ...{ ami: "ami-1", instanceType: "m7i.large" },
      rootBlockDevice: { encrypted: true, volumeType: "gp3", tags: { a: "1" } },
    });
    expect(machine.outputs["rootBlockDevice"]).to.deep.include({
      ...{ encrypted: true, iops: 3000, throughput: 125, tagsAll: { a: "1" } },
    });
    expect(machine.outputs["metadataOptions"]).to.deep.equal({
      ...{ httpEndpoint: "enabled", httpProtocolIpv6: "disabled", httpPutResponseHopLimit: 1 },
      ...{ httpTokens: "optional", instanceMetadataTags: "disabled" },
    });
    const listener = await aws.create("aws:lb/listener:Listener", "l", {
      ...{ loadBalancerArn: await balancer(), port: 80 },
      defaultActions: [{ type: "redirect", redirect: { port: "443", statusCode: "HTTP_301" } }],
    });
    expect(listener.outputs["defaultActions"]).to.deep.equal([
      {
        ...{ type: "redirect", order: 1 },
        redirect: {
          ...{ host: "#{host}", path: "/#{path}", port: "443", protocol: "#{protocol}" },
          ...{ query: "#{query}", statusCode: "HTTP_301" },
        },
      },
    ]);
  });

  async function balancer(): Promise<string> {
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "w", { cidrBlock: "10.1.0.0/16" });
    const subnets = ["a", "b"].map(async (zone, index) => {
      const cidrBlock = `10.1.${String(index)}.0/24`;
      const inputs = { vpcId: vpc.id, availabilityZone: `eu-west-1${zone}`, cidrBlock };
      return (await aws.create("aws:ec2/subnet:Subnet", zone, inputs)).id;
    });
    const inputs = { name: "lb", subnets: await Promise.all(subnets) };
    return (await aws.create("aws:lb/loadBalancer:LoadBalancer", "lb", inputs)).id;
  }
});

describe("what AWS refuses of a volume", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });
  const volume = (type: string, size: number): Values => ({ availabilityZone: "eu-west-1a", type, size });
  const volumeType = "aws:ebs/volume:Volume";

  it("is a size that its type has not, at its making and when it becomes of another type", async () => {
    expect(await refusal(aws.create(volumeType, "cold", volume("sc1", 100)))).to.include(
      "api error InvalidParameterValue: Volume of 100GiB is too small for volume type sc1; minimum is 125GiB.",
    );
    expect(await refusal(aws.create(volumeType, "old", volume("standard", 2000)))).to.include(
      "Volume of 2000GiB is too large for volume type standard; maximum is 1024GiB.",
    );
    const made = await aws.create(volumeType, "disk", volume("gp3", 50));
    expect(await refusal(aws.update(made, volume("st1", 50)))).to.include(
      "Volume of 50GiB is too small for volume type st1; minimum is 125GiB.",
    );
    expect((await aws.update(made, volume("st1", 125))).outputs).to.include({ type: "st1", size: 125 });
  });
});

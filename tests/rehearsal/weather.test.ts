import { expect } from "chai";
import { happenings, type WeatherKind } from "../../rehearsal/catalogue/weather/weather";
import type { CloudRecord } from "../../rehearsal/cloud/store";
import { defaultWeather, makeWeather, type Weather, type WeatherEvent } from "../../rehearsal/weather";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const accountId = "111122223333";
const databaseType = "aws:rds/instance:Instance";
const machineType = "aws:ec2/instance:Instance";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";
const subnetType = "aws:ec2/subnet:Subnet";

describe("rehearsal: weather", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  const weather = (made: Weather): readonly string[] => makeWeather(made, aws.cloud, accountId);
  const happens = (event: WeatherKind, more: Partial<WeatherEvent> = {}): readonly string[] =>
    weather({ events: [{ event, ...more }] });

  const only = (type: string): CloudRecord => {
    const [record, ...more] = aws.records(type);
    expect(more, type).to.deep.equal([]);
    if (record === undefined) throw new Error(`no ${type}`);
    return record;
  };

  const database = (name: string, more: object = {}): Promise<Made> =>
    aws.create(databaseType, name, {
      ...{ identifier: name, engine: "postgres", engineVersion: "16.11", instanceClass: "db.t4g.micro" },
      ...{ allocatedStorage: 50, username: "root", manageMasterUserPassword: true, skipFinalSnapshot: true },
      ...more,
    });

  it("says whose word each event is, and which type it happens to", () => {
    for (const [name, { type, source }] of Object.entries(happenings)) {
      expect(type, name).to.match(/^aws:\w+\/\w+:\w+$/);
      expect(source, name).to.match(/\S{3}.*[:,] /);
    }
    expect(defaultWeather.events?.map(({ event }) => event)).to.not.include.members(["cluster-is-deleted"]);
  });

  it("grows a database's storage by a tenth, 10 GiB at least, and never beyond what it may", async () => {
    const made = await database("users", { maxAllocatedStorage: 65 });
    await database("fixed");
    expect(happens("storage-grows")).to.deep.equal([
      "storage-grows: users: its storage has grown from 50 to 60 GiB.",
    ]);
    expect(happens("storage-grows")).to.deep.equal([
      "storage-grows: users: its storage has grown from 60 to 65 GiB.",
    ]);
    expect(happens("storage-grows")).to.deep.equal([
      "storage-grows: nothing is there that it could happen to.",
    ]);
    expect((await aws.read(made))?.outputs["allocatedStorage"]).to.equal(65);
  });

  it("moves a database to a minor version that goes on from its own", async () => {
    const pinned = await database("pinned");
    const major = await database("major", { engineVersion: "17" });
    expect(happens("minor-is-forced", { times: 5 })).to.have.members([
      "minor-is-forced: pinned: RDS has upgraded it from 16.11 to 16.13.",
      "minor-is-forced: major: RDS has upgraded it from 17.9 to 17.10.",
    ]);
    expect((await aws.read(pinned))?.outputs).to.include({
      engineVersion: "16.13",
      engineVersionActual: "16.13",
    });
    expect((await aws.read(major))?.outputs).to.include({
      engineVersion: "17",
      engineVersionActual: "17.10",
    });
  });

  it("has a log group made anew by its writer, once, and only where a service writes", async () => {
    const group = await aws.create(logGroupType, "log", {
      name: "/aws/eks/dev/cluster",
      retentionInDays: 90,
    });
    await aws.create(logGroupType, "own", { name: "groundwork/dev", retentionInDays: 90 });
    expect(happens("log-group-comes-back", { times: 2 })).to.deep.equal([
      "log-group-comes-back: log: its writer has last lines to write: deleted, the group comes back.",
    ]);
    await aws.delete(group);
    expect(
      aws.records(logGroupType).map(({ id, inputs }) => [id, inputs["retentionInDays"]]),
    ).to.have.deep.members([
      ["/aws/eks/dev/cluster", undefined],
      ["groundwork/dev", 90],
    ]);
    const again = { name: "/aws/eks/dev/cluster", retentionInDays: 90 };
    expect(await refusal(aws.create(logGroupType, "log", again))).to.contain(
      "ResourceAlreadyExistsException",
    );
  });

  describe("in a network", () => {
    let vpc: Made;
    let subnets: readonly Made[];
    beforeEach(async () => {
      vpc = await aws.create("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.0.0.0/16" });
      subnets = await Promise.all(
        ["a", "b"].map((zone, index) =>
          aws.create(subnetType, `private-${zone}`, {
            ...{
              vpcId: vpc.id,
              cidrBlock: `10.0.${String(index)}.0/24`,
              availabilityZone: `eu-west-1${zone}`,
            },
          }),
        ),
      );
    });

    it("has GuardDuty put an endpoint and its group into a VPC, once, where they stand in the way of its deletion", async () => {
      expect(happens("guardduty-arrives")).to.deep.equal([
        "guardduty-arrives: main: GuardDuty has put an endpoint and a security group into it.",
      ]);
      const group = only("aws:ec2/securityGroup:SecurityGroup");
      expect(group.inputs["name"]).to.equal(`GuardDutyManagedSecurityGroup-${vpc.id}`);
      const { inputs, scope } = only("aws:ec2/vpcEndpoint:VpcEndpoint");
      expect(scope).to.equal("111122223333/eu-west-1");
      expect(inputs).to.deep.include({
        ...{ serviceName: "com.amazonaws.eu-west-1.guardduty-data", vpcId: vpc.id },
        ...{ securityGroupIds: [group.id], subnetIds: subnets.map(({ id }) => id) },
      });
      expect(happens("guardduty-arrives")[0]).to.contain("nothing is there");
      expect(await refusal(aws.delete(vpc))).to.contain("DependencyViolation");
    });

    async function group(count: number, spot: boolean): Promise<void> {
      const template = await aws.create("aws:ec2/launchTemplate:LaunchTemplate", "web", {
        ...{ imageId: "ami-0a1b2c3d4e5f60718", instanceType: "c7g.large" },
        ...(spot && { instanceMarketOptions: { marketType: "spot" } }),
      });
      await aws.create("aws:autoscaling/group:Group", "web", {
        ...{ name: "web", minSize: count, maxSize: count, vpcZoneIdentifiers: subnets.map(({ id }) => id) },
        launchTemplate: { id: template.id, version: "1" },
      });
    }
    const machines = (): readonly string[] => aws.records(machineType).map(({ id }) => id);

    it("takes a spot machine back, and its group starts another; no other machine is taken", async () => {
      await group(3, true);
      await aws.create(machineType, "alone", { ami: "ami-0a1b2c3d4e5f60718", instanceType: "m7i.large" });
      const before = machines();
      const [said = ""] = happens("spot-machine-goes");
      const [, gone, come] =
        /machine (i-\w+) back; its group has started (i-\w+) in its place/.exec(said) ?? [];
      expect(before).to.include(gone);
      expect(machines()).to.have.length(4).and.to.include(come).and.to.not.include(gone);
    });

    it("ends a group's machine that is retired, which the group replaces, and stops one of nobody's", async () => {
      await group(1, false);
      const [before] = machines();
      expect(happens("machine-is-retired", { name: "web" })[0]).to.contain("its group has started i-");
      expect(machines()).to.have.length(1).and.to.not.include(before);
      const alone = await aws.create(machineType, "alone", {
        ami: "ami-0a1b2c3d4e5f60718",
        instanceType: "m7i.metal-24xl",
      });
      expect(happens("machine-is-retired", { name: "al*" })).to.deep.equal([
        `machine-is-retired: alone: ${alone.id} was on hardware that AWS retires, and is stopped.`,
      ]);
      expect((await aws.read(alone))?.outputs["instanceState"]).to.equal("stopped");
      expect(happens("machine-is-retired", { name: "alone" })[0]).to.equal(
        "machine-is-retired: nothing named alone is there that it could happen to.",
      );
    });

    it("takes a cluster away with what is its own, moves its add-ons' defaults and its version", async () => {
      const role = await aws.create("aws:iam/role:Role", "eks", {
        name: "eks",
        assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}',
      });
      const cluster = await aws.create("aws:eks/cluster:Cluster", "main", {
        ...{ name: "main", version: "1.34", roleArn: role.outputs["arn"] ?? "" },
        vpcConfig: { subnetIds: subnets.map(({ id }) => id) },
      });
      const addon = { clusterName: cluster.id, addonName: "vpc-cni" };
      await aws.create("aws:eks/addon:Addon", "cni", addon);
      await aws.create("aws:eks/nodeGroup:NodeGroup", "nodes", {
        ...{ clusterName: cluster.id, nodeRoleArn: role.outputs["arn"] ?? "" },
        ...{
          subnetIds: subnets.map(({ id }) => id),
          scalingConfig: { minSize: 1, desiredSize: 1, maxSize: 2 },
        },
      });
      expect(happens("addon-default-moves")).to.deep.equal([
        "addon-default-moves: cni: EKS has made v1.20.5-eksbuild.1 its default version of vpc-cni.",
      ]);
      expect(happens("addon-default-moves")[0]).to.contain("v1.20.6-eksbuild.1");
      expect(happens("kubernetes-is-upgraded")).to.deep.equal([
        "kubernetes-is-upgraded: main: EKS has upgraded its control plane from 1.34 to 1.35.",
      ]);
      expect((await aws.read(cluster))?.outputs["version"]).to.equal("1.35");
      expect(happens("cluster-is-deleted")).to.deep.equal([
        "cluster-is-deleted: main: somebody has deleted it, with its node groups.",
      ]);
      expect(await aws.read(cluster)).to.equal(undefined);
      const left = aws.records().filter(({ type }) => /:eks\/(?!addon:DefaultVersion)/.test(type));
      expect(left.map(({ type }) => type)).to.deep.equal([]);
    });

    it("lets a certificate that a listener hands out end, without a word to whoever looks at the listener", async () => {
      const arn = "arn:aws:acm:eu-west-1:111122223333:certificate/1b2c3d4e-5f60-7182-93a4-b5c6d7e8f90a";
      const balancer = await aws.create("aws:lb/loadBalancer:LoadBalancer", "api", {
        ...{ name: "api", subnets: subnets.map(({ id }) => id), internal: true },
      });
      const listener = await aws.create("aws:lb/listener:Listener", "api-443", {
        ...{ loadBalancerArn: balancer.id, port: 443, protocol: "HTTPS", certificateArn: arn },
        defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain" } }],
      });
      expect(happens("certificate-expires")).to.deep.equal([
        `certificate-expires: api-443: ${arn}, which it hands out, has expired.`,
      ]);
      const { inputs } = only("aws:acm/certificate:Certificate");
      expect(inputs["status"]).to.equal("EXPIRED");
      expect((await aws.read(listener))?.outputs).to.deep.equal(listener.outputs);
    });
  });

  it("hits the same ones with the same seed, and leaves another account alone", async () => {
    const other = rehearsedAws({}, {});
    try {
      for (const cloud of [aws, other]) {
        for (const name of ["a", "b", "c", "d", "e"]) {
          await cloud.create(databaseType, name, {
            ...{ identifier: name, engine: "postgres", instanceClass: "db.t4g.micro", allocatedStorage: 20 },
            ...{ maxAllocatedStorage: 100, username: "root", manageMasterUserPassword: true },
          });
        }
      }
      const storm: Weather = { seed: "tuesday", events: [{ event: "storage-grows", times: 2 }] };
      const said = weather(storm);
      expect(said).to.have.length(2);
      expect(makeWeather(storm, other.cloud, accountId)).to.deep.equal(said);
      expect(makeWeather(storm, aws.cloud, "444455556666")).to.deep.equal([
        "storage-grows: nothing is there that it could happen to.",
      ]);
    } finally {
      other.remove();
    }
  });

  it("gives an account what it may have, for good: the few things of a young one, and single quotas over them", async () => {
    const metal = (name: string): Promise<Made> =>
      aws.create(machineType, name, { ami: "ami-0a1b2c3d4e5f60718", instanceType: "m7i.metal-24xl" });
    await metal("before");
    weather({ account: "young", quotas: [{ quota: "L-0263D0A3", value: 1, region: "eu-west-1" }] });
    expect(await refusal(metal("after"))).to.contain("current vCPU limit of 5 allows");
    await aws.create("aws:ec2/eip:Eip", "one", { domain: "vpc" });
    expect(await refusal(aws.create("aws:ec2/eip:Eip", "two", { domain: "vpc" }))).to.contain(
      "AddressLimitExceeded",
    );
    weather({ quotas: [{ quota: "L-1216C47A", value: 192 }] });
    await metal("after");
    expect(await refusal(metal("third"))).to.contain("current vCPU limit of 192 allows");
  });
});

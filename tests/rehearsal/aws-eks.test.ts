import { expect } from "chai";
import type { Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const clusterType = "aws:eks/cluster:Cluster";
const groupType = "aws:eks/nodeGroup:NodeGroup";
const addonType = "aws:eks/addon:Addon";
const entryType = "aws:eks/accessEntry:AccessEntry";
const associationType = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
const securityGroupType = "aws:ec2/securityGroup:SecurityGroup";

const assumeRolePolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "eks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe("rehearsal: EKS", () => {
  let aws: RehearsedProvider<unknown>;
  let vpc: Made;
  let subnets: Made[];
  let role: Made;

  beforeEach(async () => {
    aws = rehearsedAws();
    vpc = await aws.create("aws:ec2/vpc:Vpc", "main", { cidrBlock: "10.0.0.0/16" });
    subnets = [];
    for (const [index, zone] of ["eu-west-1a", "eu-west-1b"].entries())
      subnets.push(
        await aws.create("aws:ec2/subnet:Subnet", zone, {
          vpcId: vpc.id,
          cidrBlock: `10.0.${index}.0/24`,
          availabilityZone: zone,
        }),
      );
    role = await aws.create("aws:iam/role:Role", "role", { name: "role", assumeRolePolicy });
  });
  afterEach(() => {
    aws.remove();
  });

  const ids = (): string[] => subnets.map(({ id }) => id);
  const clusterInputs = (more: Values = {}): Values => ({
    name: "main",
    version: "1.33",
    roleArn: role.outputs["arn"] as string,
    vpcConfig: { subnetIds: ids(), endpointPrivateAccess: true, endpointPublicAccess: false },
    accessConfig: { authenticationMode: "API" },
    bootstrapSelfManagedAddons: false,
    ...more,
  });
  const cluster = (more: Values = {}): Promise<Made> => aws.create(clusterType, "main", clusterInputs(more));
  const addon = (addonName: string, more: Values = {}): Promise<Made> =>
    aws.create(addonType, addonName, { clusterName: "main", addonName, ...more });
  const groupInputs = (more: Values = {}): Values => ({
    clusterName: "main",
    nodeGroupNamePrefix: "default-",
    nodeRoleArn: role.outputs["arn"] as string,
    subnetIds: ids(),
    scalingConfig: { minSize: 1, desiredSize: 2, maxSize: 3 },
    ...more,
  });
  const group = (more: Values = {}): Promise<Made> => aws.create(groupType, "default", groupInputs(more));

  it("makes a cluster with a security group, both in the VPC of its subnets, and takes the group with it", async () => {
    const made = await cluster();
    const { vpcId, clusterSecurityGroupId } = made.outputs["vpcConfig"] as Record<string, string>;
    expect(vpcId).to.equal(vpc.id);
    const [securityGroup] = aws.records(securityGroupType);
    expect(securityGroup?.id).to.equal(clusterSecurityGroupId);
    expect(securityGroup?.outputs["vpcId"]).to.equal(vpc.id);
    expect(await refusal(aws.delete(vpc))).to.include("DependencyViolation");
    await aws.delete(made);
    expect(aws.records(securityGroupType)).to.deep.equal([]);
  });

  it("makes the log's group where nobody did, and leaves it behind", async () => {
    const made = await cluster({ enabledClusterLogTypes: ["audit"] });
    await aws.delete(made);
    expect(aws.records("aws:cloudwatch/logGroup:LogGroup").map(({ id }) => id)).to.deep.equal([
      "/aws/eks/main/cluster",
    ]);
  });

  it("keeps a log's group that was there before", async () => {
    const name = "/aws/eks/main/cluster";
    const log = await aws.create("aws:cloudwatch/logGroup:LogGroup", "log", { name, retentionInDays: 7 });
    const made = await cluster({ enabledClusterLogTypes: ["audit"] });
    expect(
      aws.records("aws:cloudwatch/logGroup:LogGroup").map(({ outputs }) => outputs["retentionInDays"]),
    ).to.deep.equal([7]);
    await aws.delete(made);
    await aws.delete(log);
    expect(aws.records("aws:cloudwatch/logGroup:LogGroup")).to.deep.equal([]);
  });

  it("refuses versions that nobody offers, and steps that EKS does not take", async () => {
    expect(await refusal(cluster({ version: "1.12" }))).to.include("unsupported Kubernetes version 1.12");
    expect(await refusal(cluster({ version: "1.31" }))).to.include("unsupported Kubernetes version 1.31");
    const made = await cluster();
    expect(await refusal(aws.update(made, clusterInputs({ version: "1.35" })))).to.include(
      "Unsupported Kubernetes minor version update from 1.33 to 1.35",
    );
    const upgraded = await aws.update(made, clusterInputs({ version: "1.34" }));
    expect(upgraded.outputs["version"]).to.equal("1.34");
    expect(await refusal(aws.update(upgraded, clusterInputs({ version: "1.33" })))).to.include("downgrade");
  });

  it("upgrades a cluster whose version has ended, by itself, and says so when somebody looks", async () => {
    const made = await cluster();
    for (const record of aws.records(clusterType)) {
      const aged = { version: "1.31" };
      aws.cloud.store.replace({
        ...record,
        inputs: { ...record.inputs, ...aged },
        outputs: { ...record.outputs, ...aged },
      });
    }
    const found = await aws.read(made);
    expect([found?.inputs["version"], found?.outputs["version"]]).to.deep.equal(["1.32", "1.32"]);
  });

  it("keeps its security group and address when its network settings change", async () => {
    const made = await cluster();
    const changed = await aws.update(
      made,
      clusterInputs({
        vpcConfig: {
          subnetIds: ids(),
          endpointPrivateAccess: true,
          endpointPublicAccess: true,
          publicAccessCidrs: ["203.0.113.0/24"],
        },
      }),
    );
    const before = made.outputs["vpcConfig"] as Record<string, unknown>;
    expect(changed.outputs["vpcConfig"]).to.deep.include({
      clusterSecurityGroupId: before["clusterSecurityGroupId"],
      vpcId: vpc.id,
      publicAccessCidrs: ["203.0.113.0/24"],
    });
    expect(changed.outputs["endpoint"]).to.equal(made.outputs["endpoint"]);
  });

  it("takes other subnets, in exactly the zones of its creation", async () => {
    const made = await cluster();
    const subnet = (zone: string, block: string): Promise<Made> =>
      aws.create("aws:ec2/subnet:Subnet", block, {
        vpcId: vpc.id,
        cidrBlock: block,
        availabilityZone: `eu-west-1${zone}`,
      });
    const to = (subnetIds: string[]): Promise<Made> =>
      aws.update(made, clusterInputs({ vpcConfig: { ...(made.inputs["vpcConfig"] as Values), subnetIds } }));
    const third = await subnet("c", "10.0.7.0/24");
    const words = (zones: string): string =>
      `InvalidParameterException: Provided subnets belong to the AZs '${zones}'. But they should belong to the exact set of ` +
      "AZs 'eu-west-1a,eu-west-1b' in which subnets were provided during cluster creation.";
    expect(await refusal(to([...ids(), third.id]))).to.contain(words("eu-west-1a,eu-west-1b,eu-west-1c"));
    expect(await refusal(to([ids()[0] ?? "", third.id]))).to.contain(words("eu-west-1a,eu-west-1c"));
    await to([...ids(), (await subnet("a", "10.0.8.0/24")).id]);
  });

  it("moves the default of an add-on where a file says so", async () => {
    await cluster();
    const asked = { addonName: "vpc-cni", kubernetesVersion: "1.33" };
    const ask = async (): Promise<unknown> =>
      (await aws.invoke("aws:eks/getAddonVersion:getAddonVersion", asked))["version"];
    expect(await ask()).to.equal("v1.20.4-eksbuild.1");
    aws.cloud.store.create({
      package: "aws",
      type: "aws:eks/addon:DefaultVersion",
      id: "vpc-cni",
      name: "vpc-cni",
      inputs: { addonName: "vpc-cni", addonVersion: "v1.22.1-eksbuild.1" },
      outputs: {},
      createdAt: "",
      scope: "",
    });
    expect(await ask()).to.equal("v1.22.1-eksbuild.1");
    expect((await addon("vpc-cni")).outputs["addonVersion"]).to.equal("v1.22.1-eksbuild.1");
  });

  it("refuses an API that nobody reaches, and one for addresses that nobody has on the internet", async () => {
    const vpcConfig = (more: Values): Values => ({ vpcConfig: { subnetIds: ids(), ...more } });
    expect(await refusal(cluster(vpcConfig({ endpointPublicAccess: false })))).to.include(
      "cannot both be false",
    );
    expect(await refusal(cluster(vpcConfig({ publicAccessCidrs: ["10.0.0.0/8"] })))).to.include(
      "The following CIDRs are invalid in publicAccessCidrs: [10.0.0.0/8]",
    );
    expect(await refusal(cluster({ vpcConfig: { subnetIds: [ids()[0] as string] } }))).to.include(
      "two different AZs",
    );
  });

  it("gives nodes that become ready only where something gives pods their addresses", async () => {
    await cluster();
    expect(await refusal(group())).to.include("NodeCreationFailure");
    await addon("vpc-cni");
    expect((await group()).id).to.match(/^main:default-[0-9a-f]{26}$/);
  });

  it("lets add-ons that run on nodes become active only where there are some", async () => {
    await cluster();
    await addon("vpc-cni");
    expect(await refusal(addon("coredns"))).to.include("InsufficientNumberOfReplicas");
    await group();
    const coredns = await addon("coredns");
    expect(coredns.outputs["addonVersion"]).to.match(/^v1\.\d+\.\d+-eksbuild\.1$/);
    expect(await refusal(addon("coredns"))).to.include("Addon already exists.");
  });

  it("offers add-ons by name, and the proxy no newer than the control plane", async () => {
    await cluster();
    expect(await refusal(addon("vpc-sni"))).to.include("Addon vpc-sni specified is not supported");
    expect(await refusal(addon("kube-proxy", { addonVersion: "v1.36.0-eksbuild.1" }))).to.include(
      "Addon version specified is not supported",
    );
    const { version } = await aws.invoke("aws:eks/getAddonVersion:getAddonVersion", {
      addonName: "kube-proxy",
      kubernetesVersion: "1.33",
    });
    expect(version).to.match(/^v1\.33\./);
    expect((await addon("kube-proxy", { addonVersion: version as string })).outputs["addonVersion"]).to.equal(
      version,
    );
  });

  it("keeps nodes no newer than the control plane, and never takes them back", async () => {
    const made = await cluster();
    await addon("vpc-cni");
    expect(await refusal(group({ version: "1.34" }))).to.include(
      "equal to or less than the cluster version: 1.33",
    );
    const nodes = await group({ version: "1.33" });
    await aws.update(made, clusterInputs({ version: "1.34" }));
    const upgraded = await aws.update(nodes, groupInputs({ version: "1.34" }));
    expect(upgraded.outputs["version"]).to.equal("1.34");
    expect(await refusal(aws.update(upgraded, groupInputs({ version: "1.33" })))).to.include("lower than");
  });

  it("gives nodes the release that is asked for, of their version of Kubernetes only, and else the recommended one", async () => {
    await cluster();
    await addon("vpc-cni");
    expect(await refusal(group({ version: "1.33", releaseVersion: "1.34.2-20261023" }))).to.include(
      "Requested release version 1.34.2-20261023 is not valid for kubernetes version 1.33.",
    );
    const nodes = await group({ version: "1.33", releaseVersion: "1.33.5-20260930" });
    expect(nodes.outputs["releaseVersion"]).to.equal("1.33.5-20260930");
    const moved = await aws.update(
      nodes,
      groupInputs({ version: "1.33", releaseVersion: "1.33.6-20261023" }),
    );
    expect(moved.outputs["releaseVersion"]).to.equal("1.33.6-20261023");
    expect((await group({ nodeGroupNamePrefix: "other-" })).outputs["releaseVersion"]).to.equal(
      "1.33.9-20261110",
    );
  });

  it("keeps subnets and cluster as long as there are nodes", async () => {
    const made = await cluster();
    await addon("vpc-cni");
    const nodes = await group();
    expect(await refusal(aws.delete(made))).to.include("Cluster has nodegroups attached");
    await aws.delete(nodes);
    expect(await refusal(aws.delete(subnets[0] as Made))).to.include("DependencyViolation");
    await aws.delete(made);
    await aws.delete(subnets[0] as Made);
  });

  it("lets in who has an entry, once, and takes policies for nobody else", async () => {
    await cluster();
    const principalArn = "arn:aws:iam::111122223333:role/platform";
    const policyArn = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
    const association = (more: Values = {}): Promise<Made> =>
      aws.create(associationType, "view", {
        clusterName: "main",
        principalArn,
        policyArn,
        accessScope: { type: "cluster" },
        ...more,
      });
    expect(await refusal(association())).to.include("The specified principalArn could not be found");
    const entry = (name: string, arn = principalArn): Promise<Made> =>
      aws.create(entryType, name, { clusterName: "main", principalArn: arn });
    await entry("platform");
    expect(await refusal(entry("again"))).to.include("already in use on this cluster");
    expect(await refusal(entry("all", "arn:aws:iam::111122223333:role/*"))).to.include("invalid principal");
    expect(
      await refusal(association({ policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })),
    ).to.include("policyArn");
    expect(await refusal(association({ accessScope: { type: "namespace" } }))).to.include("Namespaces");
    await association();
  });

  it("takes the same tag on several subnets, each once", async () => {
    const tag = (resourceId: string): Promise<Made> =>
      aws.create("aws:ec2/tag:Tag", resourceId, { resourceId, key: "kubernetes.io/role/elb", value: "1" });
    const made = [await tag(ids()[0] as string), await tag(ids()[1] as string)];
    expect(made.map(({ id }) => id)).to.deep.equal(ids().map((id) => `${id},kubernetes.io/role/elb`));
  });

  it("takes everything that belongs to a cluster with it", async () => {
    const made = await cluster();
    await addon("vpc-cni");
    await aws.create(entryType, "platform", {
      clusterName: "main",
      principalArn: "arn:aws:iam::111122223333:role/platform",
    });
    await aws.delete(made);
    expect(aws.records().filter(({ type }) => type.startsWith("aws:eks/"))).to.deep.equal([]);
  });
});

import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileName } from "../../rehearsal/cloud/store";
import { unknown, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type RehearsedProvider } from "../support/rehearsed-cloud";

const trust = JSON.stringify({
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }],
});

/** Types that nobody has written anything about: id and ARN as the services make them, from rules and facts alone. */
const samples: readonly {
  readonly type: string;
  readonly inputs: Values;
  readonly id: RegExp;
  readonly arn: RegExp;
}[] = [
  {
    type: "aws:sns/topic:Topic",
    inputs: { name: "alarms" },
    id: /^arn:aws:sns:eu-west-1:111122223333:alarms$/,
    arn: /^arn:aws:sns:eu-west-1:111122223333:alarms$/,
  },
  {
    type: "aws:lambda/function:Function",
    inputs: { name: "f", role: "arn:aws:iam::111122223333:role/r", runtime: "nodejs22.x", handler: "i.h" },
    id: /^f$/,
    arn: /^arn:aws:lambda:eu-west-1:111122223333:function:f$/,
  },
  {
    type: "aws:ecs/cluster:Cluster",
    inputs: { name: "c" },
    id: /^arn:aws:ecs:eu-west-1:111122223333:cluster\/c$/,
    arn: /^arn:aws:ecs:eu-west-1:111122223333:cluster\/c$/,
  },
  {
    type: "aws:elasticache/cluster:Cluster",
    inputs: { clusterId: "cache", engine: "redis", nodeType: "cache.t4g.small", numCacheNodes: 1 },
    id: /^cache$/,
    arn: /^arn:aws:elasticache:eu-west-1:111122223333:cluster:cache$/,
  },
  {
    type: "aws:efs/fileSystem:FileSystem",
    inputs: {},
    id: /^fs-[0-9a-f]{17}$/,
    arn: /^arn:aws:elasticfilesystem:eu-west-1:111122223333:file-system\/fs-[0-9a-f]{17}$/,
  },
  {
    type: "aws:cloudfront/distribution:Distribution",
    inputs: {
      enabled: true,
      origins: [{ domainName: "a.example.com", originId: "a" }],
      defaultCacheBehavior: {
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        targetOriginId: "a",
        viewerProtocolPolicy: "https-only",
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    },
    id: /^E[A-Z0-9]{13}$/,
    arn: /^arn:aws:cloudfront::111122223333:distribution\/E[A-Z0-9]{13}$/,
  },
  {
    type: "aws:iot/thing:Thing",
    inputs: { name: "lamp" },
    id: /^lamp$/,
    arn: /^arn:aws:iot:eu-west-1:111122223333:thing\/lamp$/,
  },
  {
    type: "aws:sfn/stateMachine:StateMachine",
    inputs: { name: "m", roleArn: "arn:aws:iam::111122223333:role/r", definition: "{}" },
    id: /^arn:aws:states:eu-west-1:111122223333:stateMachine:m$/,
    arn: /^arn:aws:states:eu-west-1:111122223333:stateMachine:m$/,
  },
];

describe("rehearsal: types that only their facts are known of", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  for (const { type, inputs, id, arn } of samples) {
    it(`are made, read and deleted: ${type}`, async () => {
      const made = await aws.create(type, "sample", inputs);
      expect(made.id).to.match(id);
      expect(made.outputs["arn"]).to.match(arn);
      // Read again as the engine would after a run: nothing has changed.
      const read = await aws.read(made);
      expect(read).to.deep.equal({ id: made.id, inputs: made.inputs, outputs: made.outputs });
      const found = await aws.import(type, made.id);
      expect(found?.inputs).to.deep.equal(made.inputs);
      await aws.delete(made);
      expect(aws.records()).to.deep.equal([]);
    });
  }

  it("have a value for everything that the cloud computes, and echo what they were given", async () => {
    const made = await aws.create("aws:lambda/function:Function", "f", {
      role: "arn:aws:iam::111122223333:role/r",
      runtime: "nodejs22.x",
      handler: "index.handler",
      tags: { team: "platform" },
    });
    expect(made.inputs["name"]).to.match(/^f-[0-9a-f]{7}$/);
    expect(made.outputs).to.include({
      runtime: "nodejs22.x",
      memorySize: 128,
      timeout: 3,
      region: "eu-west-1",
    });
    expect(made.outputs["tagsAll"]).to.deep.equal({ team: "platform" });
    for (const name of ["invokeArn", "lastModified", "qualifiedArn", "version", "sourceCodeSize"]) {
      expect(made.outputs[name], name).to.not.equal(undefined);
    }
  });

  it("cannot be known before they are made, but for what the program gives", () => {
    const outputs = aws.previewCreate("aws:sns/topic:Topic", "t", { name: "alarms" });
    expect(outputs["name"]).to.equal("alarms");
    expect(outputs["arn"]).to.equal(unknown);
    expect(aws.records()).to.deep.equal([]);
  });

  it("keep what the cloud computed when they are updated", async () => {
    const made = await aws.create("aws:efs/fileSystem:FileSystem", "fs", { throughputMode: "bursting" });
    const updated = await aws.update(made, { throughputMode: "elastic" });
    expect(updated.outputs).to.deep.equal({ ...made.outputs, throughputMode: "elastic" });
    expect(updated.id).to.equal(made.id);
  });

  it("refuse a second one of a name that is their id", async () => {
    await aws.create("aws:iot/thing:Thing", "a", { name: "lamp" });
    expect(await refusal(aws.create("aws:iot/thing:Thing", "b", { name: "lamp" }))).to.include(
      "AlreadyExists",
    );
  });

  it("refuse properties that are not declared", async () => {
    expect(await refusal(aws.create("aws:sns/topic:Topic", "t", { nmae: "x" }).catch(rethrow))).to.include(
      "nmae",
    );
  });

  it("are found changed when somebody edits their file, be it in the inputs or in the outputs", async () => {
    const made = await aws.create("aws:sns/topic:Topic", "t", { name: "t", displayName: "one" });
    const [record] = aws.records();
    if (!record) throw new Error("no record");
    const path = join(aws.directory, "cloud", fileName(record));
    writeFileSync(path, JSON.stringify({ ...record, outputs: { ...record.outputs, displayName: "two" } }));
    expect((await aws.read(made))?.inputs["displayName"]).to.equal("two");
    writeFileSync(path, JSON.stringify({ ...record, inputs: { ...record.inputs, displayName: "three" } }));
    const read = await aws.read(made);
    expect([read?.inputs["displayName"], read?.outputs["displayName"]]).to.deep.equal(["three", "three"]);
  });

  it("stay as somebody's edit left them when the engine's state has that too", async () => {
    const made = await aws.create("aws:sns/topic:Topic", "t", { name: "t", displayName: "one" });
    const [record] = aws.records();
    if (!record) throw new Error("no record");
    const path = join(aws.directory, "cloud", fileName(record));
    writeFileSync(path, JSON.stringify({ ...record, outputs: { ...record.outputs, displayName: "two" } }));
    const read = await aws.read(made);
    const again = await aws.read({ ...made, ...read });
    expect(again?.inputs["displayName"]).to.equal("two");
    expect(again).to.deep.equal(read);
  });

  it("show what others of them are, a stranger's among them", async () => {
    const vpc = await aws.create("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" });
    const group = await aws.create("aws:ec2/securityGroup:SecurityGroup", "g", { vpcId: vpc.id });
    const open = {
      ...{ securityGroupId: group.id, ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" },
    };
    const stranger = {
      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      id: "sgr-1",
      inputs: open,
    };
    writeFileSync(join(aws.directory, "cloud", "stranger.json"), JSON.stringify(stranger));
    const [shown] = ((await aws.read(group))?.outputs["ingress"] ?? []) as Values[];
    expect(shown).to.include({ protocol: "tcp", fromPort: 22, toPort: 22, self: false });
    expect(shown?.["cidrBlocks"]).to.deep.equal(["0.0.0.0/0"]);

    const role = await aws.create("aws:iam/role:Role", "r", { assumeRolePolicy: trust });
    const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await aws.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { role: role.id, policyArn });
    expect((await aws.read(role))?.outputs["managedPolicyArns"]).to.deep.equal([policyArn]);
  });

  it("are completed with what the cloud computes when a person wrote them down, once and for all", async () => {
    const seeded = { type: "aws:ec2/vpc:Vpc", id: "vpc-theirs", inputs: { cidrBlock: "10.9.0.0/16" } };
    writeFileSync(join(aws.directory, "cloud", "theirs.json"), JSON.stringify(seeded));
    const found = await aws.import(seeded.type, seeded.id);
    expect(found?.inputs).to.deep.equal(seeded.inputs);
    expect(found?.outputs).to.include({
      cidrBlock: "10.9.0.0/16",
      instanceTenancy: "default",
      ownerId: "111122223333",
    });
    expect(found?.outputs["arn"]).to.equal("arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-theirs");
    expect(await aws.import(seeded.type, seeded.id)).to.deep.equal(found);
  });

  it("are gone when somebody removes their file; deleting them succeeds, updating them does not", async () => {
    const made = await aws.create("aws:iam/role:Role", "r", { assumeRolePolicy: trust });
    const [record] = aws.records();
    if (!record) throw new Error("no record");
    aws.cloud.store.remove(record);
    expect(await aws.read(made)).to.equal(undefined);
    expect(await refusal(aws.update(made, { assumeRolePolicy: trust, description: "x" }))).to.include(
      "api error ResourceNotFound",
    );
    await aws.delete(made);
  });
});

function rethrow(error: unknown): never {
  throw error;
}

import { expect } from "chai";
import { gzipSync } from "node:zlib";
import type { Fault } from "../../rehearsal/cloud/faults";
import { recordOf, textOf, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made, type RehearsedProvider } from "../support/rehearsed-cloud";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const INSTANCE = "aws:ec2/instance:Instance";
const PARAMETER = "aws:ssm/parameter:Parameter";
const ADDRESS = "aws:ec2/eip:Eip";

describe("rehearsal: machines of an Auto Scaling group", () => {
  const clouds: RehearsedProvider<unknown>[] = [];
  const cloudWith = (...faults: Fault[]): RehearsedProvider<unknown> => {
    const made = rehearsedAws({ faults });
    clouds.push(made);
    return made;
  };
  afterEach(() => {
    for (const cloud of clouds.splice(0)) cloud.remove();
  });

  const machines = (cloud: RehearsedProvider<unknown>): readonly { id: string; outputs: Values }[] =>
    cloud.cloud.store.ofType(INSTANCE);

  async function group(cloud: RehearsedProvider<unknown>, template: Values, count = 1): Promise<Made> {
    const { id } = await cloud.create(TEMPLATE, "t", {
      imageId: "ami-1",
      instanceType: "t4g.small",
      ...template,
    });
    return cloud.create(GROUP, "g", {
      name: "workers",
      minSize: count,
      maxSize: count,
      launchTemplate: { id, version: "1" },
      tags: [
        { key: "given", value: "on", propagateAtLaunch: true },
        { key: "own", value: "only", propagateAtLaunch: false },
      ],
    });
  }

  /** User data of a service that reports, and that has an address. */
  const userData = gzipSync(
    `#cloud-config\n${JSON.stringify({
      write_files: [
        { path: "/etc/groundwork/report-to", content: "/x/report\n" },
        { path: "/etc/groundwork/service.json", content: JSON.stringify({ address: { service: "dns" } }) },
      ],
    })}\n`,
  ).toString("base64");

  it("do not start under a key that Auto Scaling may not use, be it the account's own for every disk", async () => {
    const account = "111122223333";
    const policy = (...more: readonly Values[]): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: `arn:aws:iam::${account}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          ...more,
        ],
      });
    const through = (service: string): Values => ({
      Effect: "Allow",
      Principal: "*",
      Action: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": account,
          "kms:ViaService": `${service}.eu-west-1.amazonaws.com`,
        },
      },
    });
    const byRole = (action: string, Condition: Values = {}): Values => ({
      Effect: "Allow",
      Principal: {
        AWS: `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      },
      Action: action,
      Resource: "*",
      Condition,
    });
    const startsUnder = async (text: string, isDefault = false): Promise<boolean> => {
      const cloud = cloudWith();
      const { outputs } = await cloud.create("aws:kms/key:Key", "k", { policy: text });
      const keyArn = textOf(outputs, "arn");
      if (isDefault) await cloud.create("aws:ebs/defaultKmsKey:DefaultKmsKey", "d", { keyArn });
      const kmsKeyId: Values = isDefault ? {} : { kmsKeyId: keyArn };
      await group(cloud, {
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", ...kmsKeyId } }],
      });
      return machines(cloud).length === 1;
    };
    const whole = policy(
      byRole("kms:Decrypt"),
      byRole("kms:GenerateDataKey*"),
      byRole("kms:CreateGrant", { Bool: { "kms:GrantIsForAWSResource": "true" } }),
    );
    expect(await startsUnder(policy())).to.equal(false);
    expect(await startsUnder(policy(through("s3")))).to.equal(false);
    expect(await startsUnder(policy(through("ec2")))).to.equal(true);
    expect(await startsUnder(policy(byRole("kms:Decrypt")))).to.equal(false);
    expect(await startsUnder(whole)).to.equal(true);
    expect(await startsUnder(policy(), true)).to.equal(false);
    expect(await startsUnder(whole, true)).to.equal(true);
  });

  it("are there when the group is, tagged by template and group, and go with it", async () => {
    const cloud = cloudWith();
    const made = await group(
      cloud,
      { tagSpecifications: [{ resourceType: "instance", tags: { role: "worker" } }] },
      2,
    );
    expect(machines(cloud)).to.have.length(2);
    for (const { outputs } of machines(cloud)) {
      expect(recordOf(outputs, "tags")).to.include({
        role: "worker",
        given: "on",
        "aws:autoscaling:groupName": made.id,
        "aws:ec2launchtemplate:version": "1",
      });
      expect(recordOf(outputs, "tags")).not.to.have.property("own");
    }
    await cloud.delete(made);
    expect(machines(cloud)).to.deep.equal([]);
  });

  async function service(
    cloud: RehearsedProvider<unknown>,
  ): Promise<{ report: Made; address: Made; made: Made }> {
    const report = await cloud.create(PARAMETER, "r", {
      name: "/x/report",
      type: "String",
      insecureValue: "{}",
    });
    const address = await cloud.create(ADDRESS, "a", { domain: "vpc", tags: { service: "dns" } });
    return { report, address, made: await group(cloud, { userData }) };
  }

  const said = async (cloud: RehearsedProvider<unknown>): Promise<Record<string, string>> => {
    const answer = await cloud.invoke("aws:ssm/getParameter:getParameter", { name: "/x/report" });
    return JSON.parse(textOf(answer, "insecureValue")) as Record<string, string>;
  };

  it("report that they are healthy, and have their address until they go", async () => {
    const cloud = cloudWith();
    const { address, made } = await service(cloud);
    const [machine] = machines(cloud);
    expect(await said(cloud)).to.include({ status: "healthy", group: "workers", instance: machine?.id });
    expect((await cloud.read(address))?.outputs["instance"]).to.equal(machine?.id);
    await cloud.delete(made);
    expect((await cloud.read(address))?.outputs["instance"]).to.equal("");
  });

  it("report why they are not healthy, take no address and are gone, when a fault says so", async () => {
    const cloud = cloudWith({
      match: { type: GROUP, method: "create" },
      fault: "unhealthy",
      message: "no such digest",
    });
    const { address } = await service(cloud);
    expect(await said(cloud)).to.include({
      status: "failed",
      group: "workers",
      reason: "wait until healthy: no such digest",
    });
    expect((await cloud.read(address))?.outputs["instance"]).not.to.be.ok;
    expect(machines(cloud)).to.deep.equal([]);
  });
});

describe("rehearsal: parameters", () => {
  it("show their value in clear unless they are secret, count their versions, and have a name once", async () => {
    const cloud = rehearsedAws({});
    try {
      const made = await cloud.create(PARAMETER, "p", { name: "/a", type: "String", insecureValue: "1" });
      expect(made.outputs).to.include({ value: "1", insecureValue: "1", version: 1, tier: "Standard" });
      const changed = await cloud.update(made, { name: "/a", type: "String", insecureValue: "2" });
      expect(changed.outputs).to.include({ insecureValue: "2", version: 2 });
      const secret = await cloud.create(PARAMETER, "s", {
        name: "/s",
        type: "SecureString",
        value: "hidden",
      });
      expect(secret.outputs).to.include({ value: "hidden", insecureValue: "" });
      expect(
        await refusal(cloud.create(PARAMETER, "again", { name: "/a", type: "String", insecureValue: "3" })),
      ).to.contain("ParameterAlreadyExists: The parameter already exists.");
    } finally {
      cloud.remove();
    }
  });
});

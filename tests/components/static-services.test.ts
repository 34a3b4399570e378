import { expect } from "chai";
import { gunzipSync } from "node:zlib";
import { StaticServices } from "../../components/static-services/static-services";
import { USER_DATA_LIMIT, userData } from "../../components/machines/user-data";
import { instanceArchitecture } from "../../components/machines/machine-image";
import type { Approval } from "../../guard/approvals/approval";
import type { GuardLevel } from "../../guard/level";
import { checkNoWildcards } from "../../guard/rules/iam-document";
import { checkNoSecretsInUserData, checkPinnedImagesInUserData } from "../../guard/rules/user-data";
import { staticServicesSettings } from "../../settings/sections/static-services";
import { invokes } from "../support/invokes";
import { record, type RecordedResource, type Recording, UNKNOWN } from "../support/mocks";
import { stackContext } from "../support/settings";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const ADDRESS = "aws:ec2/eip:Eip";
const PARAMETER = "aws:ssm/parameter:Parameter";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const hash = "3b2ef1a2f1c3f24d1a4a9f6e1e6b1a9d7c58f2ab0b0e3f4e3a9f7c1d5e6b8a90";

function recordServices(
  changes: Record<string, unknown> = {},
  {
    guardLevel = "development",
    preview = false,
    network = true,
    approvals = [],
  }: {
    guardLevel?: GuardLevel;
    preview?: boolean;
    network?: boolean;
    approvals?: readonly Approval[];
  } = {},
): Promise<Recording<StaticServices>> {
  const settings = staticServicesSettings.parse({
    dns: {
      imageTag: "example/dns:1.4.0",
      imageHash: hash,
      instanceType: "t4g.small",
      amazonLinuxRelease: "2023.9.20251117.1",
      ...changes,
    },
  });
  return record(
    () =>
      new StaticServices("static-services", {
        context: stackContext({ guardLevel, approvals }),
        settings,
        tags: { team: "platform" },
        ...(network && {
          network: {
            vpcId: "vpc-1",
            publicSubnetIds: ["subnet-public"],
            privateSubnetIds: ["subnet-private"],
          },
        }),
      }),
    { preview, invokes },
  );
}

const udp = { runtimePortMap: { udp: { "53": 53 } } };

interface CloudConfig {
  readonly write_files: readonly {
    readonly path: string;
    readonly content: string;
    readonly permissions: string;
  }[];
  readonly runcmd: unknown;
}

function cloudConfig({ inputs }: RecordedResource): CloudConfig {
  const text = gunzipSync(Buffer.from(String(inputs["userData"]), "base64")).toString();
  expect(text.split("\n")[0]).to.equal("#cloud-config");
  return JSON.parse(text.slice(text.indexOf("\n"))) as CloudConfig;
}

function serviceFile(template: RecordedResource): Record<string, unknown> {
  const file = cloudConfig(template).write_files.find(({ path }) => path === "/etc/groundwork/service.json");
  return JSON.parse(file?.content ?? "") as Record<string, unknown>;
}

describe("a static service", () => {
  it("without a port map has no address, no way in, and stands in private subnets", async () => {
    const recording = await recordServices();
    expect(recording.counts()).to.deep.equal({
      [GROUP]: 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      [TEMPLATE]: 1,
      "aws:ec2/securityGroup:SecurityGroup": 1,
      "aws:iam/instanceProfile:InstanceProfile": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      [PARAMETER]: 2,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
      "groundwork:staticServices:StaticService": 1,
      "groundwork:staticServices:StaticServices": 1,
    });
    expect(recording.one(GROUP).inputs["vpcZoneIdentifiers"]).to.deep.equal(["subnet-private"]);
    expect(recording.one(TEMPLATE).inputs["networkInterfaces"]).to.deep.equal([
      {
        deviceIndex: 0,
        associatePublicIpAddress: "false",
        deleteOnTermination: "true",
        securityGroups: [recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup"))],
      },
    ]);
    expect(recording.outputsOf(recording.one("groundwork:staticServices:StaticServices"))).to.deep.equal({
      addresses: {},
    });
  });

  it("is started from a hardened template: tokens, one hop, an encrypted disk, no key pair", async () => {
    const { inputs } = (await recordServices()).one(TEMPLATE);
    expect(inputs["metadataOptions"]).to.deep.equal({
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    expect(inputs["blockDeviceMappings"]).to.deep.equal([
      {
        deviceName: "/dev/xvda",
        ebs: { volumeType: "gp3", volumeSize: 16, encrypted: "true", deleteOnTermination: "true" },
      },
    ]);
    expect(inputs).not.to.have.any.keys("keyName", "vpcSecurityGroupIds");
    expect(inputs["instanceType"]).to.equal("t4g.small");
  });

  it("tags machine, disk and network interface alike, the group itself too", async () => {
    const recording = await recordServices({
      tags: { owner: "me" },
      nameTag: "names",
      serviceTag: "resolver",
    });
    const tags = {
      project: "groundwork",
      environment: "dev",
      "managed-by": "groundwork",
      service: "resolver",
      slot: "0",
      Name: "names",
    };
    expect(recording.one(TEMPLATE).inputs["tagSpecifications"]).to.deep.equal(
      ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
    );
    // What may change is put on by the group: in the template it would be another machine.
    expect(recording.one(GROUP).inputs["tags"]).to.have.deep.members([
      { key: "team", value: "platform", propagateAtLaunch: true },
      { key: "owner", value: "me", propagateAtLaunch: true },
      ...Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
    ]);
  });

  it("keeps one machine, by a version of the template, and counts it when it says so itself", async () => {
    const recording = await recordServices({ healthCheck: { timeoutSeconds: 120 } });
    const { inputs, options } = recording.one(GROUP);
    expect(inputs).to.deep.include({
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      healthCheckType: "EC2",
      waitForCapacityTimeout: "0",
      launchTemplate: { id: recording.idOf(recording.one(TEMPLATE)), version: "1" },
      initialLifecycleHooks: [
        {
          name: "boot",
          lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          defaultResult: "ABANDON",
          heartbeatTimeout: 720,
        },
      ],
    });
    expect(options.deleteBeforeReplace).to.equal(undefined);
    expect(recording.dependencies(recording.one(GROUP))).to.include.members([
      "static-services-dns",
      "static-services-dns-eu-west-1-0-report",
      "static-services-dns-eu-west-1-out",
    ]);
  });

  it("says what serves behind a gate, and reads what the machine says without writing over it", async () => {
    const recording = await recordServices();
    const serving = recording.one(PARAMETER, "static-services-dns-eu-west-1-0-serving");
    expect(serving.options.hooks).to.deep.equal({
      beforeCreate: ["groundwork-static-service-gate"],
      beforeUpdate: ["groundwork-static-service-gate"],
    });
    expect(JSON.parse(String(serving.inputs["insecureValue"]))).to.deep.equal({
      image: `example/dns:1.4.0@sha256:${hash}`,
      group: recording.idOf(recording.one(GROUP)),
    });
    const report = recording.one(PARAMETER, "static-services-dns-eu-west-1-0-report");
    expect(report.inputs["name"]).to.equal("/groundwork/dev/static-services/dns/eu-west-1/0/report");
    expect(report.options.ignoreChanges).to.deep.equal(["insecureValue"]);
  });

  it("opens exactly its port map, to whom it may", async () => {
    const recording = await recordServices({
      runtimePortMap: { tcp: { "443": 8443 }, udp: { "53": 5353 } },
      allowedCidrBlocks: ["198.51.100.0/24"],
    });
    expect(
      recording
        .ofType(INGRESS)
        .map(({ inputs: { ipProtocol, fromPort, toPort, cidrIpv4 } }) => [
          ipProtocol,
          fromPort,
          toPort,
          cidrIpv4,
        ]),
    ).to.deep.equal([
      ["tcp", 443, 443, "198.51.100.0/24"],
      ["udp", 53, 53, "198.51.100.0/24"],
    ]);
    expect(recording.one("aws:ec2/securityGroup:SecurityGroup").inputs).not.to.have.any.keys(
      "ingress",
      "egress",
    );
  });

  it("with a port map has a protected address that is there before its group", async () => {
    const recording = await recordServices({ ...udp, instances: 2 });
    const addresses = recording.ofType(ADDRESS);
    expect(addresses.map(({ options }) => options.protect)).to.deep.equal([true, true]);
    expect(recording.dependencies(recording.one(GROUP, "static-services-dns-eu-west-1-0"))).to.include(
      "static-services-dns-eu-west-1-0",
    );
    for (const [number, { inputs, options }] of addresses.entries()) {
      expect(options.dependencies).to.deep.equal([]);
      expect(inputs["tags"]).to.include({ service: "dns", slot: String(number), environment: "dev" });
      const template = recording.one(TEMPLATE, `static-services-dns-eu-west-1-${number}`);
      expect(inputs["tags"]).to.deep.include(serviceFile(template)["address"]);
      expect(template.inputs["networkInterfaces"]).to.have.nested.property(
        "[0].associatePublicIpAddress",
        "true",
      );
    }
    expect(
      recording.one(GROUP, "static-services-dns-eu-west-1-0").inputs["vpcZoneIdentifiers"],
    ).to.deep.equal(["subnet-public"]);
    const disposable = await recordServices(udp, { guardLevel: "disposable" });
    expect(disposable.one(ADDRESS).options.protect).to.equal(false);
  });

  it("keeps its addresses until one is approved to go, and then protects the others still", async () => {
    const locked = await recordServices({ ...udp, instances: 2 });
    const address = locked.one(ADDRESS, "static-services-dns-eu-west-1-0");
    // As the engine puts it together: the mocks leave types of parents out.
    const parents = ["StaticServices", "StaticService"].map((name) => `groundwork:staticServices:${name}$`);
    const urn = `urn:pulumi:dev::groundwork::${parents.join("")}${ADDRESS}::${address.name}`;
    const one = await recordServices(
      { ...udp, instances: 2 },
      { approvals: [{ urn, id: "eipalloc-1", operation: "delete", phase: "unlock" }] },
    );
    const protectedOnes = (recording: Recording<unknown>): unknown[] =>
      recording.ofType(ADDRESS).map(({ name, options }) => [name, options.protect]);
    expect(protectedOnes(locked)).to.deep.equal([
      ["static-services-dns-eu-west-1-0", true],
      ["static-services-dns-eu-west-1-1", true],
    ]);
    expect(protectedOnes(one)).to.deep.equal([
      ["static-services-dns-eu-west-1-0", false],
      ["static-services-dns-eu-west-1-1", true],
    ]);
    expect(one.one(ADDRESS, address.name).inputs).to.deep.equal(address.inputs);
  });

  it("brings one machine up first, and the others when that is healthy", async () => {
    const recording = await recordServices({ instances: 3, regions: { "eu-west-1": {}, "us-west-2": {} } });
    const first = "static-services-dns-eu-west-1-0-serving";
    const groups = recording.ofType(GROUP);
    expect(groups).to.have.length(6);
    for (const group of groups) {
      const waits = recording.dependencies(group).includes(first);
      expect(waits, group.name).to.equal(group.name !== "static-services-dns-eu-west-1-0");
    }
  });

  it("makes a small network in a region that has none, and one only, and puts everything of the region there", async () => {
    const recording = await recordServices({ ...udp, regions: { "eu-west-1": {}, "us-west-2": {} } });
    expect(recording.one("aws:ec2/vpc:Vpc").inputs["region"]).to.equal("us-west-2");
    expect(
      recording.ofType("aws:ec2/subnet:Subnet").map(({ inputs }) => inputs["availabilityZone"]),
    ).to.deep.equal(["us-west-2a", "us-west-2b"]);
    // IAM's are of no region.
    const there = recording.resources.filter(
      ({ name, custom, type }) => custom && name.includes("us-west-2") && !type.startsWith("aws:iam/"),
    );
    expect(there).to.have.length.of.at.least(15);
    for (const { inputs, name } of there) {
      expect(inputs["region"], name).to.equal("us-west-2");
    }
    expect(recording.one("aws:ec2/flowLog:FlowLog").inputs).to.deep.include({
      region: "us-west-2",
      vpcId: recording.idOf(recording.one("aws:ec2/vpc:Vpc")),
      trafficType: "ALL",
    });
    const logs = recording.ofType("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs);
    expect(logs).to.deep.include({
      region: "us-west-2",
      name: "/groundwork/dev/flow-log",
      retentionInDays: 30,
    });
    const writer = recording
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .find(({ name }) => name.endsWith("flow-log"));
    expect(writer?.inputs["policy"]).to.contain(
      "arn:aws:logs:us-west-2:111122223333:log-group:/groundwork/dev/flow-log",
    );
    const { result } = recording;
    const addresses = await new Promise((resolve) => result.addresses.apply(resolve));
    expect(addresses).to.have.all.keys("dns");
    expect(addresses).to.have.nested.property("dns.us-west-2").with.length(1);
  });

  it("stands in a VPC that is named, with its groups", async () => {
    const recording = await recordServices({
      ...udp,
      regions: {
        "us-west-2": {
          vpcId: "vpc-0a1b2c3d4e5f60718",
          subnetIds: ["subnet-0a1b2c3d4e5f60718"],
          securityGroups: ["sg-0a1b2c3d4e5f60718"],
        },
      },
    });
    expect(recording.ofType("aws:ec2/vpc:Vpc")).to.deep.equal([]);
    expect(recording.one(TEMPLATE).inputs["networkInterfaces"])
      .to.have.nested.property("[0].securityGroups")
      .that.includes("sg-0a1b2c3d4e5f60718");
  });

  it("makes its own network at home, too, in a stack without one", async () => {
    const recording = await recordServices({}, { network: false });
    expect(recording.one("aws:ec2/vpc:Vpc").inputs["region"]).to.equal("eu-west-1");
  });

  it("asks for the machine image by release and architecture, deprecated or not", async () => {
    const asked: Record<string, unknown>[] = [];
    const settings = staticServicesSettings.parse({
      dns: {
        imageTag: "a:1",
        imageHash: hash,
        instanceType: "c7i.large",
        amazonLinuxRelease: "2023.9.20251117.1",
      },
    });
    await record(
      () => new StaticServices("static-services", { context: stackContext(), settings, tags: {} }),
      {
        invokes: {
          ...invokes,
          "aws:ec2/getAmi:getAmi": (inputs) => {
            asked.push(inputs);
            return { id: "ami-0123456789abcdef0" };
          },
        },
      },
    );
    expect(asked).to.deep.equal([
      {
        region: "eu-west-1",
        owners: ["amazon"],
        includeDeprecated: true,
        filters: [{ name: "name", values: ["al2023-ami-2023.9.20251117.1-kernel-6.1-x86_64"] }],
      },
    ]);
  });

  it("knows user data and permissions in the first preview, and nothing of them is too wide or secret", async () => {
    const recording = await recordServices(
      {
        ...udp,
        imageTag: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/dns:1",
        environment: { DOMAIN: "example.net" },
        secrets: {
          KEY: {
            arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod-dns-signing-key-a1B2c3",
            kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
          },
          OTHER: { arn: "arn:aws:ssm:eu-west-1:123456789012:parameter/dns/other" },
        },
      },
      { preview: true },
    );
    const template = recording.one(TEMPLATE);
    expect(template.inputs["userData"]).not.to.equal(UNKNOWN);
    const options = { protect: false, ignoreChanges: [] };
    const wanted = { type: TEMPLATE, inputs: template.inputs, options };
    expect(checkNoSecretsInUserData(wanted)).to.deep.equal([]);
    expect(checkPinnedImagesInUserData(wanted)).to.deep.equal([]);
    const { policy } = recording.one("aws:iam/rolePolicy:RolePolicy").inputs;
    expect(checkNoWildcards(policy, "policy")).to.deep.equal([]);
    const statements = (
      JSON.parse(String(policy)) as { Statement: { Sid: string; Action: string[]; Resource: string[] }[] }
    ).Statement;
    expect(Object.fromEntries(statements.map(({ Sid, Action }) => [Sid, Action]))).to.deep.equal({
      FindOwnGroup: ["autoscaling:DescribeAutoScalingInstances"],
      AnswerOwnGroup: ["autoscaling:CompleteLifecycleAction", "autoscaling:SuspendProcesses"],
      Report: ["ssm:GetParameter", "ssm:PutParameter"],
      SessionManager: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        "logs:DescribeLogGroups",
      ],
      SessionManagerAgent: ["ssm:UpdateInstanceInformation"],
      WriteSessions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      FindOwnAddress: ["ec2:DescribeAddresses"],
      TakeOwnAddress: ["ec2:AssociateAddress"],
      WriteOwnLog: ["logs:CreateLogStream", "logs:PutLogEvents"],
      ReadOwnSecrets: ["secretsmanager:GetSecretValue"],
      ReadOwnParameters: ["ssm:GetParameter"],
      DecryptOwnSecrets: ["kms:Decrypt"],
      SignInToRegistry: ["ecr:GetAuthorizationToken"],
      FetchImage: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    });
    expect(statements.find(({ Sid }) => Sid === "Report")?.Resource).to.deep.equal([
      "arn:aws:ssm:eu-west-1:111122223333:parameter/groundwork/dev/static-services/dns/*/report",
    ]);
  });

  it("sends logs over TLS where a host is named, and then has no log group", async () => {
    const recording = await recordServices({ logHost: "logs.example.com", logPort: 6514 });
    expect(recording.ofType("aws:cloudwatch/logGroup:LogGroup")).to.deep.equal([]);
    const template = recording.one(TEMPLATE);
    expect(serviceFile(template)).to.deep.include({
      logs: { driver: "journald", options: {} },
      ship: { host: "logs.example.com", port: 6514 },
    });
    expect(cloudConfig(template).write_files.map(({ path }) => path)).to.include.members([
      "/opt/groundwork/static-service/ship-logs.sh",
      "/opt/groundwork/static-service/rsyslog.conf",
    ]);
  });

  it("gives the machine the scripts without their comments, readable data only to root", async () => {
    const config = cloudConfig((await recordServices()).one(TEMPLATE));
    expect(config.runcmd).to.deep.equal([["/opt/groundwork/static-service/boot.sh"]]);
    expect(config.write_files.map(({ path, permissions }) => [path, permissions])).to.deep.equal([
      ["/opt/groundwork/lib/machine.sh", "0755"],
      ["/opt/groundwork/lib/report.sh", "0755"],
      ["/opt/groundwork/lib/secrets.sh", "0755"],
      ["/opt/groundwork/static-service/boot.sh", "0755"],
      ["/opt/groundwork/static-service/run-copy.sh", "0755"],
      ["/opt/groundwork/static-service/static-service@.service", "0644"],
      ["/etc/groundwork/service.json", "0400"],
      ["/etc/groundwork/report-to", "0400"],
    ]);
    for (const { content, path } of config.write_files) {
      expect(
        content
          .split("\n")
          .slice(1)
          .filter((line) => /^\s*#/.test(line)),
        path,
      ).to.deep.equal([]);
    }
  });

  it("refuses user data that EC2 would not take, and says how large what is", async () => {
    // Text that does not compress.
    const noise = Array.from({ length: 12_000 }, (_, index) =>
      ((index * 2654435761) >>> 0).toString(36),
    ).join("");
    let message = "";
    try {
      await recordServices({ environment: { NOISE: noise } });
    } catch (error) {
      message = String(error);
    }
    expect(message).to.match(
      /static service dns: the user data has \d+ bytes compressed, and EC2 takes 16384/,
    );
    expect(message).to.contain("/etc/groundwork/service.json ");
  });
});

describe("user data", () => {
  it("is the same bytes every time, well under the limit", async () => {
    const [first, second] = [await recordServices(udp), await recordServices(udp)].map(
      (recording) => recording.one(TEMPLATE).inputs["userData"],
    );
    expect(first).to.equal(second);
    expect(Buffer.from(String(first), "base64").length).to.be.lessThan(USER_DATA_LIMIT / 2);
    expect(userData("x", [], "y")).to.equal(userData("x", [], "y"));
  });
});

describe("the architecture of an instance type", () => {
  const types = {
    arm64: "a1.large t4g.small c7gn.metal im4gn.large g5g.xlarge x2gd.medium r8g.large",
    x86_64: "t3.small g4dn.xlarge m5.large p4d.24xlarge c7i.large u-6tb1.metal",
  };
  for (const [expected, list] of Object.entries(types)) {
    it(`is ${expected} for ${list}`, () => {
      for (const instanceType of list.split(" ")) {
        expect(instanceArchitecture(instanceType), instanceType).to.equal(expected);
      }
    });
  }
});

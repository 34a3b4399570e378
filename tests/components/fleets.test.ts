import { expect } from "chai";
import { gunzipSync } from "node:zlib";
import type { LogBucket } from "../../components/buckets/bucket";
import { Fleets } from "../../components/fleets/fleets";
import { checkNoWildcards } from "../../guard/rules/iam-document";
import type { Approval } from "../../guard/approvals/approval";
import type { GuardLevel } from "../../guard/level";
import { checkNoSecretsInUserData } from "../../guard/rules/user-data";
import { fleetsSettings } from "../../settings/sections/fleets";
import { fourRoles } from "../support/fleet-settings";
import { invokes } from "../support/invokes";
import { record, type RecordedResource, type Recording, UNKNOWN } from "../support/mocks";
import { stackContext } from "../support/settings";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const VOLUME = "aws:ebs/volume:Volume";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";
const POLICY = "aws:autoscaling/policy:Policy";

const plain = { instanceTypes: ["t4g.small"], amazonLinuxRelease: "2023.9.20251117.1" };

function recordFleets(
  roles: Record<string, Record<string, unknown>>,
  {
    approvals = [],
    guardLevel = "development",
    logs,
    preview = false,
    zones = ["eu-west-1a", "eu-west-1b"],
  }: {
    approvals?: readonly Approval[];
    guardLevel?: GuardLevel;
    logs?: LogBucket;
    preview?: boolean;
    zones?: readonly string[] | null;
  } = {},
): Promise<Recording<Fleets>> {
  const settings = fleetsSettings.parse(
    Object.fromEntries(Object.entries(roles).map(([role, fleet]) => [role, { ...plain, ...fleet }])),
  );
  return record(
    () =>
      new Fleets("fleets", {
        context: stackContext({ approvals, guardLevel }),
        settings,
        tags: { team: "platform" },
        logs,
        network: {
          vpcId: "vpc-1",
          publicSubnetIds: ["subnet-public-a", "subnet-public-b"],
          privateSubnetIds: ["subnet-private-a", "subnet-private-b"],
          workerSubnetIds: ["subnet-worker-a", "subnet-worker-b"],
          publicWorkerSubnetIds: ["subnet-public-worker-a", "subnet-public-worker-b"],
          ...(zones !== null && { availabilityZones: zones }),
        },
      }),
    {
      preview,
      invokes: {
        ...invokes,
        "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
          id,
          availabilityZone: `eu-west-1${String(id).slice(-1)}`,
        }),
      },
    },
  );
}

function filesOf({ inputs }: RecordedResource): ReadonlyMap<string, string> {
  const text = gunzipSync(Buffer.from(String(inputs["userData"]), "base64")).toString();
  const config = JSON.parse(text.slice(text.indexOf("\n"))) as {
    write_files: { path: string; content: string }[];
  };
  return new Map(config.write_files.map(({ path, content }) => [path, content]));
}

function statements(recording: Recording<Fleets>): readonly Record<string, unknown>[] {
  const policy = JSON.parse(String(recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])) as {
    Statement: Record<string, unknown>[];
  };
  return policy.Statement;
}

/** Who may reach what, as `tcp 80 from 10.0.0.0/8`. */
const ways = (recording: Recording<Fleets>, type: string): string[] =>
  recording
    .ofType(type)
    .map(
      ({ inputs }) =>
        `${String(inputs["ipProtocol"])} ${String(inputs["fromPort"])}-${String(inputs["toPort"])} ` +
        String(inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"]),
    )
    .sort();

/** Listeners by their ports: the order in which they are registered is the engine's. */
const byPort = (recording: Recording<Fleets>): readonly RecordedResource[] =>
  [...recording.ofType(LISTENER)].sort((a, b) => Number(b.inputs["port"]) - Number(a.inputs["port"]));

describe("a fleet", () => {
  it("of the short form is a group with two hooks in private subnets, and nothing comes in", async () => {
    const recording = await recordFleets({ manager: {} });
    expect(recording.counts()).to.deep.equal({
      [GROUP]: 1,
      [HOOK]: 2,
      [TEMPLATE]: 1,
      "aws:ec2/securityGroup:SecurityGroup": 1,
      "aws:iam/instanceProfile:InstanceProfile": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:ssm/parameter:Parameter": 2,
      [EGRESS]: 1,
      "groundwork:fleets:Fleet": 1,
      "groundwork:fleets:Fleets": 1,
    });
    const { inputs, options } = recording.one(GROUP);
    expect(inputs).to.include({
      name: "groundwork-dev-fleet-manager",
      minSize: 1,
      maxSize: 2,
      desiredCapacity: 1,
      healthCheckType: "EC2",
      waitForCapacityTimeout: "0",
    });
    expect(inputs["vpcZoneIdentifiers"]).to.deep.equal(["subnet-private-a", "subnet-private-b"]);
    expect(inputs["launchTemplate"]).to.deep.equal({
      id: recording.idOf(recording.one(TEMPLATE)),
      version: "1",
    });
    expect(inputs).not.to.have.any.keys(
      "mixedInstancesPolicy",
      "targetGroupArns",
      "instanceMaintenancePolicy",
    );
    expect(options.ignoreChanges).to.deep.equal(["initialLifecycleHooks"]);
    const hooks = [
      {
        name: "boot",
        lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        defaultResult: "ABANDON",
        heartbeatTimeout: 1080,
      },
      {
        name: "drain",
        lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
        defaultResult: "CONTINUE",
        heartbeatTimeout: 480,
      },
    ];
    expect(inputs["initialLifecycleHooks"]).to.deep.equal(hooks);
    expect(recording.ofType(HOOK).map((hook) => hook.inputs)).to.have.deep.members(
      hooks.map((hook) => ({ autoscalingGroupName: "groundwork-dev-fleet-manager", ...hook })),
    );
    expect(recording.one(TEMPLATE).inputs["metadataOptions"]).to.include({
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
  });

  it("in worker subnets says so on its machines, so that a roll exchanges those of before", async () => {
    for (const [subnets, there, isPublic] of [
      ["worker", ["subnet-worker-a", "subnet-worker-b"], "false"],
      ["publicWorker", ["subnet-public-worker-a", "subnet-public-worker-b"], "true"],
    ] as const) {
      const recording = await recordFleets({ builder: { subnets } });
      expect(recording.one(GROUP).inputs["vpcZoneIdentifiers"]).to.deep.equal(there);
      const { networkInterfaces, tagSpecifications } = recording.one(TEMPLATE).inputs;
      const [device] = networkInterfaces as Record<string, unknown>[];
      expect(device?.["associatePublicIpAddress"]).to.equal(isPublic);
      const [machine] = tagSpecifications as { tags: Record<string, string> }[];
      expect(machine?.tags["subnets"]).to.equal(subnets);
    }
  });

  it("tags machine, disk and network interface with its role", async () => {
    const recording = await recordFleets({ manager: { tags: { owner: "me" } } });
    const tags = {
      project: "groundwork",
      environment: "dev",
      "managed-by": "groundwork",
      role: "manager",
      Name: "groundwork-dev-manager",
    };
    expect(recording.one(TEMPLATE).inputs["tagSpecifications"]).to.deep.equal(
      ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
    );
    expect(recording.one(GROUP).inputs["tags"]).to.have.deep.members([
      { key: "team", value: "platform", propagateAtLaunch: true },
      { key: "owner", value: "me", propagateAtLaunch: true },
      ...Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: false })),
    ]);
  });

  it("of several types takes the first that AWS has any of, all of them on demand", async () => {
    const { inputs } = (await recordFleets({ api: { instanceTypes: ["m7g.large", "m6g.large"] } })).one(
      GROUP,
    );
    expect(inputs).not.to.have.property("launchTemplate");
    expect(inputs["mixedInstancesPolicy"]).to.deep.include({
      instancesDistribution: {
        onDemandAllocationStrategy: "prioritized",
        onDemandBaseCapacity: 0,
        onDemandPercentageAboveBaseCapacity: 100,
      },
    });
  });

  it("that scales leaves the number to AWS, and follows processors and requests", async () => {
    const recording = await recordFleets({
      api: {
        scaling: { min: 2, max: 6, cpuPercent: 60, requestsPerMachinePerMinute: 1000, warmupSeconds: 90 },
        loadBalancer: { http: { targetPort: 8080 } },
      },
    });
    expect(recording.one(GROUP).inputs).to.include({ minSize: 2, maxSize: 6, defaultInstanceWarmup: 90 });
    expect(recording.one(GROUP).inputs).not.to.have.property("desiredCapacity");
    const label = [BALANCER, TARGETS]
      .map((type) =>
        recording
          .idOf(recording.one(type))
          .split(/:(?:loadbalancer\/)?/)
          .at(-1),
      )
      .join("/");
    expect(
      recording.ofType(POLICY).map(({ inputs }) => inputs["targetTrackingConfiguration"]),
    ).to.have.deep.members([
      {
        targetValue: 60,
        predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
      },
      {
        targetValue: 1000,
        predefinedMetricSpecification: {
          predefinedMetricType: "ALBRequestCountPerTarget",
          resourceLabel: label,
        },
      },
    ]);
  });

  it("behind https answers by host and path, sends people there, and is reached by its load balancer alone", async () => {
    const recording = await recordFleets({ api: fourRoles()["api"] ?? {} });
    const { inputs } = recording.one(BALANCER);
    expect(inputs).to.include({
      loadBalancerType: "application",
      internal: false,
      dropInvalidHeaderFields: true,
    });
    expect(inputs["subnets"]).to.deep.equal(["subnet-public-a", "subnet-public-b"]);
    expect(
      byPort(recording).map((listener) => [
        listener.inputs["port"],
        listener.inputs["protocol"],
        listener.inputs["sslPolicy"],
        (listener.inputs["defaultActions"] as { type: string }[]).map(({ type }) => type),
      ]),
    ).to.deep.equal([
      [443, "HTTPS", "ELBSecurityPolicy-TLS13-1-2-2021-06", ["fixed-response"]],
      [80, "HTTP", undefined, ["redirect"]],
    ]);
    const rule = recording.one("aws:lb/listenerRule:ListenerRule").inputs;
    expect(rule["conditions"]).to.deep.equal([
      { hostHeader: { values: ["api.dev.weave.works"] } },
      { pathPattern: { values: ["/v1/*", "/healthz"] } },
    ]);
    expect(recording.one(TARGETS).inputs).to.deep.include({
      protocol: "HTTP",
      port: 8080,
      deregistrationDelay: 300,
      healthCheck: {
        protocol: "HTTP",
        path: "/healthz",
        port: "traffic-port",
        matcher: "200-399",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    });
    expect(recording.one(GROUP).inputs).to.include({ healthCheckType: "ELB" });
    const [machines, balancer] = ["fleets-api", "fleets-api-http"].map((name) =>
      recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup", name)),
    );
    expect(ways(recording, INGRESS)).to.deep.equal([
      "tcp 443-443 0.0.0.0/0",
      "tcp 80-80 0.0.0.0/0",
      `tcp 8080-8080 ${String(balancer)}`,
    ]);
    expect(ways(recording, EGRESS)).to.deep.equal([
      "-1 undefined-undefined 0.0.0.0/0",
      `tcp 8080-8080 ${String(machines)}`,
    ]);
  });

  it("behind tcp and udp has one listener for a port of both, and is probed where something answers", async () => {
    const recording = await recordFleets({
      vpn: {
        loadBalancer: {
          tcp: [{ port: 443 }],
          udp: [{ port: 443 }, { port: 1194 }],
          probe: { protocol: "HTTP", port: 8081, path: "/up", intervalSeconds: 5 },
          allowedCidrBlocks: ["203.0.113.0/24"],
        },
      },
    });
    expect(
      recording.ofType(LISTENER).map(({ inputs }) => [inputs["port"], inputs["protocol"]]),
    ).to.have.deep.members([
      [443, "TCP_UDP"],
      [1194, "UDP"],
    ]);
    for (const { inputs } of recording.ofType(TARGETS)) {
      expect(inputs).to.deep.include({ connectionTermination: true, deregistrationDelay: 300 });
      expect(inputs["healthCheck"]).to.deep.include({
        protocol: "HTTP",
        port: "8081",
        path: "/up",
        timeout: 4,
      });
    }
    const balancer = recording.idOf(
      recording.one("aws:ec2/securityGroup:SecurityGroup", "fleets-vpn-network"),
    );
    expect(ways(recording, INGRESS)).to.deep.equal([
      "tcp 443-443 203.0.113.0/24",
      `tcp 443-443 ${balancer}`,
      `tcp 8081-8081 ${balancer}`,
      `udp 1194-1194 203.0.113.0/24`,
      `udp 1194-1194 ${balancer}`,
      "udp 443-443 203.0.113.0/24",
      `udp 443-443 ${balancer}`,
    ]);
  });

  it("names load balancers within 32 characters, and others where they cannot be changed in place", async () => {
    const named = async (change: Record<string, unknown>): Promise<readonly unknown[]> => {
      const loadBalancer = { http: { targetPort: 80 }, tcp: [{ port: 25 }], ...change };
      const recording = await recordFleets({ "a-role-of-20-letters": { loadBalancer } });
      return [BALANCER, TARGETS].flatMap((type) =>
        recording.ofType(type).map(({ inputs }) => inputs["name"]),
      );
    };
    const before = await named({});
    expect(new Set(before).size).to.equal(4);
    for (const name of before) {
      expect(name).to.match(/^(alb|nlb|tg)-[a-z0-9-]{1,28}$/);
      expect(String(name).length).to.be.at.most(32);
    }
    const inside = await named({ internal: true });
    // A target group is one load balancer's, so that they are others too.
    expect(inside.filter((name) => before.includes(name))).to.deep.equal([]);
    const elsewhere = await named({ http: { targetPort: 81 }, tcp: [{ port: 25, targetPort: 26 }] });
    expect(elsewhere.filter((name) => before.includes(name))).to.have.members(before.slice(0, 2));
  });

  it("is behind a successor of load balancer or target group before the old one goes", async () => {
    const loadBalancer = { http: { targetPort: 80 }, tcp: [{ port: 25 }] };
    const recording = await recordFleets({ mx: { loadBalancer } });
    for (const type of [BALANCER, TARGETS]) {
      const made = recording.ofType(type);
      expect(made.map(({ options }) => options.deleteBeforeReplace)).to.deep.equal([false, false]);
    }
    const attachments = recording.ofType("aws:autoscaling/attachment:Attachment");
    expect(attachments.map(({ name }) => name)).to.have.members(["fleets-mx-http", "fleets-mx-network-25"]);
    expect(recording.one(GROUP).inputs).not.to.have.property("targetGroupArns");
    for (const attachment of attachments) {
      const kind = attachment.name.replace("fleets-mx-", "").replace("http", "http-80");
      expect(recording.dependencies(attachment)).to.include.members(["fleets-mx", `fleets-mx-${kind}`]);
    }
  });

  it("has a listener for each port, called by it, whatever is said there", async () => {
    const listeners = async (loadBalancer: Record<string, unknown>): Promise<readonly unknown[]> => {
      const recording = await recordFleets({ mx: { loadBalancer } });
      return byPort(recording).map(({ name, inputs }) => [name, inputs["port"], inputs["protocol"]]);
    };
    const certificateArn =
      "arn:aws:acm:eu-west-1:482913067251:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";
    expect(await listeners({ http: { targetPort: 80 } })).to.deep.equal([["fleets-mx-http-80", 80, "HTTP"]]);
    expect(await listeners({ http: { targetPort: 80, certificateArn } })).to.deep.equal([
      ["fleets-mx-http-443", 443, "HTTPS"],
      ["fleets-mx-http-80", 80, "HTTP"],
    ]);
    const [tcp, udp] = [{ tcp: [{ port: 53 }] }, { udp: [{ port: 53 }] }];
    expect(await listeners(tcp)).to.deep.equal([["fleets-mx-network-53", 53, "TCP"]]);
    expect(await listeners({ ...tcp, ...udp, probe: { port: 53 } })).to.deep.equal([
      ["fleets-mx-network-53", 53, "TCP_UDP"],
    ]);
  });

  it("has load balancers that nobody deletes where data is guarded, and that go with a disposable stack", async () => {
    const loadBalancer = { http: { targetPort: 80 }, tcp: [{ port: 25 }] };
    for (const [guardLevel, isOn] of [
      ["production", true],
      ["disposable", false],
    ] as const) {
      const made = (await recordFleets({ mx: { loadBalancer } }, { guardLevel })).ofType(BALANCER);
      expect(
        made.map(({ inputs, options }) => [inputs["enableDeletionProtection"], options.protect === true]),
        guardLevel,
      ).to.deep.equal([
        [isOn, isOn],
        [isOn, isOn],
      ]);
    }
  });

  it("let go of the one load balancer that somebody has approved to be deleted or replaced, in AWS too", async () => {
    const loadBalancer = { http: { targetPort: 80 }, tcp: [{ port: 25 }] };
    // As the engine puts it together: the mocks leave types of parents out.
    const parents = ["Fleets", "Fleet"].map((name) => `groundwork:fleets:${name}$`).join("");
    const urn = `urn:pulumi:dev::groundwork::${parents}${BALANCER}::fleets-mx-http`;
    for (const operation of ["delete", "replace"] as const) {
      const approvals: Approval[] = [{ urn, id: "arn", operation, phase: "unlock" }];
      const made = await recordFleets({ mx: { loadBalancer } }, { approvals });
      expect(
        ["http", "network"].map((kind) => {
          const { inputs, options } = made.one(BALANCER, `fleets-mx-${kind}`);
          return [inputs["enableDeletionProtection"], options.protect];
        }),
        operation,
      ).to.deep.equal([
        [false, false],
        [true, true],
      ]);
    }
  });

  it("logs who asks over HTTP where there is a bucket, says so where there is none, and never of bytes", async () => {
    const loadBalancer = { http: { targetPort: 80 }, tcp: [{ port: 25 }] };
    const logsOf = async (logs?: LogBucket): Promise<readonly unknown[]> =>
      (await recordFleets({ mx: { loadBalancer } }, { ...(logs && { logs }) }))
        .ofType(BALANCER)
        .map(({ inputs }): readonly unknown[] => [inputs["loadBalancerType"], inputs["accessLogs"]])
        .sort(([one], [other]) => String(one).localeCompare(String(other)));
    expect(await logsOf({ name: "example-logs", ready: [] })).to.deep.equal([
      ["application", { enabled: true, bucket: "example-logs", prefix: "load-balancers" }],
      ["network", undefined],
    ]);
    expect(await logsOf()).to.deep.equal([
      ["application", { enabled: false, bucket: "" }],
      ["network", undefined],
    ]);
  });

  it("has every certificate in its list, the default one too, each as long as its listener", async () => {
    const arn = (digit: string): string =>
      `arn:aws:acm:eu-west-1:482913067251:certificate/${digit.repeat(8)}-5e6f-6071-8293-a4b5c6d7e8f9`;
    const http = { targetPort: 80, certificateArn: arn("a"), moreCertificates: [arn("b")] };
    const recording = await recordFleets({ mx: { loadBalancer: { http } } });
    const listener = recording.one(LISTENER, "fleets-mx-http-443");
    expect(listener.inputs["certificateArn"]).to.equal(arn("a"));
    const listed = recording.ofType("aws:lb/listenerCertificate:ListenerCertificate");
    expect(listed.map(({ name, inputs }) => [name, inputs["certificateArn"]])).to.deep.equal([
      ["fleets-mx-http-443-aaaaaaaa-5e6f-6071-8293-a4b5c6d7e8f9", arn("a")],
      ["fleets-mx-http-443-bbbbbbbb-5e6f-6071-8293-a4b5c6d7e8f9", arn("b")],
    ]);
    expect(listed.map(({ deletedWith }) => deletedWith)).to.deep.equal([listener.urn, listener.urn]);
    const plainHttp = await recordFleets({ mx: { loadBalancer: { http: { targetPort: 80 } } } });
    expect(plainHttp.ofType("aws:lb/listenerCertificate:ListenerCertificate")).to.deep.equal([]);
  });

  it("sends people to HTTPS when that answers", async () => {
    const recording = await recordFleets({ api: fourRoles()["api"] ?? {} });
    const redirect = byPort(recording)[1];
    expect(redirect?.name).to.equal("fleets-api-http-80");
    expect(redirect && recording.dependencies(redirect)).to.include.members([
      "fleets-api-http-443",
      "fleets-api-http",
      "fleets-api-http-tcp-443-0.0.0.0-0",
    ]);
  });

  it("lets in whom the settings name, machines of other roles among them", async () => {
    const recording = await recordFleets({
      builder: {},
      git: {
        ingress: [
          { port: 9418, toPort: 9420, roles: ["builder", "git"], cidrBlocks: ["10.1.0.0/16"] },
          { protocol: "udp", port: 53, securityGroups: ["sg-0a1b2c3d4e5f60718"] },
        ],
      },
    });
    const [builder, git] = ["fleets-builder", "fleets-git"].map((name) =>
      recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup", name)),
    );
    expect(ways(recording, INGRESS)).to.deep.equal(
      [
        "tcp 9418-9420 10.1.0.0/16",
        `tcp 9418-9420 ${String(builder)}`,
        `tcp 9418-9420 ${String(git)}`,
        "udp 53-53 sg-0a1b2c3d4e5f60718",
      ].sort(),
    );
    expect(new Set(recording.ofType(INGRESS).map(({ inputs }) => inputs["securityGroupId"]))).to.deep.equal(
      new Set([git]),
    );
  });

  const single = {
    availabilityZone: "eu-west-1b",
    volumes: { data: { size: 100, mountPoint: "/srv/git" } },
    address: true,
  };

  it("with a volume and an address is one machine in the volume's zone, the old one going first", async () => {
    const recording = await recordFleets({ git: single });
    const { inputs, options } = recording.one(GROUP);
    expect(inputs).to.deep.include({
      minSize: 0,
      maxSize: 1,
      desiredCapacity: 1,
      vpcZoneIdentifiers: ["subnet-public-b"],
      instanceMaintenancePolicy: { minHealthyPercentage: 0, maxHealthyPercentage: 100 },
    });
    expect(options.customTimeouts).to.deep.equal({ delete: "28m" });
    expect(recording.one(VOLUME).inputs).to.deep.equal({
      availabilityZone: "eu-west-1b",
      size: 100,
      type: "gp3",
      encrypted: true,
      finalSnapshot: true,
      tags: {
        project: "groundwork",
        environment: "dev",
        "managed-by": "groundwork",
        role: "git",
        volume: "data",
        Name: "groundwork-dev-git-data",
      },
    });
    expect(recording.ofType("aws:ec2/volumeAttachment:VolumeAttachment")).to.deep.equal([]);
    expect(recording.ofType("aws:ec2/eipAssociation:EipAssociation")).to.deep.equal([]);
    expect(recording.dependencies(recording.one(GROUP))).to.include.members([
      "fleets-git",
      "fleets-git-data",
    ]);
  });

  for (const [onDeletion, finalSnapshot, retainOnDelete] of [
    ["snapshot", true, false],
    ["keep", false, true],
    ["delete", false, false],
  ] as const) {
    it(`guards a volume that is to be ${onDeletion} at the end, but at guard level disposable`, async () => {
      const volumes = { data: { size: 100, mountPoint: "/srv/git", onDeletion } };
      for (const guardLevel of ["development", "disposable"] as const) {
        const recording = await recordFleets({ git: { ...single, volumes } }, { guardLevel });
        const { inputs, options } = recording.one(VOLUME);
        const locked = guardLevel === "development";
        expect(inputs["finalSnapshot"]).to.equal(finalSnapshot);
        expect(options).to.include({ protect: locked, retainOnDelete });
        expect(options.hooks["beforeDelete"] ?? []).to.have.length(locked ? 1 : 0);
        expect(recording.one("aws:ec2/eip:Eip").options.protect).to.equal(locked);
      }
    });
  }

  it("in a network that existed asks which of its subnets is in the zone, and says when none is", async () => {
    const recording = await recordFleets({ git: single }, { zones: null });
    expect(recording.one(GROUP).inputs["vpcZoneIdentifiers"]).to.deep.equal(["subnet-public-b"]);
    const failure = await recordFleets(
      { git: { ...single, availabilityZone: "eu-west-1c" } },
      { zones: null },
    ).then(
      () => "none",
      (error: unknown) => String(error),
    );
    expect(failure).to.contain(
      "groundwork:fleets.git.availabilityZone: none of the public subnets of the stack's network is in eu-west-1c. " +
        "They are in eu-west-1a, eu-west-1b.",
    );
  });

  it("may do what it must and what the settings say, on what is its own", async () => {
    const secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:git-a1B2c3";
    const recording = await recordFleets({
      git: {
        ...single,
        boot: { secrets: { KEY: { arn: secret } } },
        permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::builds/*"] }],
      },
    });
    const bySid = new Map(statements(recording).map((statement) => [statement["Sid"], statement]));
    expect([...bySid.keys()]).to.deep.equal([
      "FindOwnParts",
      "AnswerOwnGroup",
      "Report",
      "SessionManager",
      "SessionManagerAgent",
      "WriteSessions",
      "TakeOwnVolumes",
      "TakeOwnAddress",
      "ReadOwnSecrets",
      "Settings0",
    ]);
    expect(bySid.get("AnswerOwnGroup")?.["Resource"]).to.deep.equal([
      "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/groundwork-dev-fleet-git",
    ]);
    for (const sid of ["TakeOwnVolumes", "TakeOwnAddress"]) {
      expect(bySid.get(sid)?.["Condition"]).to.deep.equal({
        StringEquals: {
          "aws:ResourceTag/project": "groundwork",
          "aws:ResourceTag/environment": "dev",
          "aws:ResourceTag/managed-by": "groundwork",
          "aws:ResourceTag/role": "git",
        },
      });
    }
    expect(bySid.get("ReadOwnSecrets")?.["Resource"]).to.deep.equal([secret]);
    expect(bySid.get("FindOwnParts")?.["Action"]).to.deep.equal([
      "autoscaling:DescribeAutoScalingInstances",
      "ec2:DescribeVolumes",
      "ec2:DescribeAddresses",
    ]);
  });

  it("is known whole in a preview: user data without a secret, and policies without a wildcard", async () => {
    const recording = await recordFleets(fourRoles(), { preview: true });
    for (const { inputs } of recording.ofType(TEMPLATE)) {
      expect(inputs["userData"]).not.to.equal(UNKNOWN);
      const options = { protect: false, ignoreChanges: [] };
      expect(checkNoSecretsInUserData({ type: TEMPLATE, inputs, options })).to.deep.equal([]);
    }
    for (const { inputs } of recording.ofType("aws:iam/rolePolicy:RolePolicy")) {
      expect(checkNoWildcards(inputs["policy"], "policy")).to.deep.equal([]);
    }
    const files = filesOf(recording.one(TEMPLATE, "fleets-api"));
    const scripts = [...files].filter(([path]) => path.startsWith("/opt/groundwork/fleet/"));
    const wanted = scripts.flatMap(([, content]) => [
      ...[...content.matchAll(/\. "\$here\/\.\.\/(lib\/[a-z-]+\.sh)"/g)].map(
        ([, file]) => `/opt/groundwork/${file ?? ""}`,
      ),
      ...[...content.matchAll(/"\$here\/([a-z-]+\.(?:sh|service))"/g)].map(
        ([, file]) => `/opt/groundwork/fleet/${file ?? ""}`,
      ),
    ]);
    expect(wanted).to.include.members(["/opt/groundwork/lib/secrets.sh", "/opt/groundwork/fleet/drain.sh"]);
    expect([...files.keys()], "files that scripts call").to.include.members(wanted);
    expect(files.get("/etc/api/config.yaml")).to.equal("port: 8080\n");
    expect(JSON.parse(files.get("/etc/groundwork/role.json") ?? "")).to.deep.include({
      role: "api",
      volumes: [],
      packages: ["nginx"],
      service: ["/usr/bin/api", "--config", "/etc/api/config.yaml"],
      balanced: true,
      waitSeconds: 0,
      readySeconds: 900,
      drainSeconds: 300,
    });
    expect(files.get("/etc/groundwork/report-to")).to.equal("/groundwork/dev/fleets/api/report\n");
  });

  it("refuses more files than EC2 takes, and says how much there is of what", async () => {
    const noise = (seed: number): string =>
      Array.from({ length: 3000 }, (_, index) => ((index * 7919 + seed) ** 2 % 46_656).toString(36)).join("");
    const files = Object.fromEntries(
      [1, 2, 3].map((seed) => [`/etc/big-${seed}`, { content: noise(seed * 104_729).slice(0, 12_000) }]),
    );
    const failure = await recordFleets({ api: { boot: { files } } }).then(
      () => "none",
      (error: unknown) => String(error),
    );
    expect(failure).to.match(/role api: the user data has \d+ bytes compressed, and EC2 takes 16384/);
    expect(failure).to.contain("/etc/big-3");
  });

  it("refuses more permissions than IAM takes for a role, before anything is made", async () => {
    const resources = Array.from(
      { length: 300 },
      (_, index) => `arn:aws:s3:::example-builds-${index}/releases/*`,
    );
    const permissions = [{ actions: ["s3:GetObject"], resources }];
    const failure = await recordFleets({ api: { permissions } }).then(
      () => "none",
      (error: unknown) => String(error),
    );
    expect(failure).to.match(/fleets-api: .* a policy of 1\d{4} characters, and IAM takes 10240 for a role/);
  });
});

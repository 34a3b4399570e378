import { expect } from "chai";
import { gunzipSync } from "node:zlib";
import { workerPlaces } from "../../components/network/worker-places";
import { WorkerGroups } from "../../components/worker-groups/worker-groups";
import { checkNoWildcards } from "../../guard/rules/iam-document";
import { checkNoSecretsInUserData } from "../../guard/rules/user-data";
import { workerGroupsSettings } from "../../settings/sections/worker-groups";
import { invokes } from "../support/invokes";
import { record, UNKNOWN, type RecordedResource, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";

const secret = (name: string): string =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-a1B2c3`;

function recordWorkers(
  changes: Record<string, unknown> = {},
  { preview = false, hasOwnSubnets = false }: { preview?: boolean; hasOwnSubnets?: boolean } = {},
): Promise<Recording<WorkerGroups>> {
  const settings = workerGroupsSettings.parse({
    build: {
      amazonLinuxRelease: "2023.9.20251117.1",
      count: 2,
      scheduler: {
        apiAddress: "https://scheduler.example.com",
        host: "scheduler.example.com",
        publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
      },
      workerKey: { arn: secret("worker-key") },
      ...changes,
    },
  });
  return record(
    () =>
      new WorkerGroups("worker-groups", {
        context: stackContext({ guardLevel: "development" }),
        settings,
        tags: { team: "platform" },
        network: {
          vpcId: "vpc-1",
          workerPlaces: workerPlaces({
            vpcId: "vpc-1",
            publicSubnetIds: ["subnet-public"],
            privateSubnetIds: ["subnet-private"],
            workerSubnetIds: hasOwnSubnets ? ["subnet-worker"] : [],
            publicWorkerSubnetIds: hasOwnSubnets ? ["subnet-public-worker"] : [],
            databaseSubnetIds: [],
            natAddresses: [],
          }),
        },
      }),
    { preview, invokes },
  );
}

function filesOf({ inputs }: RecordedResource): ReadonlyMap<string, string> {
  const text = gunzipSync(Buffer.from(String(inputs["userData"]), "base64")).toString();
  const { write_files: files } = JSON.parse(text.slice(text.indexOf("\n"))) as {
    readonly write_files: readonly { readonly path: string; readonly content: string }[];
  };
  return new Map(files.map(({ path, content }) => [path, content]));
}

const dataOf = (template: RecordedResource): Record<string, unknown> =>
  JSON.parse(filesOf(template).get("/etc/groundwork/worker.json") ?? "") as Record<string, unknown>;

const group = async (changes: Record<string, unknown> = {}): Promise<Readonly<Record<string, unknown>>> =>
  (await recordWorkers(changes)).one(GROUP).inputs;

describe("a worker group", () => {
  it("has as little as it needs: no way in, private subnets, its own role, log, counters and alarms", async () => {
    const recording = await recordWorkers();
    expect(recording.counts()).to.deep.equal({
      [GROUP]: 1,
      [HOOK]: 2,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      [ALARM]: 1,
      [TEMPLATE]: 1,
      "aws:ec2/securityGroup:SecurityGroup": 1,
      "aws:iam/instanceProfile:InstanceProfile": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:ssm/parameter:Parameter": 2,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
      "groundwork:workerGroups:WorkerGroup": 1,
      "groundwork:workerGroups:WorkerGroups": 1,
    });
    const { inputs } = recording.one(GROUP);
    expect(inputs["vpcZoneIdentifiers"]).to.deep.equal(["subnet-private"]);
    const securityGroup = recording.idOf(recording.one("aws:ec2/securityGroup:SecurityGroup"));
    expect(recording.one(TEMPLATE).inputs["networkInterfaces"]).to.deep.equal([
      {
        deviceIndex: 0,
        associatePublicIpAddress: "false",
        deleteOnTermination: "true",
        securityGroups: [securityGroup],
      },
    ]);
    expect(recording.outputsOf(recording.one("groundwork:workerGroups:WorkerGroups"))).to.deep.equal({
      securityGroupIds: { build: securityGroup },
    });
  });

  it("stands in subnets of its own where the network has such, and says so on machines, so that those of before are exchanged", async () => {
    const tags = async (changes: Record<string, unknown>, hasOwnSubnets: boolean): Promise<unknown[]> => {
      const recording = await recordWorkers(changes, { hasOwnSubnets });
      const [first] = recording.one(TEMPLATE).inputs["tagSpecifications"] as {
        tags: Record<string, string>;
      }[];
      return [recording.one(GROUP).inputs["vpcZoneIdentifiers"], first?.tags["subnets"]];
    };
    expect(await tags({}, true)).to.deep.equal([["subnet-worker"], "worker"]);
    expect(await tags({ subnets: "public" }, true)).to.deep.equal([["subnet-public-worker"], "publicWorker"]);
    expect(await tags({}, false)).to.deep.equal([["subnet-private"], undefined]);
  });

  it("has its images built in the same subnets", async () => {
    const recording = await recordWorkers({ imageBuild: {} }, { hasOwnSubnets: true });
    const { inputs } = recording.one(
      "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
    );
    expect(inputs["subnetId"]).to.equal("subnet-worker");
  });

  it("holds its number, has a name that is known, and waits for nothing", async () => {
    const inputs = await group();
    expect(inputs).to.deep.include({
      name: "groundwork-dev-worker-build",
      minSize: 1,
      maxSize: 6,
      desiredCapacity: 2,
      waitForCapacityTimeout: "0",
      protectFromScaleIn: false,
      capacityRebalance: true,
    });
    expect(inputs).not.to.have.any.keys("warmPool", "maxInstanceLifetime", "mixedInstancesPolicy");
  });

  it("buys spot machines by its template, under a price where one is set, and none on demand", async () => {
    const spot = (await recordWorkers()).one(TEMPLATE).inputs;
    expect(spot["instanceMarketOptions"]).to.deep.equal({
      marketType: "spot",
      spotOptions: { spotInstanceType: "one-time" },
    });
    const limited = (await recordWorkers({ spotMaxPrice: 0.3 })).one(TEMPLATE).inputs;
    expect(limited["instanceMarketOptions"]).to.deep.equal({
      marketType: "spot",
      spotOptions: { spotInstanceType: "one-time", maxPrice: "0.3" },
    });
    const ondemand = await recordWorkers({ profile: "ondemand" });
    expect(ondemand.one(TEMPLATE).inputs).not.to.have.property("instanceMarketOptions");
    expect(ondemand.one(GROUP).inputs["capacityRebalance"]).to.equal(false);
  });

  it("with overrides is a mixed instances group, whose template asks for no spot machines itself", async () => {
    const recording = await recordWorkers({
      overrides: ["m5d.2xlarge"],
      onDemandBase: 1,
      onDemandPercentage: 25,
      spotMaxPrice: 0.25,
    });
    const { inputs } = recording.one(GROUP);
    expect(recording.one(TEMPLATE).inputs).not.to.have.property("instanceMarketOptions");
    expect(inputs).not.to.have.property("launchTemplate");
    expect(inputs["mixedInstancesPolicy"]).to.deep.equal({
      instancesDistribution: {
        onDemandAllocationStrategy: "prioritized",
        onDemandBaseCapacity: 1,
        onDemandPercentageAboveBaseCapacity: 25,
        spotAllocationStrategy: "price-capacity-optimized",
        spotMaxPrice: "0.25",
      },
      launchTemplate: {
        launchTemplateSpecification: {
          launchTemplateId: recording.idOf(recording.one(TEMPLATE)),
          version: "1",
        },
        overrides: [{ instanceType: "c5d.2xlarge" }, { instanceType: "m5d.2xlarge" }],
      },
    });
    const ondemand = await group({ profile: "ondemand", overrides: ["m5d.2xlarge"] });
    const { instancesDistribution } = ondemand["mixedInstancesPolicy"] as Record<string, unknown>;
    expect(instancesDistribution).to.deep.include({ onDemandPercentageAboveBaseCapacity: 100 });
    expect(instancesDistribution).not.to.have.property("spotMaxPrice");
    expect(ondemand["capacityRebalance"]).to.equal(false);
  });

  it("is started from a hardened template, with its data on a disk of its own", async () => {
    const { inputs } = (await recordWorkers()).one(TEMPLATE);
    expect(inputs["metadataOptions"]).to.deep.equal({
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    expect(inputs["blockDeviceMappings"]).to.deep.equal([
      {
        deviceName: "/dev/xvda",
        ebs: { volumeType: "gp3", volumeSize: 20, encrypted: "true", deleteOnTermination: "true" },
      },
      {
        deviceName: "/dev/sdf",
        ebs: { volumeType: "gp3", volumeSize: 130, encrypted: "true", deleteOnTermination: "true" },
      },
    ]);
    expect(inputs).to.deep.include({ ebsOptimized: "true", instanceType: "c5d.2xlarge" });
    expect(inputs).not.to.have.property("keyName");
    const local = await recordWorkers({ dataVolume: { kind: "local", filesystem: "ext4" } });
    expect(local.one(TEMPLATE).inputs["blockDeviceMappings"]).to.have.length(1);
    expect(dataOf(local.one(TEMPLATE))["volume"]).to.deep.equal({ kind: "local" });
  });

  it("tells its machines everything but secrets, and lets them fetch just those", async () => {
    const recording = await recordWorkers({
      team: "main",
      workerTags: ["fast"],
      registrationToken: { arn: secret("api-token"), jsonKey: "token" },
      scheduler: {
        apiAddress: "https://scheduler.example.com",
        host: "10.0.0.5",
        port: 2223,
        publicKey: { arn: "arn:aws:ssm:eu-west-1:123456789012:parameter/scheduler/public-key" },
      },
    });
    const template = recording.one(TEMPLATE);
    expect(dataOf(template)).to.deep.include({
      group: "build",
      scheduler: { host: "10.0.0.5", port: 2223 },
      team: "main",
      tags: ["fast"],
      keys: {
        worker: { arn: secret("worker-key") },
        scheduler: { arn: "arn:aws:ssm:eu-west-1:123456789012:parameter/scheduler/public-key" },
      },
      volume: { kind: "ebs", deviceName: "/dev/sdf" },
      registration: { timeoutSeconds: 180, token: { arn: secret("api-token"), jsonKey: "token" } },
      drainTimeoutSeconds: 3600,
      ssh: false,
      maxFailedBoots: 3,
      coolDownSeconds: 3600,
      parameters: "/groundwork/dev/workers/build/boot",
      metrics: { namespace: "groundwork/workers" },
      logGroup: "/groundwork/dev/workers/build",
    });
    expect(checkNoSecretsInUserData(template)).to.deep.equal([]);
    const policy = String(recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]);
    const { Statement: statements } = JSON.parse(policy) as {
      Statement: readonly { Sid: string; Action: string[]; Resource: string[]; Condition?: unknown }[];
    };
    const by = Object.fromEntries(statements.map((statement) => [statement.Sid, statement]));
    expect(by["ReadOwnSecrets"]?.Resource).to.deep.equal([secret("worker-key"), secret("api-token")]);
    expect(by["ReadOwnParameters"]?.Resource).to.deep.equal([
      "arn:aws:ssm:eu-west-1:123456789012:parameter/scheduler/public-key",
    ]);
    expect(by["AnswerOwnGroup"]?.Resource).to.deep.equal([
      "arn:aws:autoscaling:eu-west-1:111122223333:autoScalingGroup:*:autoScalingGroupName/groundwork-dev-worker-build",
    ]);
    expect(by["PutMetrics"]?.Condition).to.deep.equal({
      StringEquals: { "cloudwatch:namespace": "groundwork/workers" },
    });
    const open = statements
      .filter(({ Resource: resources }) => resources.includes("*"))
      .map(({ Sid: sid }) => sid);
    expect(open).to.deep.equal(["Look", "PutMetrics", "SessionManager"]);
  });

  it("asks the scheduler for the worker's version, or takes the one that is named, by its checksum", async () => {
    const install = async (changes: Record<string, unknown>): Promise<Record<string, unknown>> =>
      dataOf((await recordWorkers(changes)).one(TEMPLATE))["install"] as Record<string, unknown>;
    const asked = await install({});
    expect(asked).not.to.have.property("workerVersion");
    expect(asked).to.deep.include({
      schedulerApi: "https://scheduler.example.com",
      filesystem: "ext4",
      localDisks: false,
      logs: true,
    });
    const named = await install({ workerVersion: "7.14.1", workerSha256: { amd64: "a".repeat(64) } });
    expect(named["workerVersion"]).to.equal("7.14.1");
    expect((named["worker"] as Record<string, unknown>)["sha256"]).to.deep.equal({
      "7.14.1": { amd64: "a".repeat(64) },
    });
  });

  it("lets the monitoring to its metrics, and a bastion to SSH, and nobody else", async () => {
    const metricsSgAllow = "sg-0123456789abcdef0";
    const bastionSgAllow = "sg-0123456789abcdef1";
    const recording = await recordWorkers({ metricsSgAllow, bastionSgAllow, keyPairName: "worker" });
    const ways = recording
      .ofType(INGRESS)
      .map(({ inputs }) => [inputs["fromPort"], inputs["referencedSecurityGroupId"]]);
    expect(ways).to.deep.equal([
      [9100, metricsSgAllow],
      [22, bastionSgAllow],
    ]);
    expect(recording.ofType(INGRESS).some(({ inputs }) => "cidrIpv4" in inputs)).to.equal(false);
    expect(recording.one(TEMPLATE).inputs["keyName"]).to.equal("worker");
    expect(dataOf(recording.one(TEMPLATE))["ssh"]).to.equal(true);
  });

  it("abandons machines that do not become ready, and waits for jobs of those that go", async () => {
    const recording = await recordWorkers({ drainTimeoutSeconds: 1800 });
    const hooks = [
      {
        name: "boot",
        lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
        defaultResult: "ABANDON",
        heartbeatTimeout: 900,
      },
      {
        name: "drain",
        lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
        defaultResult: "CONTINUE",
        heartbeatTimeout: 1920,
      },
    ];
    const { inputs, name, options } = recording.one(GROUP);
    expect(inputs["initialLifecycleHooks"]).to.deep.equal(hooks);
    expect(recording.ofType(HOOK).map((hook) => hook.inputs)).to.deep.equal(
      hooks.map((hook) => ({ ...hook, autoscalingGroupName: "groundwork-dev-worker-build" })),
    );
    expect(name).to.equal("worker-groups-build");
    // A change of the first would replace the group; the others carry it.
    expect(options.ignoreChanges).to.deep.equal(["initialLifecycleHooks"]);
    expect(options.customTimeouts).to.deep.equal({ delete: "47m" });
  });

  it("replaces its machines when its template changes, new ones first, and minds alarms meanwhile", async () => {
    expect(
      (await group({ instanceRefresh: { alarms: ["queue-too-long"] } }))["instanceRefresh"],
    ).to.deep.equal({
      strategy: "Rolling",
      preferences: {
        minHealthyPercentage: 100,
        maxHealthyPercentage: 150,
        instanceWarmup: "60",
        autoRollback: false,
        alarmSpecification: { alarms: ["groundwork-dev-worker-build-refresh", "queue-too-long"] },
        skipMatching: true,
        scaleInProtectedInstances: "Refresh",
      },
    });
    expect((await group())["launchTemplate"]).to.deep.include({ version: "1" });
    expect(await group({ instanceRefresh: { enabled: false } })).not.to.have.property("instanceRefresh");
  });

  it("has schedules in their time zones, which the program does not undo", async () => {
    const recording = await recordWorkers({
      minSize: 0,
      schedules: {
        morning: { cron: "0 7 * * 1-5", timeZone: "Europe/Paris" },
        evening: { cron: "0 20 * * 1-5", timeZone: "Europe/Paris", count: 0 },
      },
    });
    expect(recording.one(GROUP).options.ignoreChanges).to.include("desiredCapacity");
    const schedules = recording.ofType("aws:autoscaling/schedule:Schedule").map(({ inputs }) => inputs);
    expect(schedules).to.deep.equal(
      [
        ["morning", "0 7 * * 1-5", 2],
        ["evening", "0 20 * * 1-5", 0],
      ].map(([scheduledActionName, recurrence, desiredCapacity]) => ({
        autoscalingGroupName: "groundwork-dev-worker-build",
        scheduledActionName,
        recurrence,
        timeZone: "Europe/Paris",
        desiredCapacity,
        minSize: -1,
        maxSize: -1,
      })),
    );
  });

  it("has a lifetime, a protection and a warm pool where they are asked for", async () => {
    const inputs = await group({
      profile: "ondemand",
      maxLifetimeDays: 14,
      scaleInProtection: true,
      warmPool: { minSize: 1, maxPreparedCapacity: 4 },
    });
    expect(inputs).to.deep.include({
      maxInstanceLifetime: 14 * 86_400,
      protectFromScaleIn: true,
      warmPool: { poolState: "Stopped", minSize: 1, maxGroupPreparedCapacity: 4 },
    });
  });

  it("ends refreshes by an alarm that tells nobody, and tells topics of machines that do not start or end", async () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    const recording = await recordWorkers({ alarmTopicArns: [topic] });
    // It has to go back by itself, or no refresh could begin that brings a correction.
    const { inputs: refresh } = recording.one(ALARM);
    expect(refresh).to.deep.include({
      name: "groundwork-dev-worker-build-refresh",
      threshold: 2,
      treatMissingData: "notBreaching",
    });
    expect(refresh).not.to.have.any.keys("alarmActions", "okActions");
    const { inputs } = recording.one("aws:autoscaling/notification:Notification");
    expect(inputs).to.deep.equal({
      groupNames: ["groundwork-dev-worker-build"],
      topicArn: topic,
      notifications: ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"],
    });
  });

  it("knows the errors that it tells by their topic, so that one that is taken out takes no other with it", async () => {
    const topics = ["first", "second"].map((topic) => `arn:aws:sns:eu-west-1:123456789012:${topic}`);
    const names = (recording: Recording<WorkerGroups>): readonly string[] =>
      recording.ofType("aws:autoscaling/notification:Notification").map(({ name }) => name);
    const both = names(await recordWorkers({ alarmTopicArns: topics }));
    expect(both).to.deep.equal([
      "worker-groups-build-errors-123456789012-first",
      "worker-groups-build-errors-123456789012-second",
    ]);
    expect(names(await recordWorkers({ alarmTopicArns: topics.slice(1) }))).to.deep.equal(both.slice(1));
  });

  it("starts its machines when they have all that they need", async () => {
    const recording = await recordWorkers({ metricsSgAllow: "sg-0123456789abcdef0" });
    expect(recording.dependencies(recording.one(GROUP))).to.include.members([
      "worker-groups-build-failures",
      "worker-groups-build-recovered",
      "worker-groups-build-out",
      "worker-groups-build-metrics",
      "worker-groups-build-refresh",
    ]);
    const counters = recording.ofType("aws:ssm/parameter:Parameter");
    expect(
      counters.map(({ inputs, options }) => [inputs["name"], inputs["insecureValue"], options.ignoreChanges]),
    ).to.deep.equal([
      ["/groundwork/dev/workers/build/boot/failures", "none", ["insecureValue"]],
      ["/groundwork/dev/workers/build/boot/recovered", "1", ["insecureValue"]],
    ]);
  });

  it("runs a certain image where one is named", async () => {
    const workerAmiId = "ami-0123456789abcdef0";
    const recording = await recordWorkers({ workerAmiId, amazonLinuxRelease: undefined });
    expect(recording.one(TEMPLATE).inputs["imageId"]).to.equal(workerAmiId);
  });

  it("has images built from what its machines boot with, when it is asked for", async () => {
    const recording = await recordWorkers({ imageBuild: {} });
    const { inputs } = recording.one(
      "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
    );
    expect(inputs["subnetId"]).to.equal("subnet-private");
  });

  it("is known whole in a preview: template, user data and policy", async () => {
    const recording = await recordWorkers({ overrides: ["m5d.2xlarge"] }, { preview: true });
    expect(recording.one(TEMPLATE).inputs["userData"]).not.to.equal(UNKNOWN);
    const policy = recording.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"];
    expect(policy).to.be.a("string");
    expect(policy).not.to.equal(UNKNOWN);
    expect(checkNoWildcards(policy, "policy")).to.deep.equal([]);
  });
});

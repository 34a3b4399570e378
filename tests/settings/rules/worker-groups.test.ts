import { expect } from "chai";
import { hasLocalDisks } from "../../../settings/instance-types";
import { changed, existingNetwork, problemsOf, settingsOf, type Config } from "../support";

const workerKey = { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:worker-key-a1B2c3" };
const right: Config = {
  amazonLinuxRelease: "2023.9.20251117.1",
  count: 2,
  scheduler: {
    apiAddress: "https://scheduler.example.com",
    host: "scheduler.example.com",
    publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample",
  },
  workerKey,
};

type Others = Readonly<Record<string, Config | undefined>>;

function config(change: Config, others: Others = {}): Config {
  const build = Object.fromEntries(
    Object.entries({ ...right, ...change }).filter(([, value]) => value !== undefined),
  );
  return changed({
    "groundwork:network": { natGateways: "single" },
    ...others,
    "groundwork:workerGroups": { build },
  });
}

/** Path below the group, and what is said of it. */
function problems(change: Config, others: Others = {}): readonly (readonly [string, string, string])[] {
  return problemsOf(config(change, others)).map(({ path, message, allowed }) => [
    path.replace(/^groundwork:workerGroups(\.build)?\.?/, ""),
    message,
    allowed ?? "",
  ]);
}

const mixed = { overrides: ["m5d.2xlarge"] };

describe("settings: worker groups", () => {
  it("take the short form, with what the workers of before had for everything else", () => {
    const { sections } = settingsOf(config({}));
    expect(sections.workerGroups?.["build"]).to.deep.equal({
      ...right,
      scheduler: { ...(right["scheduler"] as Config), port: 2222 },
      profile: "spot",
      instanceType: "c5d.2xlarge",
      overrides: [],
      ebsOptimized: true,
      minSize: 1,
      maxSize: 6,
      rootVolumeSize: 20,
      dataVolume: { kind: "ebs", filesystem: "ext4" },
      subnets: "private",
      workerTags: [],
      environment: {},
      packages: [],
      memoryLimitPercent: 90,
      registrationTimeoutSeconds: 180,
      launchHookSeconds: 900,
      drainTimeoutSeconds: 3600,
      maxFailedBoots: 3,
      instanceRefresh: {
        enabled: true,
        minHealthyPercentage: 100,
        maxHealthyPercentage: 150,
        warmupSeconds: 60,
        alarms: [],
        autoRollback: false,
        protectedInstances: "refresh",
      },
      schedules: {},
      scaleInProtection: false,
      logRetentionDays: 30,
      alarmTopicArns: [],
      tags: {},
    });
  });

  it("want a network with a way out", () => {
    expect(problems({}, { "groundwork:network": { natGateways: "none" } })).to.deep.equal([
      [
        "subnets",
        "the private subnets reach nothing outside (natGateways is none), so no worker could reach its scheduler",
        '"public" (no port is opened by it), or NAT gateways at groundwork:network',
      ],
    ]);
    expect(problems({ subnets: "public" }, { "groundwork:network": { natGateways: "none" } })).to.deep.equal(
      [],
    );
    const without = changed({ "groundwork:workerGroups": { build: right } });
    delete without["groundwork:network"];
    delete without["groundwork:database"];
    expect(problemsOf(without).map(({ path, message }) => [path, message])).to.deep.equal([
      ["groundwork:workerGroups", "there is no network to place the workers in"],
    ]);
    const network = { ...existingNetwork(), publicSubnetIds: [] };
    const existing = { ...config({ subnets: "public" }), "groundwork:network": network };
    expect(problemsOf(existing).map(({ message }) => message)).to.deep.equal([
      "the stack's network has no public subnets for the workers",
    ]);
  });

  describe("numbers of machines", () => {
    it("refuse a count outside of minSize and maxSize", () => {
      const allowed = "a number from minSize to maxSize: 1 to 6";
      for (const count of [0, 7]) {
        expect(problems({ count })).to.deep.equal([
          ["count", `found ${count}, outside of minSize and maxSize`, allowed],
        ]);
      }
      expect(problems({ count: 0, minSize: 0 })).to.deep.equal([]);
      expect(problems({ minSize: 7 })).to.deep.equal([["minSize", "found 7, with maxSize 6", "6 at most"]]);
    });

    it("hold schedules to the same bounds, and want one of them to read the count", () => {
      const night = { cron: "0 20 * * 1-5", timeZone: "Europe/Paris", count: 0 };
      const morning = { cron: "30 6 * * mon-fri", timeZone: "Europe/Paris" };
      expect(problems({ schedules: { night, morning } })).to.deep.equal([
        [
          "schedules.night.count",
          "found 0, outside of minSize and maxSize: Auto Scaling would not carry it out",
          "a number from minSize to maxSize: 1 to 6",
        ],
      ]);
      expect(problems({ minSize: 0, schedules: { night, morning } })).to.deep.equal([]);
      expect(problems({ minSize: 0, schedules: { night } })).to.deep.equal([
        [
          "schedules",
          "every schedule has a count of its own, so that a changed count of the group would never have an effect",
          "one schedule or more without a count: it sets the group's",
        ],
      ]);
    });

    it("refuse what is no cron expression of Auto Scaling, and what is no time zone", () => {
      const wrong = [
        "0 7 * *",
        "0 0 7 * * ? *",
        "60 7 * * *",
        "@daily",
        "0 7 * * 5-1",
        "*/0 * * * *",
        "0 7 0 * *",
      ];
      for (const cron of wrong) {
        const [problem] = problems({ schedules: { morning: { cron } } });
        expect(problem?.[0], cron).to.equal("schedules.morning.cron");
      }
      for (const cron of ["*/15 6-22 * * *", "0 7,19 1 jan,JUL mon-fri", "5 0 * * 0"]) {
        expect(problems({ schedules: { morning: { cron } } }), cron).to.deep.equal([]);
      }
      const [problem] = problems({
        schedules: { morning: { cron: "0 7 * * *", timeZone: "Europe/Atlantis" } },
      });
      expect(problem?.[0]).to.equal("schedules.morning.timeZone");
    });
  });

  describe("purchase", () => {
    it("refuses a base or a percentage on demand without overrides, instead of ignoring it", () => {
      const allowed =
        "overrides (further instance types) beside it, or profile spot or ondemand for all machines";
      const message =
        "stands there without overrides: only a mixed instances group has it, and it would be ignored";
      expect(problems({ onDemandBase: 1 })).to.deep.equal([["onDemandBase", message, allowed]]);
      expect(problems({ onDemandPercentage: 50 })).to.deep.equal([["onDemandPercentage", message, allowed]]);
      expect(problems({ ...mixed, onDemandBase: 1, onDemandPercentage: 50 })).to.deep.equal([]);
    });

    it("refuses what all machines on demand would ignore", () => {
      const ondemand = { profile: "ondemand" };
      expect(problems({ ...ondemand, spotMaxPrice: 0.2 })).to.deep.equal([
        ["spotMaxPrice", "would be ignored: all machines are on demand", "profile spot beside it"],
      ]);
      expect(problems({ ...ondemand, capacityRebalance: true }).map(([path]) => path)).to.deep.equal([
        "capacityRebalance",
      ]);
      expect(problems({ ...ondemand, ...mixed, onDemandBase: 1 }).map(([path]) => path)).to.deep.equal([
        "onDemandBase",
      ]);
      expect(
        problems({
          ...ondemand,
          ...mixed,
          onDemandBase: 1,
          onDemandPercentage: 50,
          spotMaxPrice: "ondemand",
        }),
      ).to.deep.equal([]);
      expect(problems({ ...mixed, onDemandBase: 7 })).to.deep.equal([
        ["onDemandBase", "found 7, with maxSize 6: no machine would ever be spot", "6 at most"],
      ]);
    });

    it("wants types of one architecture, each once", () => {
      expect(problems({ overrides: ["c6gd.2xlarge"] })).to.deep.equal([
        [
          "overrides[0]",
          '"c6gd.2xlarge" is arm64, and instanceType "c5d.2xlarge" is x86_64',
          "types of one architecture: the machines have one image",
        ],
      ]);
      expect(problems({ overrides: ["m5d.2xlarge", "c5d.2xlarge"] })).to.deep.equal([
        ["overrides[1]", '"c5d.2xlarge" stands there already', "each type once, instanceType counted"],
      ]);
    });

    it("refuses a price that is none", () => {
      for (const spotMaxPrice of [0, -1, "0.3", "free", 1000]) {
        expect(problems({ spotMaxPrice })[0]?.[2], String(spotMaxPrice)).to.equal(
          "a price from 0.001 to 999, or ondemand, in dollars",
        );
      }
    });
  });

  describe("disks", () => {
    it("refuse local devices on types that have none", () => {
      const dataVolume = { kind: "local" };
      const allowed =
        "types with NVMe disks of their own, such as c5d, m6gd or i4i; or dataVolume.kind ebs or root";
      expect(problems({ dataVolume })).to.deep.equal([]);
      expect(problems({ dataVolume, instanceType: "c5.2xlarge" })).to.deep.equal([
        ["dataVolume.kind", '"local", and c5.2xlarge has no disks of its own', allowed],
      ]);
      expect(problems({ dataVolume, overrides: ["m5d.2xlarge", "m5.2xlarge"] })).to.deep.equal([
        ["overrides[1]", "m5.2xlarge has no disks of its own, and dataVolume.kind is local", allowed],
      ]);
    });

    it("are told by the name of the type", () => {
      const having = [
        "c5d.large",
        "m6gd.large",
        "r8idn.large",
        "i4i.large",
        "im4gn.large",
        "d3en.xlarge",
        "g5.xlarge",
      ];
      expect(having.filter((type) => !hasLocalDisks(type))).to.deep.equal([]);
      const lacking = [
        "c5.large",
        "m6g.large",
        "t3.large",
        "d2.xlarge",
        "h1.2xlarge",
        "x1.16xlarge",
        "g5g.xlarge",
        "inf2.xlarge",
      ];
      expect(lacking.filter((type) => hasLocalDisks(type))).to.deep.equal([]);
    });

    it("refuse sizes of a volume that is not there, and what gp3 does not give", () => {
      expect(problems({ dataVolume: { kind: "local", size: 100 } })).to.deep.equal([
        [
          "dataVolume.size",
          "would be ignored: kind is local",
          "only with kind ebs; a root disk has its size at rootVolumeSize",
        ],
      ]);
      expect(problems({ dataVolume: { size: 10, iops: 6000 } })).to.deep.equal([
        ["dataVolume.iops", "found 6000 for 10 GiB", "5000 at most: 500 for each GiB"],
      ]);
      expect(problems({ dataVolume: { throughput: 1000 } })).to.deep.equal([
        [
          "dataVolume.throughput",
          "found 1000, with 3000 operations a second",
          "750 at most: a quarter of them",
        ],
      ]);
    });
  });

  describe("hooks", () => {
    it("refuse a terminate hook that is shorter than the drain and its margin", () => {
      expect(problems({ drainTimeoutSeconds: 1800, terminateHookSeconds: 1919 })).to.deep.equal([
        [
          "terminateHookSeconds",
          "found 1919, with drainTimeoutSeconds 1800: Auto Scaling would end machines whose jobs still have time",
          "1920 at least, which is the drain and 120 seconds; or leave the key out",
        ],
      ]);
      expect(problems({ drainTimeoutSeconds: 1800, terminateHookSeconds: 1920 })).to.deep.equal([]);
      expect(problems({ drainTimeoutSeconds: 7081 })[0]?.[0]).to.equal("drainTimeoutSeconds");
    });

    it("refuse a launch hook in which no machine could become ready", () => {
      expect(problems({ launchHookSeconds: 599 })).to.deep.equal([
        [
          "launchHookSeconds",
          "found 599, with registrationTimeoutSeconds 180: machines would be ended before they can be ready",
          "600 at least: 240 to install, the registration, and 180 that a failed machine stays to be looked at",
        ],
      ]);
      expect(problems({ launchHookSeconds: 600 })).to.deep.equal([]);
    });
  });

  it("refuse a warm pool with spot machines and with overrides", () => {
    const warmPool = { minSize: 1 };
    expect(problems({ warmPool })).to.deep.equal([
      [
        "warmPool",
        "stands beside profile spot: Auto Scaling takes no warm pool of spot machines",
        "no warmPool, or profile ondemand",
      ],
    ]);
    expect(problems({ warmPool, profile: "ondemand", ...mixed })).to.deep.equal([
      [
        "warmPool",
        "stands beside overrides: Auto Scaling takes no warm pool in a mixed instances group",
        "no warmPool, or one instanceType without overrides and with profile ondemand",
      ],
    ]);
    expect(problems({ warmPool, profile: "ondemand" })).to.deep.equal([]);
    const small = { minSize: 3, maxPreparedCapacity: 2 };
    expect(problems({ warmPool: small, profile: "ondemand" })).to.deep.equal([
      ["warmPool.maxPreparedCapacity", "found 2, less than the pool's minSize 3", "3 at least"],
    ]);
  });

  it("refuse a refresh that would never fire", () => {
    expect(problems({ instanceRefresh: { enabled: false }, imageBuild: {} })).to.deep.equal([
      [
        "instanceRefresh.enabled",
        "false, beside imageBuild: a refresh would never fire, and no image that is deployed would reach a machine",
        "true with imageBuild, which is the default",
      ],
    ]);
    expect(
      problems({ instanceRefresh: { protectedInstances: "ignore" }, scaleInProtection: true }),
    ).to.deep.equal([
      [
        "instanceRefresh.protectedInstances",
        '"ignore", beside scaleInProtection: every machine is protected, and a refresh would never replace one',
        '"refresh" with scaleInProtection, which is the default',
      ],
    ]);
    expect(problems({ instanceRefresh: { enabled: false } })).to.deep.equal([]);
    expect(
      problems({ instanceRefresh: { minHealthyPercentage: 50, maxHealthyPercentage: 151 } }),
    ).to.deep.equal([
      [
        "instanceRefresh.maxHealthyPercentage",
        "found 151, with minHealthyPercentage 50: Auto Scaling takes no more than 100 between them",
        "150 at most",
      ],
    ]);
  });

  it("want one image", () => {
    expect(
      problems({ amazonLinuxRelease: undefined }).map(([path, message]) => [path, message]),
    ).to.deep.equal([
      ["amazonLinuxRelease", "neither amazonLinuxRelease nor workerAmiId says what the machines run"],
    ]);
    const workerAmiId = "ami-0123456789abcdef0";
    expect(problems({ workerAmiId, imageBuild: {} }).map(([, message]) => message)).to.deep.equal([
      "stands beside amazonLinuxRelease and imageBuild, which would be ignored",
    ]);
    expect(problems({ workerAmiId, amazonLinuxRelease: undefined })).to.deep.equal([]);
  });

  it("want both or neither of bastion and key pair", () => {
    const allowed = "both, for SSH from the bastion, or neither: shells go through Session Manager";
    const bastionSgAllow = "sg-0123456789abcdef0";
    expect(problems({ bastionSgAllow })).to.deep.equal([
      ["keyPairName", "is missing, and bastionSgAllow is there", allowed],
    ]);
    expect(problems({ keyPairName: "worker" })).to.deep.equal([
      ["bastionSgAllow", "is missing, and keyPairName is there", allowed],
    ]);
    expect(problems({ bastionSgAllow, keyPairName: "worker" })).to.deep.equal([]);
  });

  it("refuse to send a token in clear", () => {
    const scheduler = { ...(right["scheduler"] as Config), apiAddress: "http://10.0.0.5:8080" };
    expect(problems({ scheduler })).to.deep.equal([]);
    expect(problems({ scheduler, registrationToken: workerKey })).to.deep.equal([
      [
        "registrationToken",
        "would be sent in clear to http://10.0.0.5:8080",
        "an apiAddress that begins with https://, or no registrationToken",
      ],
    ]);
  });

  it("refuse topics of another region, and one twice", () => {
    const topic = "arn:aws:sns:eu-west-1:123456789012:alarms";
    const far = topic.replace("eu-west-1", "us-east-1");
    expect(problems({ alarmTopicArns: [topic, topic, far] })).to.deep.equal([
      ["alarmTopicArns[1]", `"${topic}" is listed twice`, "each topic once"],
      [
        "alarmTopicArns[2]",
        `"${far}" is not in eu-west-1`,
        "a topic in aws:region: CloudWatch alarms notify no other",
      ],
    ]);
  });

  it("want a checksum of the worker's release at level production, for the machines' architecture", () => {
    const production = { "groundwork:guard": { level: "production" } };
    const arm = { instanceType: "c7g.xlarge", dataVolume: { kind: "root" } };
    const pinned = { workerVersion: "7.14.1", workerSha256: { arm64: "a".repeat(64) } };
    const found = (change: Config): readonly (readonly [string, string])[] =>
      problems(change, production)
        .filter(([path]) => path.startsWith("workerSha256"))
        .map(([path, message]) => [path, message.replace(/:.*/, "")]);
    expect(found({})).to.deep.equal([["workerSha256", "no checksum for amd64 at guard level production"]]);
    expect(found(pinned)).to.deep.equal([
      ["workerSha256", "no checksum for amd64 at guard level production"],
    ]);
    expect(found({ ...pinned, ...arm })).to.deep.equal([]);
    expect(found({ workerAmiId: "ami-0123456789abcdef0", amazonLinuxRelease: undefined })).to.deep.equal([]);
    expect(problems({}).map(([path]) => path)).to.deep.equal([]);
  });

  it("refuse a log level that hides the registration, unless the scheduler can be asked", () => {
    const quiet = { environment: { CONCOURSE_LOG_LEVEL: "error" } };
    expect(problems(quiet)).to.deep.equal([
      [
        "environment.CONCOURSE_LOG_LEVEL",
        '"error" hides that the worker is registered, which it says at level info: every boot would count as failed',
        "debug or info; or a registrationToken beside it, with which the scheduler is asked",
      ],
    ]);
    expect(problems({ ...quiet, registrationToken: workerKey })).to.deep.equal([]);
    expect(problems({ environment: { CONCOURSE_LOG_LEVEL: "debug" } })).to.deep.equal([]);
  });

  it("refuse a network of containers that shares addresses with the VPC, or is none", () => {
    for (const [pool, message] of [
      [
        "10.0.64.0/19",
        "10.0.64.0/19 shares addresses with the VPC's 10.0.0.0/16, which jobs could not reach",
      ],
      ["10.0.0.0/8", "10.0.0.0/8 shares addresses with the VPC's 10.0.0.0/16, which jobs could not reach"],
      ["10.80", '"10.80" is no block of addresses'],
    ] as const) {
      for (const name of ["CONCOURSE_CONTAINERD_NETWORK_POOL", "CONCOURSE_GARDEN_NETWORK_POOL"]) {
        expect(problems({ environment: { [name]: pool } }).map(([path, text]) => [path, text])).to.deep.equal(
          [[`environment.${name}`, message]],
        );
      }
    }
    expect(problems({ environment: { CONCOURSE_CONTAINERD_NETWORK_POOL: "10.81.0.0/16" } })).to.deep.equal(
      [],
    );
  });

  it("refuse secrets and strangers at environment, tags of the program, and checksums of no version", () => {
    const environment = { CONCOURSE_GITHUB_TOKEN: "x", PATH: "/bin", CONCOURSE_GARDEN_MAX_CONTAINERS: "100" };
    expect(problems({ environment }).map(([path, message]) => [path, message])).to.deep.equal([
      [
        "environment.CONCOURSE_GITHUB_TOKEN",
        "sounds like a secret, and everything at environment stands in clear in the machine's user data",
      ],
      ["environment.PATH", "is no variable of the worker"],
    ]);
    expect(problems({ environment: { CONCOURSE_TAG: "fast" } })).to.deep.equal([
      ["environment.CONCOURSE_TAG", "is set by the program", "workerTags"],
    ]);
    for (const name of ["WORK_DIR", "HEALTHCHECK_BIND_IP", "EPHEMERAL", "CONNECTION_DRAIN_TIMEOUT"]) {
      expect(
        problems({ environment: { [`CONCOURSE_${name}`]: "1" } }).map(([, message]) => message),
      ).to.deep.equal(["is set by the program"]);
    }
    expect(problems({ tags: { "worker-group": "x", purpose: "ci" } }).map(([path]) => path)).to.deep.equal([
      "tags.worker-group",
    ]);
    expect(problems({ workerSha256: { amd64: "a".repeat(64) } })).to.deep.equal([
      [
        "workerVersion",
        "is missing, and workerSha256 is there: a checksum is of one version",
        "both, or neither",
      ],
    ]);
  });
});

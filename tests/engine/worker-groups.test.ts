import { expect } from "chai";
import { type CloudResource, documentOf, type LoggedCall, Walk } from "./support/walk";

const GROUP = "aws:autoscaling/group:Group";
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";
const INSTANCE = "aws:ec2/instance:Instance";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const NAME = "groundwork-dev-worker-build";

const scheduler = {
  apiAddress: "https://scheduler.example.com",
  host: "scheduler.example.com",
  publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample",
};
const common = {
  amazonLinuxRelease: "2023.9.20251117.1",
  scheduler,
  workerKey: { arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:worker-key-a1B2c3" },
};

function walkWithWorkers(): Walk {
  const walk = Walk.create();
  walk.edit("dev", (settings) => {
    settings.keepOnly("network", "state");
    settings.set("workerGroups", [], {
      build: {
        ...common,
        count: 3,
        overrides: ["m5d.2xlarge"],
        onDemandBase: 1,
        drainTimeoutSeconds: 600,
      },
      deploy: {
        ...common,
        profile: "ondemand",
        instanceType: "c6gd.xlarge",
        dataVolume: { kind: "local", filesystem: "ext4" },
        count: 1,
        minSize: 0,
        maxLifetimeDays: 14,
        schedules: {
          morning: { cron: "0 7 * * 1-5", timeZone: "Europe/Paris" },
          evening: { cron: "0 20 * * 1-5", timeZone: "Europe/Paris", count: 0 },
        },
      },
    });
  });
  return walk;
}

function set(walk: Walk, keys: readonly string[], value: unknown): void {
  walk.edit("dev", (settings) => {
    settings.set("workerGroups", keys, value);
  });
}

const of = (walk: Walk, type: string): readonly CloudResource[] =>
  walk.cloud().filter((resource) => resource.type === type && resource.name.startsWith("worker-groups-"));

const one = (walk: Walk, type: string, name: string): CloudResource => {
  const found = of(walk, type).find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no ${type} named ${name}`);
  return found;
};

const machines = (walk: Walk, group: string): readonly string[] =>
  walk
    .cloud()
    .filter(({ type, inputs }) => {
      const tags = (inputs["tags"] ?? {}) as Readonly<Record<string, unknown>>;
      return type === INSTANCE && tags["aws:autoscaling:groupName"] === group;
    })
    .map(({ id }) => id)
    .sort();

const told = (calls: readonly LoggedCall[]): readonly string[] =>
  calls.map(
    ({ method, type, urn }) => `${method} ${type.split(":")[2] ?? ""} ${urn.split("::").at(-1) ?? ""}`,
  );

describe("worker groups through the engine", () => {
  const walk = walkWithWorkers();

  it("come up as spot and as on demand, with every policy content, and stay as they are", async () => {
    const { outputs } = documentOf(await walk.done("rehearse", "dev", "--json"));
    const ids = of(walk, "aws:ec2/securityGroup:SecurityGroup").map(({ id }) => id);
    const shown = (outputs as Record<string, Record<string, string>>)["asg_workers_sec_group_id"] ?? {};
    expect(Object.keys(shown).sort()).to.deep.equal(["build", "deploy"]);
    expect(Object.values(shown)).to.have.members(ids);
    expect(machines(walk, NAME)).to.have.length(3);
    expect(machines(walk, "groundwork-dev-worker-deploy")).to.have.length(1);
    expect(of(walk, HOOK).map(({ id }) => id)).to.have.members(["boot", "drain", "boot", "drain"]);
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("start their machines when the network has its ways out", () => {
    const calls = told(walk.changes());
    const groups = calls.findIndex((call) => call.startsWith("create Group "));
    const routes = calls.filter((call) => /^create Route network-private.*-internet$/.test(call));
    expect(routes).not.to.deep.equal([]);
    for (const call of [
      ...routes,
      "create RolePolicy worker-groups-build",
      "create RolePolicy worker-groups-deploy",
    ]) {
      expect(groups, call).to.be.greaterThan(calls.indexOf(call));
    }
  });

  it("take another drain time by their hooks and scripts, and are not replaced", async () => {
    const before = one(walk, GROUP, "worker-groups-build");
    set(walk, ["build", "drainTimeoutSeconds"], 900);
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect([...told(calls)].sort()).to.deep.equal([
      "update Group worker-groups-build",
      "update LaunchTemplate worker-groups-build",
      "update LifecycleHook worker-groups-build-drain",
    ]);
    const hook = of(walk, HOOK).find(({ name }) => name === "worker-groups-build-drain");
    expect(hook?.outputs["heartbeatTimeout"]).to.equal(1020);
    const after = one(walk, GROUP, "worker-groups-build");
    expect(after.id).to.equal(before.id);
    // The first machines' hooks are as they were made: a change of them would replace the group.
    expect(after.outputs["initialLifecycleHooks"]).to.deep.equal(before.outputs["initialLifecycleHooks"]);
  });

  it("replace their machines when the template changes, by its number, and only of that group", async () => {
    const before = [machines(walk, NAME), machines(walk, "groundwork-dev-worker-deploy")] as const;
    set(walk, ["build", "team"], "main");
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(told(calls)).to.deep.equal([
      "update LaunchTemplate worker-groups-build",
      "update Group worker-groups-build",
    ]);
    const { outputs } = one(walk, GROUP, "worker-groups-build");
    const policy = outputs["mixedInstancesPolicy"] as {
      launchTemplate: { launchTemplateSpecification: { version: string } };
    };
    const { latestVersion } = one(walk, TEMPLATE, "worker-groups-build").outputs;
    expect(policy.launchTemplate.launchTemplateSpecification.version).to.equal(String(latestVersion));
    expect(machines(walk, NAME)).to.have.length(3);
    for (const machine of before[0]) {
      expect(machines(walk, NAME)).not.to.include(machine);
    }
    expect(machines(walk, "groundwork-dev-worker-deploy")).to.deep.equal(before[1]);
  });

  it("have the number that is asked for; where schedules are, the next of them brings it", async () => {
    set(walk, ["build", "count"], 4);
    set(walk, ["deploy", "count"], 2);
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect([...told(calls)].sort()).to.deep.equal([
      "update Group worker-groups-build",
      "update Schedule worker-groups-deploy-morning",
    ]);
    expect(machines(walk, NAME)).to.have.length(4);
    expect(machines(walk, "groundwork-dev-worker-deploy")).to.have.length(1);
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("go with everything that belongs to them, hooks after the machines that they keep", async () => {
    walk.edit("dev", (settings) => {
      settings.remove("workerGroups", ["deploy"]);
    });
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(told(calls).filter((call) => /Hook|Schedule/.test(call))).to.deep.equal([]);
    expect(of(walk, GROUP).map(({ name }) => name)).to.deep.equal(["worker-groups-build"]);
    expect(of(walk, HOOK).map(({ name }) => name)).to.have.members([
      "worker-groups-build-boot",
      "worker-groups-build-drain",
    ]);
    expect(of(walk, "aws:autoscaling/schedule:Schedule")).to.deep.equal([]);
    expect(machines(walk, "groundwork-dev-worker-deploy")).to.deep.equal([]);
  });

  it("that cannot be are refused before anything is touched", async () => {
    const other = walkWithWorkers();
    set(other, ["build", "warmPool"], { minSize: 1 });
    set(other, ["build", "count"], 9);
    set(other, ["deploy", "terminateHookSeconds"], 60);
    const result = await other.groundwork("rehearse", "dev");
    expect(result.exitCode).to.equal(2);
    for (const said of [
      "groundwork:workerGroups.build.warmPool",
      "groundwork:workerGroups.build.count",
      "found 9, outside of minSize and maxSize",
      "groundwork:workerGroups.deploy.terminateHookSeconds",
    ]) {
      expect(result.stderr).to.contain(said);
    }
    expect(other.changes()).to.deep.equal([]);
  });
});

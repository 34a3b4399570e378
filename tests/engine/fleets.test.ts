import { expect } from "chai";
import { fourRoles } from "../support/fleet-settings";
import { type CloudResource, documentOf, Walk } from "./support/walk";

const GROUP = "aws:autoscaling/group:Group";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const VOLUME = "aws:ebs/volume:Volume";
const ADDRESS = "aws:ec2/eip:Eip";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";

const certificate = (digit: string): string =>
  `arn:aws:acm:eu-west-1:482913067251:certificate/${digit.repeat(8)}-5e6f-6071-8293-a4b5c6d7e8f9`;

function walkWithFleets(): Walk {
  const walk = Walk.create();
  walk.edit("dev", (settings) => {
    settings.keepOnly("network", "state");
    settings.set("fleets", [], fourRoles());
    settings.set("accessLogs", [], { bucket: "weaveworks-dev-access-logs" });
  });
  walk.edit("dev", (settings) => {
    settings.set("fleets", ["api", "loadBalancer", "http", "certificateArn"], certificate("a"));
    settings.set("fleets", ["api", "loadBalancer", "http", "moreCertificates"], [certificate("b")]);
  });
  return walk;
}

const of = (walk: Walk, type: string): readonly CloudResource[] =>
  walk.cloud().filter((resource) => resource.type === type && resource.name.startsWith("fleets"));

const byName = (walk: Walk, type: string): ReadonlyMap<string, CloudResource> =>
  new Map(of(walk, type).map((resource) => [resource.name, resource]));

/** Runs a change that must be refused, and returns what was said. Nothing may have been touched. */
async function refused(walk: Walk, command: "preview" | "up"): Promise<readonly Record<string, string>[]> {
  const before = walk.changes().length;
  const cloud = walk.cloud();
  const result = await walk.groundwork(
    ...[command, "dev", "--rehearse", "--json", ...(command === "up" ? ["--yes"] : [])],
  );
  expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
  expect(walk.changes()).to.have.length(before);
  expect(walk.cloud()).to.deep.equal(cloud);
  return documentOf(result).refusals as Record<string, string>[];
}

describe("fleets through the engine", () => {
  const walk = walkWithFleets();

  it("come up, four roles with what each needs, past every policy, and stay as they are", async () => {
    const { fleets } = documentOf(await walk.done("rehearse", "dev", "--json")).outputs as {
      fleets: Record<string, Record<string, unknown>>;
    };
    const groups = byName(walk, GROUP);
    expect([...groups.keys()].sort()).to.deep.equal([
      "fleets-api",
      "fleets-builder",
      "fleets-git",
      "fleets-vpn",
    ]);
    expect(groups.get("fleets-git")?.inputs).to.include({
      name: "groundwork-dev-fleet-git",
      minSize: 0,
      maxSize: 1,
      desiredCapacity: 1,
      healthCheckType: "ELB",
    });
    expect(groups.get("fleets-git")?.inputs["vpcZoneIdentifiers"]).to.have.length(1);
    expect(groups.get("fleets-api")?.inputs).to.include({ minSize: 3, maxSize: 4, desiredCapacity: 3 });
    expect(groups.get("fleets-builder")?.inputs).to.include({ minSize: 1, maxSize: 4 });
    expect(groups.get("fleets-builder")?.inputs).not.to.have.property("desiredCapacity");
    const [address] = of(walk, ADDRESS);
    expect(fleets["vpn"]).to.include({
      address: address?.outputs["publicIp"],
      group: "groundwork-dev-fleet-vpn",
      roll: "./groundwork fleet dev roll vpn --rehearse",
    });
    const [volume] = of(walk, VOLUME);
    expect(fleets["git"]?.["volumeIds"]).to.deep.equal({ repositories: volume?.id });
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("get another template for another image, and exchange no machine by themselves", async () => {
    const machines = of(walk, "aws:ec2/instance:Instance").map(({ id }) => id);
    walk.edit("dev", (settings) => {
      settings.set("fleets", ["git", "amazonLinuxRelease"], "2023.9.20251208.0");
    });
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(calls.map(({ method, type }) => `${method} ${type}`)).to.deep.equal([
      `update ${TEMPLATE}`,
      `update ${GROUP}`,
    ]);
    expect(of(walk, "aws:ec2/instance:Instance").map(({ id }) => id)).to.have.members(machines);
  });

  it("let another certificate be the default one in place, with no moment without either", async () => {
    walk.edit("dev", (settings) => {
      settings.set("fleets", ["api", "loadBalancer", "http", "certificateArn"], certificate("b"));
      settings.set("fleets", ["api", "loadBalancer", "http", "moreCertificates"], [certificate("a")]);
    });
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(calls.map(({ method, type }) => `${method} ${type}`)).to.deep.equal([
      "update aws:lb/listener:Listener",
    ]);
  });

  it("take another drain time without making their group anew", async () => {
    walk.edit("dev", (settings) => settings.set("fleets", ["builder", "roll", "drainSeconds"], 600));
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(calls.filter(({ method }) => method !== "update")).to.deep.equal([]);
    expect(
      byName(walk, "aws:autoscaling/lifecycleHook:LifecycleHook").get("fleets-builder-drain")?.inputs,
    ).to.include({ heartbeatTimeout: 780 });
  });

  for (const [what, change, rule] of [
    ["shrinks", ["git", "volumes", "repositories", "size", 50], "shrinks"],
    ["moves to another zone", ["git", "availabilityZone", "eu-west-1a"], "replaces-data"],
    ["would leave no last snapshot", ["git", "volumes", "repositories", "onDeletion", "delete"], "loosened"],
  ] as const) {
    it(`are refused a volume that ${what}`, async () => {
      const changed = walk.copy();
      changed.edit("dev", (settings) => {
        settings.set("fleets", change.slice(0, -1).map(String), change.at(-1));
      });
      const refusals = await refused(changed, "up");
      expect(refusals.map(({ type, rule: name }) => [type, name])).to.deep.equal([[VOLUME, rule]]);
    });
  }

  it("are refused the end of a role with a volume, and of one with an address", async () => {
    const changed = walk.copy();
    changed.edit("dev", (settings) => settings.remove("fleets", ["git"]));
    const refusals = await refused(changed, "up");
    expect(refusals.map(({ type, rule }) => [type, rule])).to.have.deep.members([
      [BALANCER, "protected"],
      [VOLUME, "deletes-data"],
    ]);
    expect(refusals.find(({ type }) => type === VOLUME)?.["loses"]).to.contain("100 GiB");

    changed.edit("dev", (settings) => {
      settings.set("fleets", [], { ...fourRoles(), vpn: { ...fourRoles()["vpn"], address: false } });
    });
    const [address, ...more] = await refused(changed, "up");
    expect(more).to.deep.equal([]);
    expect(address).to.include({ type: ADDRESS, rule: "protected", op: "delete" });
    expect(address?.["approval"]).to.match(
      /^\.\/groundwork guard dev approve '.*::fleets-vpn' --id eipalloc-\w+ --operation delete --for 1h /,
    );
  });

  it("leave the last snapshot of a volume when the stack is taken down on purpose, say so, and drain", async () => {
    const changed = walk.copy();
    changed.edit("dev", (settings) => settings.set("guard", ["level"], "disposable"));
    await changed.done("up", "dev", "--rehearse", "--yes");
    const volume = of(changed, VOLUME)[0]?.id ?? "";
    const before = changed.changes().length;
    const result = await changed.done("destroy", "dev", "--rehearse", "--yes");
    const deleted = changed.changes().slice(before);
    expect(deleted.filter(({ type }) => type === GROUP)).to.have.length(4);
    // Until their group is gone they give its machines the time to end their work.
    expect(
      deleted.filter(({ type }) => type === "aws:autoscaling/lifecycleHook:LifecycleHook"),
    ).to.deep.equal([]);
    expect(result.stdout).to.contain(
      `Kept: the final snapshot of aws:ebs:Volume fleets-git-repositories (${volume}).`,
    );
    expect(changed.cloud().map(({ type }) => type)).to.deep.equal(["aws:ebs/snapshot:Snapshot"]);
  });
});

import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { wordsOf } from "../support/printed-commands";
import { documentOf, Walk, type LoggedCall, type Result } from "./support/walk";

const clusterType = "aws:eks/cluster:Cluster";
const groupType = "aws:eks/nodeGroup:NodeGroup";

const cluster = {
  version: "1.33",
  supportType: "EXTENDED",
  apiAccess: { publicCidrBlocks: ["203.0.113.0/24"] },
  accessEntries: {
    platform: { principalArn: "arn:aws:iam::482913067251:role/platform-engineer", policy: "clusterAdmin" },
  },
  nodeGroups: {
    default: { instanceTypes: ["m7g.large"], minSize: 2, desiredSize: 2, maxSize: 4 },
  },
};

let stoodUp: Promise<Walk> | undefined;

/** A walk on which a cluster of 1.33 stands, each caller's own. */
async function standingCluster(): Promise<Walk> {
  stoodUp ??= (async () => {
    const walk = Walk.create();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "cluster", "state");
      settings.set("cluster", [], cluster);
    });
    await walk.done("rehearse", "dev");
    return walk;
  })();
  return (await stoodUp).copy();
}

const setVersion = (walk: Walk, version: string): void =>
  walk.edit("dev", (settings) => settings.set("cluster", ["version"], version));

const versions = (walk: Walk): readonly unknown[] =>
  walk
    .cloud()
    .filter(({ type }) => type === clusterType || type === groupType)
    .map(({ outputs }) => outputs.version);

const refusalsOf = (result: Result): readonly { readonly rule: string; readonly safeWay: string }[] =>
  documentOf(result).refusals as { rule: string; safeWay: string }[];

describe("a cluster", () => {
  let walk: Walk;
  before(async () => {
    walk = await standingCluster();
  });

  it("stands up whole in one run, and a second finds nothing to change, also where EKS has other defaults since", async () => {
    const moves = walk.weather({ events: [{ event: "addon-default-moves", times: 9 }] });
    expect(versions(walk)).to.deep.equal(["1.33", "1.33"]);
    const types = new Set(walk.cloud().map(({ type }) => type));
    expect(types).to.include("kubernetes:storage.k8s.io/v1:StorageClass");
    const again = await walk.groundwork(
      ...["preview", "dev", "--rehearse", "--expect-no-changes", "--weather", moves],
    );
    expect(again.exitCode, again.stdout).to.equal(0);
    expect(again.stderr).to.contain("its default version of vpc-cni.");
  });

  it("is made in the order in which its parts need each other", () => {
    const made = walk.changes().filter(({ method }) => method === "create");
    const at = (type: string, id: string): number =>
      made.findIndex((call) => call.type === type && (call.id ?? "").includes(id));
    const order = [
      at("aws:cloudwatch/logGroup:LogGroup", "/aws/eks/"),
      at(clusterType, "groundwork-dev-cluster"),
      at("aws:eks/addon:Addon", ":vpc-cni"),
      at(groupType, ":default-"),
      at("aws:eks/addon:Addon", ":coredns"),
      at("kubernetes:storage.k8s.io/v1:StorageClass", "gp3"),
    ];
    expect(order).to.not.include(-1);
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
  });

  it("prints a kubeconfig without a credential, on stdout and nowhere else", async () => {
    const { stdout } = await walk.done("kubeconfig", "dev", "--rehearse");
    const kubeconfig = parse(stdout) as { users: { user: Record<string, unknown> }[] };
    expect(Object.keys(kubeconfig.users[0]?.user ?? {})).to.deep.equal(["exec"]);
    const { stdout: json } = await walk.done("kubeconfig", "dev", "--rehearse", "--json");
    // The runner takes the last line's end off.
    expect(JSON.parse(json)).to.deep.equal({ kubeconfig: `${stdout}\n` });
  });

  it("has no kubeconfig before it stands, and a stack without one says so", async () => {
    const walk = Walk.create();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "cluster", "state");
      settings.set("cluster", [], cluster);
    });
    const early = await walk.groundwork("kubeconfig", "dev", "--rehearse");
    expect(early.exitCode).to.equal(1);
    expect(early.stdout).to.equal("");
    expect(early.stderr).to.contain("./groundwork up dev --rehearse");
    walk.edit("dev", (settings) => settings.remove("cluster"));
    const none = await walk.groundwork("kubeconfig", "dev", "--rehearse");
    expect(none.exitCode).to.equal(2);
    expect(none.stderr).to.contain("no section groundwork:cluster");
  });

  describe("whose version skips one", () => {
    let skipping: Walk;
    before(async () => {
      skipping = await standingCluster();
      setVersion(skipping, "1.35");
    });

    for (const command of ["preview", "up"]) {
      it(`is refused by ${command}, with the next step, and nothing is touched`, async () => {
        const { calls } = await skipping.watch(async () => {
          const result = await skipping.groundwork(command, "dev", "--rehearse", "--yes", "--json");
          expect(result.exitCode, result.stderr).to.equal(3);
          const [refusal, ...more] = refusalsOf(result);
          expect(more).to.deep.equal([]);
          expect(refusal?.rule).to.equal("skips-kubernetes-version");
          expect(refusal?.safeWay).to.contain('"1.34"');
        });
        expect(calls).to.deep.equal([]);
      });
    }

    for (const [what, argv] of [
      ["preview", ["preview"]],
      ["up without a preview", ["up", "--yes", "--skip-preview"]],
    ] as const) {
      it(`is refused by plain pulumi, ${what}`, async () => {
        const { calls } = await skipping.watch(async () => {
          const pulumi = ["pulumi", ...argv, "--stack", "dev", "--non-interactive"];
          const result = await skipping.groundwork("exec", "--rehearse", "--", ...pulumi);
          expect(result.exitCode).to.not.equal(0);
          expect(result.stdout + result.stderr).to.contain("jump from Kubernetes 1.33 to 1.35");
        });
        expect(calls).to.deep.equal([]);
      });
    }
  });

  describe("that goes up by one version", () => {
    let upgraded: Walk;
    let calls: readonly LoggedCall[];
    before(async () => {
      upgraded = await standingCluster();
      setVersion(upgraded, "1.34");
      ({ calls } = await upgraded.watch(() => upgraded.done("up", "dev", "--rehearse", "--yes")));
    });

    it("is upgraded before its nodes, in place, its add-ons with it", () => {
      // What add-ons are held to is kept by the version of Kubernetes.
      const held = calls.filter(({ type }) => type === "aws:ssm/parameter:Parameter");
      expect(held.map(({ method, ok }) => `${method} ${String(ok)}`).sort()).to.deep.equal([
        ...Array.from({ length: 6 }, () => "create true"),
        ...Array.from({ length: 6 }, () => "delete true"),
      ]);
      const rest = calls.filter((call) => !held.includes(call));
      expect(rest.map(({ method, ok }) => [method, ok])).to.deep.equal(rest.map(() => ["update", true]));
      const types = calls.map(({ type }) => type);
      expect(types.indexOf(clusterType)).to.equal(0);
      expect(types).to.include(groupType);
      expect(versions(upgraded)).to.deep.equal(["1.34", "1.34"]);
    });

    it("is refused the way back", async () => {
      setVersion(upgraded, "1.33");
      const result = await upgraded.groundwork("up", "dev", "--rehearse", "--yes", "--json");
      expect(result.exitCode).to.equal(3);
      expect(refusalsOf(result).map(({ rule }) => rule)).to.include("downgrades-kubernetes");
      expect(versions(upgraded)).to.deep.equal(["1.34", "1.34"]);
    });
  });

  describe("that AWS, and then somebody, has changed outside", () => {
    let outside: Walk;
    before(async () => {
      outside = await standingCluster();
    });

    /** What has happened, and is seen: nothing looks at the cloud before somebody has it looked at. */
    async function seen(event: "kubernetes-is-upgraded" | "cluster-is-deleted"): Promise<Result> {
      await outside.done(
        "kubeconfig",
        "dev",
        "--rehearse",
        "--weather",
        outside.weather({ events: [{ event }] }),
      );
      return outside.pulumi("dev", "refresh", "--yes", "--skip-preview");
    }

    it("is refused the way back from an upgrade of its control plane, and goes on from the version that a command writes", async () => {
      expect((await seen("kubernetes-is-upgraded")).exitCode).to.equal(0);
      const refused = await outside.groundwork("preview", "dev", "--rehearse", "--json");
      expect(refusalsOf(refused).map(({ rule }) => rule)).to.deep.equal(["downgrades-kubernetes"]);
      await outside.done("adopt", "dev", "--rehearse", "--yes");
      await outside.done("up", "dev", "--rehearse", "--yes");
      expect(versions(outside)).to.deep.equal(["1.34", "1.34"]);
    });

    it("is not made anew, empty, where it was deleted, before somebody has said so; then it stands again", async () => {
      const unreachable = await seen("cluster-is-deleted");
      expect(unreachable.exitCode).to.not.equal(0);
      expect(unreachable.stdout + unreachable.stderr).to.contain("PULUMI_K8S_DELETE_UNREACHABLE");
      outside.variables = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
      await outside.pulumiDone("dev", "refresh", "--yes", "--skip-preview");
      outside.variables = {};
      const refused = await outside.groundwork("preview", "dev", "--rehearse", "--json");
      const refusals = documentOf(refused).refusals as { rule: string; approval?: string }[];
      expect(refusals.map(({ rule }) => rule)).to.deep.equal(["recreates-data"]);
      const [call = ""] = refusals.map(({ approval = "" }) => approval);
      await outside.done(
        ...wordsOf(
          call.replace("./groundwork ", "").replace(/WHY[^']*/, "somebody has deleted it, nothing is left"),
        ),
        "--yes",
      );
      await outside.done("up", "dev", "--rehearse", "--yes");
      expect(versions(outside)).to.deep.equal(["1.34", "1.34"]);
      expect(outside.cloud().map(({ type }) => type)).to.include("kubernetes:storage.k8s.io/v1:StorageClass");
    });
  });

  it("gets a node by one number, and nothing else changes", async () => {
    const growing = await standingCluster();
    const file = path.join(growing.project, "Pulumi.dev.yaml");
    const before = readFileSync(file, "utf8");
    await growing.done("nodes", "dev", "default", "+1", "--rehearse");
    expect(readFileSync(file, "utf8")).to.equal(before.replace("desiredSize: 2", "desiredSize: 3"));
    const { calls } = await growing.watch(() => growing.done("up", "dev", "--rehearse", "--yes"));
    expect(calls.map(({ method, type }) => [method, type])).to.deep.equal([["update", groupType]]);
    const [group] = growing.cloud().filter(({ type }) => type === groupType);
    expect(group?.outputs.scalingConfig).to.deep.equal({ minSize: 2, desiredSize: 3, maxSize: 4 });
  });

  it("is replaced group by group, the new nodes before the old ones go", async () => {
    const changing = await standingCluster();
    changing.edit("dev", (settings) =>
      settings.set("cluster", ["nodeGroups", "default", "instanceTypes"], ["m7i.large"]),
    );
    const { calls } = await changing.watch(() => changing.done("up", "dev", "--rehearse", "--yes"));
    const ofGroups = calls.filter(({ type }) => type === groupType).map(({ method }) => method);
    expect(ofGroups).to.deep.equal(["create", "delete"]);
  });

  it("is refused to go while data is held, and goes whole when it is given up", async () => {
    const ending = await standingCluster();
    const refused = await ending.groundwork("destroy", "dev", "--rehearse", "--yes", "--json");
    expect(refused.exitCode).to.equal(3);
    ending.edit("dev", (settings) => settings.set("guard", ["level"], "disposable"));
    await ending.done("up", "dev", "--rehearse", "--yes");
    await ending.done("destroy", "dev", "--rehearse", "--yes");
    expect(ending.cloud()).to.deep.equal([]);
  });
});

import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { wrongVersion } from "../../../guard/judge/kubernetes-version";
import type { GuardLevel } from "../../../guard/level";
import type { Step } from "../../../guard/step";
import { create, state, UNKNOWN_TEXT, update, urn } from "../steps";

const CLUSTER = "aws:eks/cluster:Cluster";
const GROUP = "aws:eks/nodeGroup:NodeGroup";
const levels: readonly GuardLevel[] = ["production", "development", "disposable"];

const cluster = (from: string, to: string): Step =>
  update(
    CLUSTER,
    { name: "c", version: from, deletionProtection: true },
    { name: "c", version: to, deletionProtection: true },
  );
const nodes = (from: string, to: string): Step =>
  update(GROUP, { clusterName: "c", version: from }, { clusterName: "c", version: to });

function rules(steps: readonly Step[], level: GuardLevel = "development"): readonly string[] {
  return judgeSteps(steps, { level }).map(({ rule }) => rule);
}

describe("the guard over versions of Kubernetes", () => {
  it("lets a cluster and its nodes go up by one minor version", () => {
    expect(rules([cluster("1.33", "1.34"), nodes("1.33", "1.34")])).to.deep.equal([]);
  });

  it("refuses a skipped version at every level, with the next step to take", () => {
    for (const level of levels) {
      const [refusal] = judgeSteps([cluster("1.33", "1.35")], { level });
      expect(refusal, level).to.include({ rule: "skips-kubernetes-version", op: "update", type: CLUSTER });
      expect(refusal?.safeWay).to.contain('version to "1.34"');
    }
  });

  it("lets nodes skip what the control plane went through without them", () => {
    expect(rules([cluster("1.34", "1.35"), nodes("1.33", "1.35")])).to.deep.equal([]);
  });

  it("refuses the way down, of cluster and nodes, at every level", () => {
    for (const level of levels) {
      expect(rules([cluster("1.34", "1.33")], level), level).to.deep.equal(["downgrades-kubernetes"]);
      expect(rules([nodes("1.34", "1.33")], level), level).to.deep.equal(["downgrades-kubernetes"]);
    }
  });

  it("goes by what runs where EKS has upgraded by itself", () => {
    const step = cluster("1.33", "1.33");
    const upgraded: Step = {
      ...step,
      old: state(step.old?.inputs, { outputs: { ...step.old?.inputs, version: "1.34" } }),
    };
    const [refusal] = judgeSteps([upgraded], { level: "development" });
    expect(refusal?.rule).to.equal("downgrades-kubernetes");
    expect(refusal?.safeWay).to.contain('version to "1.34"');
  });

  it("refuses nodes that are newer than their control plane", () => {
    const same: Step = { ...cluster("1.33", "1.33"), op: "same" };
    expect(rules([same, nodes("1.33", "1.34")])).to.deep.equal(["nodes-newer-than-control-plane"]);
    expect(rules([same, create(GROUP, { clusterName: "c", version: "1.34" })])).to.deep.equal([
      "nodes-newer-than-control-plane",
    ]);
    expect(rules([same, nodes("1.32", "1.33")])).to.deep.equal([]);
  });

  it("refuses to leave nodes more than three versions behind", () => {
    const lagging = { ...nodes("1.31", "1.31"), op: "same" as const };
    expect(rules([cluster("1.34", "1.35"), lagging])).to.deep.equal(["leaves-nodes-behind"]);
    expect(rules([cluster("1.33", "1.34"), lagging])).to.deep.equal([]);
  });

  it("refuses a version that cannot be known", () => {
    expect(rules([cluster("1.33", UNKNOWN_TEXT)])).to.deep.equal(["unknown-value"]);
  });

  it("says nothing of a cluster that is made", () => {
    expect(rules([create(CLUSTER, { name: "c", version: "1.35" })])).to.deep.equal([]);
  });

  it("judges a change by itself, as hooks see it", () => {
    const change = { urn: urn(CLUSTER), type: CLUSTER, oldInputs: {}, oldOutputs: { version: "1.33" } };
    expect(wrongVersion({ ...change, newInputs: { version: "1.35" } })?.rule).to.equal(
      "skips-kubernetes-version",
    );
    expect(wrongVersion({ ...change, newInputs: { version: "1.34" } })).to.equal(undefined);
    expect(
      wrongVersion({ ...change, type: "aws:rds/instance:Instance", newInputs: { version: "1.35" } }),
    ).to.equal(undefined);
  });

  it("refuses other zones for a control plane, at every level, and says which to write", () => {
    const inZones = (from: string | undefined, to: string): Step => {
      const of = (zones: string | undefined): Record<string, unknown> => ({
        name: "c",
        version: "1.34",
        deletionProtection: true,
        ...(zones !== undefined && { tags: { "control-plane-zones": zones } }),
      });
      return update(CLUSTER, of(from), of(to));
    };
    for (const level of levels) {
      const [refusal, ...more] = judgeSteps([inZones("eu-west-1a eu-west-1b", "eu-west-1a eu-west-1c")], {
        level,
      });
      expect(more).to.deep.equal([]);
      expect(refusal).to.include({ rule: "moves-control-plane", op: "update", type: CLUSTER });
      expect(refusal?.safeWay).to.contain("controlPlaneZones to [eu-west-1a, eu-west-1b]");
    }
    expect(rules([inZones("eu-west-1a eu-west-1b", "eu-west-1b eu-west-1a")])).to.deep.equal([]);
    expect(rules([inZones(undefined, "eu-west-1a eu-west-1b")])).to.deep.equal([]);
  });
});

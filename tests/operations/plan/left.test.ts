import { expect } from "chai";
import { RunLeft } from "../../../operations/plan/left";
import type { RunGraph, RunResource } from "../../../operations/plan/run-graph";
import { timelineOf } from "../../../operations/plan/timeline";

const urn = (type: string, name: string): string => `urn:pulumi:dev::groundwork::${type}::${name}`;

function resource(
  type: string,
  name: string,
  on?: RunResource,
  op: RunResource["op"] = "create",
): RunResource {
  const dependencies = on === undefined ? [] : [on.urn];
  const own = { urn: urn(type, name), type, name, op, custom: true, inputs: {} };
  return { ...own, parent: "", provider: "", givers: dependencies, dependencies };
}

describe("what is left of a run", () => {
  const cluster = resource("aws:eks/cluster:Cluster", "cluster");
  const nodes = resource("aws:eks/nodeGroup:NodeGroup", "nodes", cluster);
  const graph: RunGraph = { stack: "dev", action: "up", resources: [cluster, nodes] };
  const create = ({ urn: of }: RunResource) => ({ urn: of, op: "create" as const });
  let now = 0;
  const started = (of: RunGraph = graph): RunLeft => {
    now = 0;
    return new RunLeft({ graph: of, timeline: timelineOf(of) }, () => now);
  };

  it("is the whole prediction before anything has begun", () => {
    expect(started().left()).to.deep.equal({ seconds: 660, next: cluster.urn });
  });

  it("is reckoned for as many hands as the prediction", () => {
    const other = resource("aws:eks/cluster:Cluster", "other");
    const of: RunGraph = { ...graph, resources: [cluster, other] };
    const secondsWith = (parallel: number): number =>
      new RunLeft({ graph: of, timeline: timelineOf(of, parallel) }, () => 0).left().seconds;
    expect([1, 2].map(secondsWith)).to.deep.equal([1080, 540]);
  });

  it("is what is left of what is under way, and what waits for it", () => {
    const run = started();
    run.begin(create(cluster));
    now = 140_000;
    expect(run.left()).to.deep.equal({ seconds: 520, next: nodes.urn, waitsFor: cluster.urn });
  });

  it("takes what is longer under way than predicted for nearly done, and what is done for done however long it took", () => {
    const run = started();
    run.begin(create(cluster));
    now = 600_000;
    expect(run.left().seconds).to.equal(1 + 120);
    run.end(create(cluster));
    run.begin(create(nodes));
    expect(run.left()).to.deep.equal({ seconds: 120 });
    run.end(create(nodes));
    expect(run.left()).to.deep.equal({ seconds: 0 });
  });

  it("knows the two halves of a replacement apart, and nothing of what was not planned", () => {
    const group = resource("aws:autoscaling/group:Group", "machines", undefined, "replace");
    const run = started({ ...graph, resources: [group] });
    expect(run.secondsOf({ urn: group.urn, op: "create-replacement" })).to.equal(60);
    expect(run.secondsOf({ urn: group.urn, op: "delete-replaced" })).to.equal(120);
    expect(run.secondsOf(create(cluster))).to.equal(undefined);
    run.end({ urn: group.urn, op: "create-replacement" });
    expect(run.left().seconds).to.equal(120);
  });
});

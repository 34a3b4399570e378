import { expect } from "chai";
import { destroyOf, giversOf, graphOfState, inTurns } from "../../../operations/plan/graph-readers";
import type { RunGraph, RunResource } from "../../../operations/plan/run-graph";
import { timelineOf } from "../../../operations/plan/timeline";

const urn = (type: string, name: string): string => `urn:pulumi:dev::groundwork::${type}::${name}`;

function resource(type: string, name: string, more: Partial<RunResource> = {}): RunResource {
  const known = { urn: urn(type, name), type, name, op: "create" as const, custom: true, inputs: {} };
  return { ...known, parent: "", provider: "", dependencies: [], givers: [], ...more };
}

const up = (...resources: RunResource[]): RunGraph => ({ stack: "dev", action: "up", resources });

const vpc = resource("aws:ec2/vpc:Vpc", "network");
const nat = resource("aws:ec2/natGateway:NatGateway", "nat", { givers: [vpc.urn], dependencies: [vpc.urn] });
const cluster = resource("aws:eks/cluster:Cluster", "cluster", {
  givers: [vpc.urn],
  dependencies: [vpc.urn, nat.urn],
});

describe("the timeline of a run", () => {
  it("is as long as its longest chain, and says what waits for what, since when, and why", () => {
    const timeline = timelineOf(up(vpc, nat, cluster));
    expect(timeline.action).to.equal("stand-up");
    expect(timeline.seconds).to.equal(12 + 105 + 540);
    expect(timeline.criticalPath).to.deep.equal([
      { urn: vpc.urn, type: vpc.type, name: "network", startsAt: 0, seconds: 12 },
      {
        ...{ urn: nat.urn, type: nat.type, name: "nat", startsAt: 12, seconds: 105 },
        ...{ waitsFor: vpc.urn, edge: "forced" },
      },
      {
        ...{ urn: cluster.urn, type: cluster.type, name: "cluster", startsAt: 117, seconds: 540 },
        ...{ waitsFor: nat.urn, edge: "ours" },
      },
    ]);
  });

  it("has the chain that the clouds force as its bound, and names what is ours on the longer one", () => {
    const timeline = timelineOf(up(vpc, nat, cluster));
    expect(timeline.boundSeconds).to.equal(12 + 540);
    expect(timeline.ratio).to.equal(1.19);
    expect(timeline.falseEdges).to.deep.equal([{ urn: cluster.urn, waitsFor: [nat.urn], seconds: 105 }]);
  });

  it("counts an order that a cloud demands as forced, also where it follows from several of ours", () => {
    const nodes = resource("aws:eks/nodeGroup:NodeGroup", "nodes");
    const namespace = resource("kubernetes:core/v1:Namespace", "space", { dependencies: [nodes.urn] });
    const pods = resource("kubernetes:apps/v1:Deployment", "web", { dependencies: [namespace.urn] });
    const timeline = timelineOf(up(nodes, namespace, pods));
    expect(timeline.seconds).to.equal(120 + 1 + 10);
    expect(timeline.boundSeconds).to.equal(120 + 10);
    expect(timeline.criticalPath.map(({ edge, why }) => [edge, why])).to.deep.equal([
      [undefined, undefined],
      ["ours", undefined],
      ["declared", "an object is in a namespace that is there"],
    ]);
  });

  it("takes as many steps at a time as the engine does, those first that could begin first", () => {
    const queues = ["a", "b", "c"].map((name) => resource("aws:sqs/queue:Queue", name));
    const timeline = timelineOf(up(...queues), 2);
    expect([timeline.seconds, timeline.unlimitedSeconds]).to.deep.equal([50, 25]);
    expect(timeline.steps.map(({ name, startsAt }) => [name, startsAt])).to.deep.equal([
      ["a", 0],
      ["b", 0],
      ["c", 25],
    ]);
  });

  it("leaves out components and what stays as it is, and waits through them", () => {
    const same = resource("aws:rds/instance:Instance", "database", { op: "same" });
    const component = resource("groundwork:cluster:Cluster", "cluster", {
      custom: false,
      dependencies: [vpc.urn],
    });
    const child = resource("aws:kms/key:Key", "key", { parent: component.urn, dependencies: [same.urn] });
    const timeline = timelineOf(up(same, vpc, component, child));
    expect(timeline.action).to.equal("change");
    expect(timeline.steps.map(({ name }) => name)).to.deep.equal(["network", "key"]);
    expect(timeline.criticalPath.at(-1)).to.include({
      name: "key",
      startsAt: 12,
      waitsFor: vpc.urn,
      edge: "ours",
    });
  });

  it("makes the new one of a replacement first and deletes the old one last, or the other way where that is planned", () => {
    const group = resource("aws:autoscaling/group:Group", "machines", { op: "replace" });
    const both = timelineOf(up({ ...group, deletesFirst: true }));
    expect(both.steps.map(({ op, seconds }) => [op, seconds])).to.deep.equal([["replace", 60 + 120]]);
    expect(timelineOf(up(group, vpc)).steps.map(({ op, startsAt }) => [op, startsAt])).to.deep.equal([
      ["replace", 0],
      ["create", 0],
      ["delete", 60],
    ]);
  });

  it("deletes in the engine's rounds, the furthest from the root first", () => {
    const table = resource("aws:dynamodb/table:Table", "lone");
    const timeline = timelineOf(destroyOf(up(vpc, nat, cluster, table)));
    expect(timeline.action).to.equal("tear-down");
    expect(timeline.steps.map(({ name, startsAt, seconds }) => [name, startsAt, seconds])).to.deep.equal([
      ["cluster", 0, 180],
      ["nat", 180, 60],
      ["network", 240, 1],
      ["lone", 240, 5],
    ]);
    expect([timeline.seconds, timeline.boundSeconds]).to.deep.equal([245, 181]);
  });

  it("deletes nothing for what goes along with another", () => {
    const hook = resource("aws:autoscaling/lifecycleHook:LifecycleHook", "drain", { deletedWith: vpc.urn });
    expect(timelineOf(destroyOf(up(vpc, hook))).steps.map(({ name }) => name)).to.deep.equal(["network"]);
  });

  it("is nothing where nothing is to be done", () => {
    const { seconds, ratio, criticalPath } = timelineOf(
      up(resource("aws:ec2/vpc:Vpc", "network", { op: "same" })),
    );
    expect({ seconds, ratio, criticalPath }).to.deep.equal({ seconds: 0, ratio: 1, criticalPath: [] });
  });

  it("says that resources which wait for each other have no time", () => {
    const [a, b] = [urn("aws:kms/key:Key", "a"), urn("aws:kms/key:Key", "b")];
    const circle = ["a", "b"].map((name) => resource("aws:kms/key:Key", name, { dependencies: [a, b] }));
    expect(() => timelineOf(up(...circle))).to.throw("wait for each other in a circle");
  });

  it("lets a metal worker wait for its turn, where there are fewer turns than slots", () => {
    const slots = [0, 1].flatMap((slot) => {
      const worker = resource("groundwork:metal-workers:MetalWorker", `docker-worker-${slot}`, {
        custom: false,
      });
      return [
        worker,
        resource("command:remote:Command", `docker-worker-${slot}-docker`, { parent: worker.urn }),
      ];
    });
    expect(timelineOf(inTurns(up(...slots), 1)).seconds).to.equal(90);
    expect(timelineOf(inTurns(up(...slots), 2)).seconds).to.equal(45);
  });
});

describe("what gives a resource something", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const named = (): Readonly<Record<string, unknown>> => ({
    name: "groundwork-dev",
    description: "The cluster",
  });

  it("is what a value comes from that is not known before it is there", () => {
    expect(giversOf({ ids: ["x", unknown] }, { ids: ["urn:a", "urn:b"] }, () => ({}))).to.deep.equal([
      "urn:a",
      "urn:b",
    ]);
  });

  it("is what an input calls by its name, and nothing else whose value was known before", () => {
    expect(giversOf({ clusterName: "groundwork-dev" }, { clusterName: ["urn:a"] }, named)).to.deep.equal([
      "urn:a",
    ]);
    expect(giversOf({ version: "The cluster" }, { version: ["urn:a"] }, named)).to.deep.equal([]);
  });

  it("is told from the state by the values themselves", () => {
    const state = [
      {
        urn: vpc.urn,
        type: vpc.type,
        custom: true,
        id: "vpc-0123456789",
        inputs: { cidrBlock: "10.0.0.0/16" },
      },
      ...["subnet", "other"].map((name) => ({
        ...{ urn: urn("aws:ec2/subnet:Subnet", name), type: "aws:ec2/subnet:Subnet", custom: true },
        inputs: { vpcId: name === "subnet" ? "vpc-0123456789" : "10.0.0.0/16" },
        propertyDependencies: { vpcId: [vpc.urn] },
        dependencies: [vpc.urn],
      })),
    ];
    const { resources } = graphOfState("dev", state);
    expect(resources.map(({ givers }) => givers)).to.deep.equal([[], [vpc.urn], []]);
  });
});

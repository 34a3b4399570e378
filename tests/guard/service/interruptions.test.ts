import { expect } from "chai";
import { durationText, interruptionsOf, type Interruption } from "../../../guard/service/interruptions";
import type { Step } from "../../../guard/step";
import { durationOf } from "../../../rehearsal/catalogue/durations";
import { create, DATABASE, deletion, replacement, state, update, urn } from "../steps";

const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const GROUP = "aws:autoscaling/group:Group";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

type Inputs = Readonly<Record<string, unknown>>;

function told(steps: readonly Step[]): readonly Interruption[] {
  return interruptionsOf(steps, durationOf);
}

/** Without what the type says already. */
function words(...steps: readonly Step[]): readonly Omit<Interruption, "urn" | "type">[] {
  return told(steps).map(({ who, why, when, seconds }) => ({ who, why, when, seconds }));
}

function changed(type: string, before: Inputs, after: Inputs): Step {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    ...update(type, before, after),
    changedKeys: keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])),
  };
}

describe("whom a plan takes service from", () => {
  it("nobody, where what serves is made, or replaced by what is made first, or changed in passing", () => {
    expect(
      words(
        create(BALANCER),
        replacement(GROUP, ["name"]),
        changed(BALANCER, { idleTimeout: 60 }, { idleTimeout: 120 }),
        changed(DATABASE, { backupRetentionPeriod: 7 }, { backupRetentionPeriod: 14 }),
      ),
    ).to.deep.equal([]);
  });

  it("the clients of what is deleted, and the plan has no end of it", () => {
    expect(told([deletion(BALANCER)])).to.deep.equal([
      {
        urn: urn(BALANCER),
        type: BALANCER,
        who: "clients of the load balancer thing",
        why: "it is deleted",
        when: "at once",
        seconds: null,
      },
    ]);
  });

  it("the clients of what is deleted before there is another, for as long as both take", () => {
    const step = { ...replacement(TARGETS, ["port"]), deletesFirst: true };
    expect(words(step)).to.deep.equal([
      {
        who: "clients of the target group thing",
        why: "it is deleted before another is made (port)",
        when: "at once",
        seconds: 2,
      },
    ]);
  });

  it("of a load balancer once, and not of each listener that goes with it", () => {
    const [listener, rule] = ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"];
    const gone = (type: string, id: string, inputs: Inputs): Step => deletion(type, state(inputs, { id }));
    const steps = [
      gone(BALANCER, "lb-1", {}),
      gone(listener, "listener-1", { loadBalancerArn: "lb-1" }),
      gone(rule, "rule-1", { listenerArn: "listener-1" }),
      gone(listener, "listener-2", { loadBalancerArn: "lb-2" }),
    ];
    expect(words(...steps).map(({ who }) => who)).to.deep.equal([
      "clients of the listener thing",
      "clients of the load balancer thing",
    ]);
  });

  it("nobody where what goes only carried out what others say", () => {
    expect(words(deletion(TARGETS), deletion("aws:ec2/route:Route"))).to.deep.equal([]);
  });

  it("nobody where a certificate's proof goes, which ACM alone asks for, and who asks for any other name", () => {
    const RECORD = "aws:route53/record:Record";
    const gone = (...records: readonly string[]): readonly string[] =>
      words({ ...deletion(RECORD), old: state({ records }) }).map(({ who }) => who);
    expect(gone("_0123.jkddzztszm.acm-validations.aws.")).to.deep.equal([]);
    expect(gone("www.example.net")).to.deep.equal(["who asks for the name thing"]);
  });

  it("the database's users in the maintenance window, unless changes are made at once", () => {
    const [before, after] = [{ instanceClass: "db.t4g.medium" }, { instanceClass: "db.t4g.large" }];
    const base = { who: "users of the database thing", why: "its class changes", seconds: 600 };
    expect(words(changed(DATABASE, before, after))).to.deep.equal([
      { ...base, when: "in the maintenance window" },
    ]);
    expect(
      words(changed(DATABASE, { ...before, applyImmediately: true }, { ...after, applyImmediately: true })),
    ).to.deep.equal([{ ...base, when: "at once" }]);
  });

  it("the database's users for two minutes where a standby takes over, but not where the engine is upgraded", () => {
    const standby = { multiAz: true, instanceClass: "db.t4g.medium", engineVersion: "16.8" };
    expect(words(changed(DATABASE, standby, { ...standby, instanceClass: "db.t4g.large" }))).to.deep.equal([
      {
        who: "users of the database thing",
        why: "its class changes, and the standby takes over",
        when: "in the maintenance window",
        seconds: 120,
      },
    ]);
    expect(
      words(changed(DATABASE, standby, { ...standby, engineVersion: "16.9" })).map(({ seconds }) => seconds),
    ).to.deep.equal([600]);
  });

  it("the database's users when automated backups are switched on or off", () => {
    const times = (from: number, to: number): number =>
      words(changed(DATABASE, { backupRetentionPeriod: from }, { backupRetentionPeriod: to })).length;
    expect([times(0, 7), times(7, 0), times(7, 14)]).to.deep.equal([1, 1, 0]);
  });

  it("a machine's users while it is stopped", () => {
    expect(
      words(changed("aws:ec2/instance:Instance", { instanceType: "t3.small" }, { instanceType: "t3.large" })),
    ).to.have.length(1);
  });

  it("users of machines that a refresh may take all at once", () => {
    const inputs = (percent: number, version: string): Inputs => ({
      desiredCapacity: 2,
      launchTemplate: { version },
      instanceRefresh: { preferences: { minHealthyPercentage: percent } },
    });
    expect(words(changed(GROUP, inputs(0, "1"), inputs(0, "2")))).to.have.length(1);
    expect(words(changed(GROUP, inputs(50, "1"), inputs(50, "2")))).to.deep.equal([]);
    expect(words(changed(GROUP, inputs(0, "1"), { ...inputs(0, "1"), maxSize: 4 }))).to.deep.equal([]);
  });

  it("users of pods that end before others begin", () => {
    const inputs = (strategy: Inputs, image: string, replicas = 1): Inputs => ({
      spec: { replicas, strategy, template: { image } },
    });
    const rolled = (strategy: Inputs, replicas = 1): number =>
      words(changed(DEPLOYMENT, inputs(strategy, "a", replicas), inputs(strategy, "b", replicas))).length;
    expect(rolled({ type: "Recreate" })).to.equal(1);
    expect(rolled({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } })).to.equal(0);
    expect(rolled({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } })).to.equal(1);
    expect(rolled({ type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } }, 2)).to.equal(0);
    const scaled = changed(DEPLOYMENT, inputs({}, "a"), inputs({}, "a", 0));
    expect(words(scaled).map(({ seconds }) => seconds)).to.deep.equal([null]);
  });

  it("the clients of what is deleted when another of its kind is made, until they turn to that", () => {
    const SERVICE = "kubernetes:core/v1:Service";
    const named = (step: Step, name: string, parent: string): Step => ({
      ...step,
      urn: step.urn.replace(/[^:]+$/, name),
      parent,
    });
    const gone = named(deletion(SERVICE), "web-network", "workload");
    const base = { who: "clients of the service web-network", when: "at once", seconds: null };
    expect(words(gone, named(create(SERVICE), "web-classic", "workload"))).to.have.length(1);
    expect(told([gone, named(create(SERVICE), "web-classic", "workload")])[0]).to.deep.include({
      ...base,
      why: "it is deleted when that is made",
      successors: ["web-classic"],
    });
    const [record, another] = ["a", "b"].map((name) =>
      named(deletion("aws:route53/record:Record"), name, "dns"),
    );
    expect(record && another && words(record, { ...another, op: "create" })[0]?.why).to.equal(
      "it is deleted",
    );
    // Of another part of the program, or of another kind.
    for (const other of [
      named(create(SERVICE), "api", "another"),
      named(create(DEPLOYMENT), "web", "workload"),
    ]) {
      expect(told([gone, other])[0]).to.not.have.property("successors");
    }
    const machine = "aws:ec2/instance:Instance";
    const device = named(create("equinix-metal:index/device:Device"), "worker-1", "workers");
    expect(told([named(deletion(machine), "worker-1", "workers"), device])[0]?.successors).to.deep.equal([
      "worker-1",
    ]);
  });

  it("who has the address of what is replaced, also where the new one is made first", () => {
    expect(
      told([replacement(BALANCER, ["internal"])]).map(({ why, successors }) => [why, successors]),
    ).to.deep.equal([["another is made first, with an address of its own (internal)", ["the new address"]]]);
    expect(words(replacement("aws:ec2/eip:Eip", ["domain"]))).to.have.length(1);
  });

  it("is told in seconds and minutes, and where the plan has no end of it, by what ends it", () => {
    expect([20, 120, 600, null].map((seconds) => durationText({ seconds }))).to.deep.equal([
      "about 20 s",
      "about 2 min",
      "about 10 min",
      "until another run brings it back",
    ]);
    const turned = (...successors: readonly string[]): string => durationText({ seconds: null, successors });
    expect([turned("a"), turned("a", "b"), turned("a", "b", "c", "d")]).to.deep.equal([
      "until they turn to a",
      "until they turn to a, b",
      "until they turn to a, b or 2 more",
    ]);
  });
});

import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { readPlan } from "../../../operations/plan/plan";
import { Progress } from "../../../operations/plan/progress";
import { timelineOf } from "../../../operations/plan/timeline";
import { recorded, thing } from "../fixtures";
import { FakeTerminal } from "../../support/fake-terminal";

describe("progress", () => {
  it("says when a resource is done, with the time it took, and nothing of components and providers", () => {
    const fake = new FakeTerminal();
    let now = 0;
    const progress = new Progress(fake.output(), { now: () => now });
    const events = recorded("mixed").filter(({ resourcePreEvent }) => resourcePreEvent !== undefined);
    const update = events.find(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "update");
    for (const event of events) {
      progress.onEvent(event);
    }
    now = 2500;
    const metadata = update?.resourcePreEvent?.metadata;
    if (metadata === undefined) {
      throw new Error("the recording has no update");
    }
    progress.onEvent({ sequence: 0, timestamp: 0, resOutputsEvent: { metadata } });
    progress.stop();
    expect(fake.err).to.equal("  updated fake:index:Thing chg (2.5 s)\n");
    expect(fake.out).to.equal("");
  });

  it("says what failed", () => {
    const fake = new FakeTerminal();
    const progress = new Progress(fake.output(), { now: () => 0 });
    for (const event of recorded("failed-up")) {
      progress.onEvent(event);
    }
    progress.stop();
    expect(fake.err).to.equal("  failed creating fake:index:Thing new after 0.0 s\n");
  });

  it("counts what is done, and says at the end how much it was and how long it took", () => {
    const fake = new FakeTerminal();
    let now = 0;
    const events = recorded("create");
    const progress = new Progress(fake.output(), { plan: readPlan(events), now: () => now });
    const made = events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent?.metadata.new?.custom === true ? [resourcePreEvent] : [],
    );
    for (const event of made) {
      progress.onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: event });
      progress.onEvent({ sequence: 0, timestamp: 0, resOutputsEvent: event });
    }
    now = 100_000;
    progress.stop();
    expect(fake.err).to.equal("  [1/1] created fake:index:Thing a (0.0 s)\n");
    expect(progress.summary()).to.equal("1 created in 1 min 40 s");
  });

  it("says of what takes long how long it was to take, what is left and what comes next, and in the end what was predicted", () => {
    const fake = new FakeTerminal();
    let now = 0;
    const [nodes, web] = (["aws:eks/nodeGroup:NodeGroup", "kubernetes:apps/v1:Deployment"] as const).map(
      (type, index) => ({
        ...{
          urn: thing(`r${index}`),
          type,
          name: `r${index}`,
          op: "create" as const,
          custom: true,
          inputs: {},
        },
        ...{ parent: "", provider: "", givers: [], dependencies: index === 0 ? [] : [thing("r0")] },
      }),
    );
    const graph = {
      stack: "dev",
      action: "up" as const,
      resources: [nodes, web].flatMap((one) => one ?? []),
    };
    const progress = new Progress(fake.output(), {
      now: () => now,
      prediction: { graph, timeline: timelineOf(graph) },
    });
    const metadata = {
      op: "create",
      urn: thing("r0"),
      type: "aws:eks/nodeGroup:NodeGroup",
    } as StepEventMetadata;
    progress.onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: { metadata } });
    now = 10_000;
    progress.tick();
    now = 30_000;
    progress.onEvent({ sequence: 0, timestamp: 0, resOutputsEvent: { metadata } });
    progress.stop();
    expect(fake.err.split("\n").slice(0, 2)).to.deep.equal([
      "  still creating aws:eks:NodeGroup r0 (10 s of about 2 min)",
      "  about 2 min left; next on the longest way fake:index:Thing r1, which waits for fake:index:Thing r0",
    ]);
    expect(progress.summary()).to.equal("1 created in 30 s; about 2 min were predicted");
  });

  it("says that it stops when what has begun has ended, and what that is", () => {
    const fake = new FakeTerminal();
    const asked = new AbortController();
    const progress = new Progress(fake.output(), { now: () => 0, stopping: asked.signal });
    const begun = recorded("create").find(({ resourcePreEvent: pre }) => pre?.metadata.urn === thing("a"));
    progress.onEvent({ sequence: 0, timestamp: 0, resourcePreEvent: begun?.resourcePreEvent });
    asked.abort();
    progress.stop();
    expect(fake.err).to.equal(
      "Stopping when what has begun has ended: creating fake:index:Thing a (0.0 s). Only then is it known what there is; " +
        "a second Ctrl-C breaks off at once.\n",
    );
  });
});

describe("the line that a terminal shows of a run", () => {
  it("is written over, stays below what else is said, and goes in the end; a pipe has none", () => {
    const fake = new FakeTerminal(true);
    const output = fake.output();
    expect(output.live("one")).to.equal(true);
    output.note("said");
    output.live("two");
    output.live("");
    output.note("end");
    const clear = "\r\u001b[2K";
    expect(fake.err).to.equal(`one${clear}said\none${clear}two${clear}end\n`);
    const pipe = new FakeTerminal();
    expect(pipe.output().live("one")).to.equal(false);
    expect(pipe.err).to.equal("");
  });
});

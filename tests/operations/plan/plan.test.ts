import type { EngineEvent, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { changesAnything, deletionsOf, noCounts, readPlan, type Plan } from "../../../operations/plan/plan";
import { recorded, thing } from "../fixtures";

const step = (plan: Plan, name: string) => plan.steps.filter(({ urn }) => urn === thing(name));

/** Events with one step's operation changed. */
function withOperation(events: EngineEvent[], name: string, op: string): EngineEvent[] {
  for (const event of events) {
    if (event.resourcePreEvent?.metadata.urn === thing(name)) {
      event.resourcePreEvent.metadata.op = op as "same";
    }
  }
  return events;
}

describe("reading a plan from the engine's events", () => {
  it("folds the three steps of a replacement into one, whichever comes first", () => {
    const plan = readPlan(recorded("mixed"));
    for (const [name, key] of [
      ["rep", "r"],
      ["dbr", "rdbr"],
    ] as const) {
      const [replace, ...more] = step(plan, name);
      expect(more, name).to.deep.equal([]);
      expect(replace?.op).to.equal("replace");
      expect(replace?.replaceKeys).to.deep.equal([key]);
      expect(replace?.changedKeys).to.deep.equal([key]);
      expect(replace?.old?.id).to.match(/^id-/);
      expect(replace?.new?.inputs).to.deep.equal({ [key]: 2 });
    }
  });

  it("knows which replacement deletes first", () => {
    const plan = readPlan(recorded("mixed"));
    expect(step(plan, "dbr")[0]?.deletesFirst).to.equal(true);
    expect(step(plan, "rep")[0]).to.not.have.property("deletesFirst");
  });

  it("takes what comes in the place of what was only read for made, and nothing for replaced", () => {
    const events = recorded("mixed");
    for (const { resourcePreEvent } of events) {
      if (
        resourcePreEvent?.metadata.urn === thing("rep") &&
        resourcePreEvent.metadata.op === "delete-replaced"
      ) {
        resourcePreEvent.metadata.op = "discard-replaced";
      }
    }
    const [made, ...more] = step(readPlan(events), "rep");
    expect(more).to.deep.equal([]);
    expect(made?.op).to.equal("create");
    expect(made?.old).to.equal(undefined);
    expect(made?.new?.inputs).to.deep.equal({ r: 2 });
  });

  it("counts as the engine does, without the providers that it made by itself", () => {
    const plan = readPlan(recorded("mixed"));
    expect(plan.counts).to.deep.equal({ ...noCounts, update: 1, replace: 2, delete: 1, same: 5 });
    expect(plan.gaps).to.deep.equal([]);
  });

  it("reads old and new of an update, and which properties change", () => {
    const [update] = step(readPlan(recorded("mixed")), "chg");
    expect(update?.op).to.equal("update");
    expect(update?.paths).to.deep.equal(["secret", "x"]);
    expect(update?.changedKeys).to.deep.equal(["x", "secret"]);
    expect(update?.old?.inputs).to.deep.equal({ x: 1 });
    expect(update?.old?.protect).to.equal(false);
    expect(update?.name).to.equal("chg");
  });

  it("gives a removal no new state and a creation no old one", () => {
    const [gone] = step(readPlan(recorded("mixed")), "gone");
    expect(gone?.op).to.equal("delete");
    expect(gone).to.not.have.property("new", null);
    expect(gone?.new).to.equal(undefined);
    const [created] = step(readPlan(recorded("create")), "a");
    expect(created?.op).to.equal("create");
    expect(created?.old).to.equal(undefined);
    expect(created?.new?.id).to.equal(null);
  });

  it("sees that nothing changes", () => {
    const plan = readPlan(recorded("no-change"));
    expect(changesAnything(plan)).to.equal(false);
    expect(plan.counts).to.deep.equal({ ...noCounts, same: 9 });
  });

  it("sees what changes in the state alone: protection, what is kept, and a new name", () => {
    for (const [change, what] of [
      [{ protect: false }, "protect"],
      [{ retainOnDelete: true }, "retainOnDelete"],
      [{ urn: thing("former") }, "urn"],
    ] as const) {
      const events = recorded("no-change");
      const same = events.find(
        ({ resourcePreEvent }) => resourcePreEvent?.metadata.urn === thing("prot"),
      )?.resourcePreEvent;
      expect(same?.metadata.op).to.equal("same");
      Object.assign(same?.metadata.old ?? {}, change);
      const plan = readPlan(events);
      expect(changesAnything(plan), what).to.equal(true);
      expect(plan.counts).to.deep.equal({ ...noCounts, same: 9 });
      expect(
        plan.outcome
          .filter(({ restated }) => restated.length > 0)
          .map(({ urn, restated }) => [urn, restated]),
      ).to.deep.equal([[same?.metadata.urn, [what]]]);
    }
  });

  it("tells of a destroy in which the program runs as deletions, and keeps for the guard what was found first", () => {
    const plan = readPlan(recorded("destroy-vetoed"));
    expect(step(plan, "prot").map(({ op, old }) => [op, old?.protect])).to.deep.equal([
      ["same", true],
      ["delete", true],
    ]);
    expect(plan.outcome.filter(({ urn }) => urn === thing("prot")).map(({ op }) => op)).to.deep.equal([
      "delete",
    ]);
    expect(plan.counts).to.deep.equal({ ...noCounts, delete: 7, same: 2 });
    expect(deletionsOf(plan).counts).to.deep.equal({ ...noCounts, delete: 7 });
    expect(step(deletionsOf(plan), "prot").map(({ op }) => op)).to.deep.equal(["same", "delete"]);
  });

  it("leaves out of a destroy what the program registers and the last run did not have", () => {
    const plan = readPlan(recorded("create"));
    expect(plan.counts.create).to.equal(3);
    expect(deletionsOf(plan)).to.deep.include({ steps: [], outcome: [], counts: noCounts });
  });

  it("keeps the deletion of what an earlier replacement left as a deletion of its own", () => {
    const events = recorded("mixed");
    const left = structuredClone(
      events.find(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "delete-replaced"),
    );
    const metadata = left?.resourcePreEvent?.metadata;
    if (left === undefined || metadata?.old === undefined) {
      throw new Error("the recording has no delete-replaced");
    }
    metadata.old.id = "id-of-an-earlier-one";
    left.sequence = events.length;
    const plan = readPlan([...events, left]);
    expect(step(plan, "dbr").map(({ op, old }) => [op, old?.id])).to.deep.equal([
      ["replace", step(readPlan(recorded("mixed")), "dbr")[0]?.old?.id],
      ["delete", "id-of-an-earlier-one"],
    ]);
    expect(plan.counts.delete).to.equal(2);
  });

  it("takes a replacement that was vetoed at its deletion for a replacement, and what is left over for a deletion", () => {
    const isFirst = ({ resourcePreEvent }: EngineEvent): boolean =>
      resourcePreEvent?.metadata.urn !== thing("dbr") || resourcePreEvent.metadata.op === "delete-replaced";
    const events = recorded("mixed").filter(isFirst);
    // The engine announces it twice.
    const twice = events.flatMap((event) =>
      event.resourcePreEvent?.metadata.urn === thing("dbr") ? [event, event] : [event],
    );
    for (const told of [events, twice]) {
      expect(step(readPlan(told), "dbr").map(({ op, new: wanted }) => [op, wanted])).to.deep.equal([
        ["replace", undefined],
      ]);
    }
    for (const { resourcePreEvent } of events) {
      const metadata = resourcePreEvent?.metadata;
      if (metadata?.urn === thing("dbr") && metadata.old !== undefined) {
        metadata.old.delete = true;
      }
    }
    expect(step(readPlan(events), "dbr").map(({ op }) => op)).to.deep.equal(["delete"]);
  });

  it("knows which thing an import takes in, as soon as the engine has read it", () => {
    const events = withOperation(recorded("create"), "a", "import");
    const announced = events.find(({ resourcePreEvent }) => resourcePreEvent?.metadata.urn === thing("a"));
    const metadata = announced?.resourcePreEvent?.metadata;
    if (metadata === undefined) {
      throw new Error("the recording has no such step");
    }
    expect(step(readPlan(events), "a")[0]?.new?.id).to.equal(null);
    const found = { ...metadata.new, id: "id-of-the-cloud", outputs: { a: 1 } } as StepEventStateMetadata;
    const read: EngineEvent = {
      sequence: 99,
      timestamp: 0,
      resOutputsEvent: { metadata: { ...metadata, old: found, new: found } },
    };
    const [imported, ...more] = step(readPlan([...events, read]), "a");
    expect(more).to.deep.equal([]);
    expect(imported).to.include({ op: "import", old: undefined });
    expect(imported?.new).to.deep.include({ id: "id-of-the-cloud", outputs: { a: 1 } });
  });

  it("hands an operation that it does not know to the guard as it is", () => {
    const plan = readPlan(withOperation(recorded("mixed"), "gone", "obliterate"));
    expect(step(plan, "gone").map(({ op }) => op)).to.deep.equal(["obliterate"]);
    expect(plan.counts).to.deep.equal({ ...noCounts, update: 1, replace: 2, same: 5 });
  });

  describe("says that the plan is not whole", () => {
    it("when there are no events at all", () => {
      expect(readPlan([]).gaps).to.deep.equal(["the engine sent no events"]);
    });

    it("when one event is missing in the middle", () => {
      const events = recorded("mixed").filter(
        ({ resourcePreEvent }) => resourcePreEvent?.metadata.op !== "delete",
      );
      expect(readPlan(events).gaps).to.have.length(2);
      expect(readPlan(events).gaps[0]).to.match(/^event \d+ is missing$/);
      expect(readPlan(events).gaps[1]).to.equal("the engine counts 1 × delete, its events show 0");
    });

    it("when the summary does not come", () => {
      const events = recorded("mixed").filter(({ summaryEvent }) => summaryEvent === undefined);
      expect(readPlan(events).gaps).to.include("the engine sent no summary of its plan");
    });

    it("when a step's operation is not the one that the engine counted", () => {
      expect(readPlan(withOperation(recorded("mixed"), "gone", "same")).gaps).to.have.members([
        "the engine counts 5 × same, its events show 6",
        "the engine counts 1 × delete, its events show 0",
      ]);
    });
  });
});

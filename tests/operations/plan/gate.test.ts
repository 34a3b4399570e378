import { expect } from "chai";
import { engineErrors } from "../../../operations/plan/diagnostics";
import { isVeto, removals, vetoRefusals } from "../../../operations/plan/gate";
import { readPlan } from "../../../operations/plan/plan";
import { recorded, thing, type Recording } from "../fixtures";

describe("what the engine vetoed itself", () => {
  for (const [recording, name, rule, op] of [
    ["protected-replacement", "prot", "protected", "replace"],
    ["removed-with-its-hook", "hook", "guard-hook", "delete"],
    ["hook-veto", "hook", "guard-hook", "delete"],
  ] as const satisfies [Recording, string, string, string][]) {
    it(`is a refusal of the ${op} with rule ${rule} (${recording})`, () => {
      const errors = engineErrors(recorded(recording));
      expect(errors.every(isVeto)).to.equal(true);
      const refusals = vetoRefusals(errors, [], readPlan(recorded(recording)).steps);
      expect(refusals.map((refusal) => [refusal.urn, refusal.rule, refusal.op])).to.deep.equal([
        [thing(name), rule, op],
      ]);
      expect(refusals[0]?.id).to.match(/^id-/);
      expect(refusals[0]?.why).to.equal(errors[0]?.message);
    });
  }

  it("is told once for each resource, protection and hook alike", () => {
    const events = recorded("destroy-vetoed");
    const refusals = vetoRefusals(engineErrors(events), [], readPlan(events).steps);
    expect(refusals.map(({ urn, op }) => [urn, op])).to.have.deep.members([
      [thing("prot"), "delete"],
      [thing("hook"), "delete"],
    ]);
  });

  it("is not told again where the guard's own rules have refused the resource", () => {
    const events = recorded("hook-veto");
    const [known] = vetoRefusals(engineErrors(events), [], []);
    if (known === undefined) {
      throw new Error("the recording has no veto");
    }
    expect(vetoRefusals(engineErrors(events), [known], [])).to.deep.equal([]);
  });

  it("is told apart from a failure", () => {
    expect(engineErrors(recorded("failed-up")).map(isVeto)).to.deep.equal([false]);
    expect(isVeto({ urn: thing("a"), message: "webhook failed" })).to.equal(false);
    expect(isVeto({ urn: undefined, message: 'hook "a" failed' })).to.equal(false);
  });
});

describe("the removal of what a vetoed plan did not come to speak of", () => {
  const planned = readPlan(recorded("removed-with-its-hook")).steps;
  const resource = {
    type: "aws:rds/instance:Instance",
    custom: true,
    id: "db-1",
    protect: true,
    inputs: { a: 1 },
  };

  it("is a deletion with the state of the checkpoint", () => {
    expect(removals([{ ...resource, urn: thing("prot") }], planned)).to.deep.equal([
      {
        urn: thing("prot"),
        type: resource.type,
        name: "prot",
        op: "delete",
        parent: "",
        old: {
          id: "db-1",
          protect: true,
          retainOnDelete: false,
          provider: undefined,
          inputs: { a: 1 },
          outputs: {},
        },
        replaceKeys: [],
        changedKeys: [],
        restated: [],
        forcing: [],
        paths: [],
      },
    ]);
  });

  it("leaves out what has a step, and what is only read", () => {
    expect(
      removals(
        [
          { ...resource, urn: thing("keep") },
          { ...resource, urn: thing("external"), external: true },
        ],
        planned,
      ),
    ).to.deep.equal([]);
  });
});

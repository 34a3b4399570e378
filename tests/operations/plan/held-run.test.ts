import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import type { EngineRun } from "../../../operations/engine/engine-stack";
import { brokenOff } from "../../../operations/plan/failures";
import { didLessThanPlanned } from "../../../operations/plan/held-run";
import { planOf, readPlan, type PlannedStep } from "../../../operations/plan/plan";
import { devStack, recorded, thing } from "../fixtures";

/** In the engine's words (resource/deploy/step_generator.go and deployment_executor.go). */
const beyond = "delete is not allowed by the plan: no steps were expected for this resource";
const untargeted = `Resource '${thing("a")}' will be destroyed but was not specified in --target list.`;
const less = (name: string): string => `expected resource operations for ${thing(name)} but none were seen`;

let sequence = 0;
const error = (message: string, urn = ""): EngineEvent => ({
  sequence: sequence++,
  timestamp: 0,
  diagnosticEvent: { urn, message, color: "never", severity: "error" },
});
const done = (name: string, op: string): EngineEvent =>
  ({
    sequence: sequence++,
    timestamp: 0,
    resOutputsEvent: { metadata: { op, urn: thing(name) } },
  }) as EngineEvent;
const failed = (...events: EngineEvent[]): EngineRun => ({ events, failure: { kind: "failed", stderr: "" } });

const planned = (name: string, op: PlannedStep["op"]): PlannedStep => ({
  urn: thing(name),
  type: "fake:index:Thing",
  name,
  op,
  parent: "",
  old: undefined,
  new: undefined,
  replaceKeys: [],
  changedKeys: [],
  paths: [],
  forcing: [],
  restated: [],
});

describe("a run that was about to do more than was planned", () => {
  const message = (...events: EngineEvent[]): string =>
    brokenOff(
      devStack,
      "./groundwork up dev",
      readPlan(recorded("create")),
      { kind: "failed", stderr: "" },
      events,
    ).message;

  it("says that something has changed since the preview, and to call it again", () => {
    for (const said of [
      beyond,
      untargeted,
      `resource ${thing("a")} violates plan: properties changed: ~~x[{1}!={2}]`,
    ]) {
      const text = message(error(said, thing("a")));
      expect(text).to.match(
        /^`\.\/groundwork up dev` broke off\.\n[^]*\n\nSomething has changed since the preview/,
      );
      expect(text).to.contain("Call it again").and.to.contain(said);
    }
  });

  it("does not list all that it did not come to as errors", () => {
    expect(message(error(beyond), error(less("a")))).to.not.contain("none were seen");
  });

  it("counts nothing as done because it was read", () => {
    expect(message(done("a", "refresh"), error(beyond))).to.contain("recorded in the state: 0 resources");
  });

  it("is told apart from any other failure", () => {
    const text = message(error("quota exceeded", thing("a")), error(less("b")));
    expect(text).to.not.contain("since the preview").and.to.not.contain("none were seen");
  });
});

describe("a run that did less than was planned", () => {
  const plan = planOf([planned("a", "replace"), planned("b", "update"), planned("c", "same")], []);

  it("is no failure when a replacement was not needed after all", () => {
    for (const op of ["same", "update"]) {
      expect(didLessThanPlanned(plan, failed(done("a", op), done("b", "update"), error(less("a"))))).to.equal(
        true,
      );
    }
  });

  it("is told from what was done, not from what was read before", () => {
    const read = [done("a", "refresh"), done("b", "refresh")];
    const all = [...read, done("a", "same"), done("b", "update"), error(less("a"))];
    expect(didLessThanPlanned(plan, failed(...all))).to.equal(true);
    expect(didLessThanPlanned(plan, failed(...read, done("a", "same"), error(less("a"))))).to.equal(false);
  });

  it("is one when a part was not come to, or was left half done", () => {
    expect(didLessThanPlanned(plan, failed(done("a", "same"), error(less("a"))))).to.equal(false);
    const half = [done("a", "create-replacement"), done("b", "update"), error(less("a"))];
    expect(didLessThanPlanned(plan, failed(...half))).to.equal(false);
    expect(didLessThanPlanned(plan, failed(done("b", "update"), error(less("a"))))).to.equal(false);
  });

  it("is one when anything else was wrong", () => {
    const all = [done("a", "same"), done("b", "update"), error(less("a"))];
    expect(didLessThanPlanned(plan, failed(...all, error("quota exceeded")))).to.equal(false);
    expect(didLessThanPlanned(plan, failed(done("a", "same"), done("b", "update")))).to.equal(false);
    expect(didLessThanPlanned(plan, { events: all })).to.equal(false);
  });
});

import { expect } from "chai";
import type { Interruption } from "../../../guard/service/interruptions";
import type { Refusal } from "../../../guard/step";
import { changesOf, diffOf, type Change } from "../../../operations/plan/changes";
import { secretMask } from "../../../operations/plan/masked";
import { planOf, readPlan, type PlannedStep } from "../../../operations/plan/plan";
import { recorded, thing } from "../fixtures";

type Values = Readonly<Record<string, unknown>>;

/** As the engine blinds a secret in its events. */
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

function step(from: Values, to: Values, more: Partial<PlannedStep> = {}): PlannedStep {
  const state = (inputs: Values) => ({ id: "id-1", protect: false, inputs, outputs: {} });
  return {
    urn: "urn:pulumi:dev::groundwork::groundwork:database:Database$aws:rds/instance:Instance::database",
    ...{ type: "aws:rds/instance:Instance", name: "database", op: "update", parent: "" },
    ...{ old: state(from), new: state(to), replaceKeys: [], changedKeys: [], restated: [] },
    ...{ paths: [...new Set([...Object.keys(from), ...Object.keys(to)])], forcing: [] },
    ...more,
  };
}

describe("the changes of a plan", () => {
  it("say old and new of every path, what forces a replacement, and nothing of a secret", () => {
    const changes = changesOf({ plan: readPlan(recorded("mixed")), refusals: [] });
    const byName = (name: string): Change | undefined => changes.find(({ urn }) => urn === thing(name));
    expect(byName("chg")?.diff).to.deep.equal([
      { path: "secret", from: null, to: secretMask, forcesReplacement: false },
      { path: "x", from: 1, to: 2, forcesReplacement: false },
    ]);
    expect(byName("rep")?.diff).to.deep.equal([{ path: "r", from: 1, to: 2, forcesReplacement: true }]);
    expect(byName("gone")).to.deep.include({
      ...{ op: "delete", component: "Network net", diff: [], setting: null },
      ...{ cause: { kind: "not known" }, verdict: { kind: "deleted", words: "deleted" } },
    });
    expect(JSON.stringify(changes)).to.not.contain("ciphertext");
  });

  it("stand in the same order, in whatever order the engine told them", () => {
    const { steps } = readPlan(recorded("mixed"));
    const names = (of: readonly PlannedStep[]): string[] =>
      changesOf({ plan: planOf(of, []), refusals: [] }).map(({ name }) => name);
    expect(names(steps)).to.deep.equal(["chg", "dbr", "gone", "rep"]);
    expect(names([...steps].reverse())).to.deep.equal(names(steps));
  });

  it("call a secret that became another one a secret on both sides", () => {
    expect(diffOf(step({ password: secret }, { password: secret }))).to.deep.equal([
      { path: "password", from: secretMask, to: secretMask, forcesReplacement: false },
    ]);
    expect(diffOf(step({ a: { b: secret } }, { a: { b: secret } }, { paths: ["a.b"] }))).to.deep.equal([
      { path: "a.b", from: secretMask, to: secretMask, forcesReplacement: false },
    ]);
  });

  it("name only what the provider sees, as deep as values differ, and say of forcing what it says", () => {
    const from = { launchTemplate: { id: "lt-1", version: "3" }, tags: { "a.b": "1" }, same: 1, unseen: 1 };
    const to = { launchTemplate: { id: "lt-1", version: "4" }, tags: { "a.b": "2" }, same: 1, unseen: 2 };
    const paths = ["launchTemplate.version", "tags", "tagsAll"];
    expect(
      diffOf(step(from, to, { op: "replace", paths, forcing: ["launchTemplate.version"] })).slice(0, 2),
    ).to.deep.equal([
      { path: "launchTemplate.version", from: "3", to: "4", forcesReplacement: true },
      { path: 'tags["a.b"]', from: "1", to: "2", forcesReplacement: false },
    ]);
  });

  it("take what the state has where the program gives the same as before", () => {
    const moved = step({ size: 10 }, { size: 10 });
    const old = { ...moved.old, id: "id-1", protect: false, inputs: { size: 10 }, outputs: { size: 20 } };
    expect(diffOf({ ...moved, old })).to.deep.equal([
      { path: "size", from: 20, to: 10, forcesReplacement: false },
    ]);
  });

  it("have the verdict of what forbids them before that of what they interrupt", () => {
    const one = step({ instanceClass: "a" }, { instanceClass: "b" });
    const interruption: Interruption = {
      ...{ urn: one.urn, type: one.type, who: "users of the database database", why: "its class changes" },
      when: "in the maintenance window",
      seconds: 600,
    };
    const refusal: Refusal = {
      ...{ urn: one.urn, id: "id-1", type: one.type, rule: "x", why: "", safeWay: "" },
      op: "update",
      loses: "The data is lost.",
    };
    const plan = planOf([one], []);
    const verdict = (source: Partial<Parameters<typeof changesOf>[0]>): unknown =>
      changesOf({ plan, refusals: [], ...source })[0]?.verdict;
    expect(verdict({})).to.deep.equal({ kind: "in place", words: "in place" });
    expect(verdict({ interruptions: [interruption] })).to.deep.equal({
      kind: "interrupts",
      words: "interrupts users of the database database, about 10 min: its class changes",
      ...{ when: "in the maintenance window", seconds: 600 },
    });
    expect(verdict({ refusals: [refusal], interruptions: [interruption] })).to.deep.equal({
      kind: "refused",
      words: "refused by the guard: The data is lost.",
    });
    const violation = { policy: "no-bad", level: "mandatory", urn: one.urn, message: "bad" };
    expect(verdict({ policyViolations: [violation] })).to.deep.equal({
      kind: "refused",
      words: "refused by the policy no-bad",
    });
  });
});

import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Step } from "../../../guard/step";
import { create, deletion, state, update, urn } from "../steps";

const KEY = "aws:iam/accessKey:AccessKey";
const USER = "aws:iam/user:User";
const name = "users-report_writer-key-a";
const inputs = { user: "groundwork-dev-report_writer" };
const key = (status: string): Step => ({
  ...deletion(KEY, state(inputs, { id: "AKIAOLD", protect: false, outputs: { ...inputs, status } })),
  urn: urn(KEY, name),
});
const deactivated: Step = { ...update(KEY, inputs, { ...inputs, status: "Inactive" }), urn: urn(KEY, name) };
const gone = deletion(USER, state({ name: inputs.user }, { id: inputs.user, protect: false }));
const rules = (
  steps: readonly Step[],
  level: "production" | "disposable" = "production",
): readonly string[] => judgeSteps(steps, { level }).map(({ rule }) => rule);

describe("an active access key", () => {
  it("is not deleted while its user stays, and the refusal says what rotates it", () => {
    const [refusal] = judgeSteps([key("Active")], { level: "production" });
    expect(refusal?.rule).to.equal("active-access-key");
    expect(refusal?.why).to.equal(
      "The access key AKIAOLD of groundwork-dev-report_writer is active, and would be deleted, and its user stays.",
    );
    expect(refusal?.safeWay).to.contain("`./groundwork iam dev report_writer rotate`");
  });

  it("goes when it is deactivated, with its user, and where nothing is locked", () => {
    expect(rules([key("Inactive")])).to.deep.equal([]);
    expect(rules([key("Active"), gone])).to.deep.equal([]);
    expect(rules([key("Active")], "disposable")).to.deep.equal([]);
  });

  it("is not deactivated by the run that makes its successor, and is by a later one", () => {
    expect(rules([deactivated, create(KEY, inputs, "users-report_writer-key-b")])).to.deep.equal([
      "active-access-key",
    ]);
    expect(rules([deactivated, create(KEY, { user: "another" })])).to.deep.equal([]);
    expect(rules([deactivated])).to.deep.equal([]);
  });
});

import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import { same, state, TABLE, update } from "../steps";

const table = (id: string, more: Readonly<Record<string, string>> = {}): Record<string, unknown> => ({
  name: "dev_reports",
  hashKey: "id",
  attributes: [{ name: "id", type: id }, ...Object.entries(more).map(([name, type]) => ({ name, type }))],
});

describe("the type of a table's key", () => {
  it("is refused to change, whether the engine plans something or, as the provider has it, nothing", () => {
    const steps = [
      update(TABLE, table("S"), table("N")),
      same(TABLE, state(table("S")), state(table("N"), { outputs: table("S") })),
      // After a run that has passed over it: the state's inputs have it, and the cloud does not.
      same(TABLE, state(table("N"), { outputs: table("S") }), state(table("N"), { outputs: table("S") })),
    ];
    for (const step of steps) {
      const refusals = judgeSteps([step], { level: "disposable" });
      expect(refusals.map(({ rule }) => rule)).to.deep.equal(["changes-key-type"]);
      expect(refusals[0]?.why).to.equal(
        "attributes gives id the type N. DynamoDB never changes the type of a key, and its provider passes over it.",
      );
      expect(refusals[0]?.safeWay).to.contain("Take the type S back");
    }
  });

  it("is nobody's business where it stays, or where an attribute is no key of the table", () => {
    for (const step of [
      same(TABLE, state(table("S")), state(table("S"))),
      update(TABLE, table("S", { user: "S" }), table("S", { user: "N" })),
    ]) {
      expect(judgeSteps([step], { level: "production" })).to.deep.equal([]);
    }
  });
});

import { expect } from "chai";
import { maskedOutputs, outputRows } from "../../../operations/plan/stack-outputs";
import { recorded } from "../fixtures";

describe("a stack's outputs", () => {
  it("are the last that a run said, with secrets masked, nested ones too", () => {
    expect(maskedOutputs(recorded("create"))).to.deep.equal({
      nested: { deep: "[secret]", n: 1 },
      plain: "x",
      users: "[secret]",
    });
  });

  it("say what is not known before the run", () => {
    const events = recorded("create");
    const last = events.findLast(({ resOutputsEvent }) => resOutputsEvent !== undefined);
    const state = last?.resOutputsEvent?.metadata.new;
    if (state === undefined) {
      throw new Error("the recording has no outputs");
    }
    state.outputs = { ids: ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"] };
    expect(maskedOutputs(events)).to.deep.equal({ ids: ["[not known yet]"] });
  });

  it("are none where a run said none", () => {
    expect(maskedOutputs([])).to.deep.equal({});
  });

  it("are shown by name, text as it is and the rest as JSON", () => {
    expect(outputRows({ b: ["x"], a: "text", c: { d: 1 } })).to.deep.equal([
      ["a", "text"],
      ["b", '["x"]'],
      ["c", '{"d":1}'],
    ]);
  });
});

import { expect } from "chai";
import { parseType } from "../../../rehearsal/catalogue/type-grammar";

describe("the short grammar of fact files", () => {
  it("has a letter for each plain type", () => {
    expect(["s", "n", "b", "*", "A", "R"].map((text) => parseType(text).form)).to.deep.equal([
      "string",
      "number",
      "boolean",
      "any",
      "asset",
      "archive",
    ]);
  });

  it("nests lists, maps and alternatives in any way", () => {
    expect(parseType("{(s|#core/v1.Probe)[]}[]")).to.deep.equal({
      form: "array",
      element: {
        form: "map",
        element: {
          form: "array",
          element: {
            form: "union",
            of: [{ form: "string" }, { form: "object", module: "core/v1", name: "Probe" }],
          },
        },
      },
    });
  });

  it("refers to objects and enumerations of the same module without its name", () => {
    expect(parseType("#InstanceS3Import")).to.deep.equal({ form: "object", name: "InstanceS3Import" });
    expect(parseType("@rds.EngineType")).to.deep.equal({ form: "enum", module: "rds", name: "EngineType" });
  });

  it("writes literals as JSON", () => {
    expect(parseType('"apps/v1"')).to.deep.equal({ form: "literal", value: "apps/v1" });
    expect(parseType('"a\\"|b"|-1|true')).to.deep.equal({
      form: "union",
      of: [
        { form: "literal", value: 'a"|b' },
        { form: "literal", value: -1 },
        { form: "literal", value: true },
      ],
    });
  });

  it("refuses what is none of its own, saying from where", () => {
    expect(() => parseType("{s")).to.throw('The type "{s" of a fact file is not of its grammar, from "" on.');
    expect(() => parseType("s]")).to.throw('from "]" on');
    expect(() => parseType("")).to.throw('The type ""');
  });
});

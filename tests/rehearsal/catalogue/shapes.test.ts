import { expect } from "chai";
import { emptyModule, type ModuleFile } from "../../../rehearsal/catalogue/fact-files";
import { withShapesOnce } from "../../../rehearsal/catalogue/shapes";

const of = (parts: Partial<ModuleFile>): ModuleFile => ({ ...emptyModule(), ...parts });

describe("object types that are alike", () => {
  it("stand once in their module, under the shortest name, all the way down and round", () => {
    const modules = new Map([
      [
        "a",
        of({
          types: { "p:a:T": { in: { one: "#TOne[]", two: '"#TTwo"|#TTwo' }, out: { three: "{#TThree}" } } },
          functions: { "p:a:f": { in: {}, out: { four: "#FourOfF" } } },
          objects: {
            TOne: { "part!": "#TOnePart", next: "#TOne" },
            TTwo: { next: "#TTwo", "part!": "#TTwoPart" },
            TOnePart: { text: "s" },
            TTwoPart: { text: "s" },
            TThree: { "text!": "s" },
            FourOfF: { text: "s" },
            PolicyDocument: { text: "s" },
          },
          outObjects: { TThree: { text: "s" } },
        }),
      ],
      [
        "b",
        of({ types: { "p:b:T": { in: { far: "#a.TTwo", near: "#X" } } }, objects: { X: { text: "s" } } }),
      ],
    ]);
    const once = withShapesOnce(modules);
    expect(once.get("a")).to.deep.equal(
      of({
        types: { "p:a:T": { in: { one: "#TOne[]", two: '"#TTwo"|#TOne' }, out: { three: "{#TThree}" } } },
        functions: { "p:a:f": { in: {}, out: { four: "#FourOfF" } } },
        objects: {
          TOne: { "part!": "#FourOfF", next: "#TOne" },
          TThree: { "text!": "s" },
          FourOfF: { text: "s" },
          PolicyDocument: { text: "s" },
        },
        outObjects: { TThree: { text: "s" } },
      }),
    );
    expect(once.get("b")).to.deep.equal(
      of({ types: { "p:b:T": { in: { far: "#a.TOne", near: "#X" } } }, objects: { X: { text: "s" } } }),
    );
  });

  it("stay apart where one has a property more, or another demand, or another kind of part", () => {
    const objects = {
      A: { part: "#P" },
      B: { "part!": "#P" },
      C: { part: "#P", more: "s" },
      D: { part: "#Q" },
      P: { n: "n" },
      Q: { n: "s" },
    };
    expect(withShapesOnce(new Map([["m", of({ objects })]])).get("m")?.objects).to.deep.equal(objects);
  });
});

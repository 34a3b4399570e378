import { readdirSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { rules } from "../../policies/rules";
import { described } from "./table";

// Describing happens while a file is loaded. One that was loaded already is not described twice.
for (const file of readdirSync(__dirname).filter((name) => name.endsWith("-rules.test.ts"))) {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loading it is what counts
  require(path.join(__dirname, file));
}

describe("the examples of the rules", () => {
  it("show each of them something that passes, that is refused, that is unknown, and that is none of its business", () => {
    expect(rules.map(({ name }) => name).filter((name) => !described.has(name))).to.deep.equal([]);
  });
});

describe("the reasons of the rules", () => {
  it("are sentences, and say where it can be read", () => {
    for (const { name, why, reference } of rules) {
      expect(why, name).to.match(/^[A-Z][^\n]*\.$/);
      expect(reference, name).to.match(/^https:\/\/[a-z.]+\/\S+$/);
    }
  });

  it("are at least forty besides those of the guard itself", () => {
    expect(rules.filter(({ name }) => !name.startsWith("guard/"))).to.have.length.of.at.least(40);
  });
});

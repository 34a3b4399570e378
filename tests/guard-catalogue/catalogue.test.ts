import { existsSync, readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { groups, harmless, mutations } from ".";
import { readTable, tableFile } from "./render";

const names = [...mutations, ...harmless].map(({ name }) => name);

describe("the guard's catalogue", () => {
  it("names every entry once", () => {
    expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]);
  });

  it("has a test file for each group, and for nothing else", () => {
    const files = readdirSync(path.join(__dirname, "../engine/guard-catalogue"));
    expect(files.sort()).to.deep.equal(
      Object.keys(groups)
        .map((group) => `${group}.test.ts`)
        .sort(),
    );
  });

  it("has every entry in docs/guard-catalogue.md (npm run guard:table -- --write), and nothing else", () => {
    const page = existsSync(tableFile) ? readFileSync(tableFile, "utf8") : "";
    expect([...readTable(page).keys()].sort()).to.deep.equal([...names].sort());
  });
});

import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { harmless, mutations } from "../guard-catalogue";
import { readTable, tableFile } from "../guard-catalogue/render";
import { runHarmless, runMutation, type Row } from "../guard-catalogue/run";
import { quickest } from "../guard-catalogue/ways";

/** An entry that is begun while the one before it is waited for: two at a time are as many as two processors carry. */
class Runs {
  private readonly begun = new Map<number, Promise<readonly Row[]>>();

  constructor(private readonly entries: readonly (() => Promise<readonly Row[]>)[]) {}

  async of(index: number): Promise<readonly Row[]> {
    const rows = this.begin(index);
    if (index + 1 < this.entries.length) void this.begin(index + 1);
    return rows;
  }

  private begin(index: number): Promise<readonly Row[]> {
    const running = this.begun.get(index) ?? (this.entries[index] as () => Promise<readonly Row[]>)();
    this.begun.set(index, running);
    // Whoever waits for it is told; nobody may be waiting yet.
    running.catch(() => undefined);
    return running;
  }
}

describe("the catalogue of mutations", function () {
  this.timeout(1_800_000);
  const runs = new Runs([
    // The other ways are tried where the table is made: `npm run guard:table`.
    ...mutations.map((entry) => () => runMutation(entry, quickest(entry.attempts))),
    ...harmless.map((entry) => () => runHarmless(entry)),
  ]);

  function comesOutWell(index: number): () => Promise<void> {
    return async () => {
      const rows = await runs.of(index);
      const problems = rows.flatMap(({ way, problems: found }) =>
        found.map((problem) => `${way}: ${problem}`),
      );
      expect(problems, problems.join("\n\n")).to.deep.equal([]);
    };
  }

  it("names every entry once", () => {
    const names = [...mutations, ...harmless].map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).to.deep.equal([]);
  });

  describe("loses nothing when", () => {
    mutations.forEach(({ name }, i) => {
      it(name, comesOutWell(i));
    });
  });

  describe("lets pass without a word when", () => {
    harmless.forEach(({ name }, i) => {
      it(name, comesOutWell(mutations.length + i));
    });
  });

  it("has every entry in docs/guard-catalogue.md (npm run guard:table -- --write), and nothing else", () => {
    const names = [...mutations, ...harmless].map(({ name }) => name);
    expect([...readTable(tablePage()).keys()].sort()).to.deep.equal(names.sort());
  });
});

function tablePage(): string {
  return existsSync(tableFile) ? readFileSync(tableFile, "utf8") : "";
}

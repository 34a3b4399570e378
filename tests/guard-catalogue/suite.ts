import { expect } from "chai";
import { groups, type Group } from ".";
import { runHarmless, runMutation, type Row } from "./run";
import { quickest } from "./ways";

/** The tests of one group of the catalogue: each entry by its quickest ways. `npm run guard:table` tries the others. */
export function describeGroup(name: keyof typeof groups): void {
  const { mutations, harmless }: Group = groups[name];
  describe(`the guard's catalogue, ${name}`, function () {
    this.timeout(1_800_000);
    for (const entry of mutations) {
      it(`loses nothing when ${entry.name}`, async () => {
        expectWell(await runMutation(entry, quickest(entry.attempts)));
      });
    }
    for (const entry of harmless) {
      it(`lets pass without a word when ${entry.name}`, async () => {
        expectWell(await runHarmless(entry));
      });
    }
  });
}

function expectWell(rows: readonly Row[]): void {
  const problems = rows.flatMap(({ way, problems: found }) => found.map((problem) => `${way}: ${problem}`));
  expect(problems, problems.join("\n\n")).to.deep.equal([]);
}

import { createHash } from "node:crypto";
import { expect } from "chai";
import { everyChange } from "../changes/every-change";
import { readVerdicts } from "../changes/results";
import { runChange, Standing } from "../changes/run";

/** One change in so many: a minute of processor time, where all of them are an hour. `npm run changes` makes the others. */
const oneIn = 180;

describe("a change of a setting", () => {
  const standing = new Standing();
  for (const change of everyChange().changes.filter(({ setting, kind }) => isChosen(`${setting}: ${kind}`))) {
    const { setting, kind } = change;
    it(`ends as the page says: ${setting}: ${kind}`, async () => {
      const recorded = readVerdicts()[setting]?.find((one) => one.change === kind);
      const outcome = await runChange(change, standing, false);
      expect(outcome.verdict, outcome.words).to.not.be.oneOf(["fails", "not the same after a second up"]);
      if (recorded?.verdict !== "not tried yet") {
        expect({ change: kind, ...outcome }).to.deep.equal(recorded);
      }
    });
  }
});

/** Always the same ones, whatever is added. */
function isChosen(name: string): boolean {
  return createHash("sha256").update(name).digest().readUInt32BE(0) % oneIn === 0;
}

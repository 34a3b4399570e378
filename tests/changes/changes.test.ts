import { readFileSync } from "node:fs";
import { expect } from "chai";
import { changesPage, pageFile } from "./page";
import { readVerdicts } from "./results";
import { everySetting } from "./settings-list";

const bad = ["fails", "not the same after a second up", "not tried yet"];
const remedy = "Run `npm run changes -- --untried --write`, with `--only SETTING` for one.";

describe("the page of what happens when a setting is changed", () => {
  it("has a row for every setting that there is, and no others", () => {
    expect(Object.keys(readVerdicts()), remedy).to.deep.equal(everySetting());
  });

  it("says that each of their changes was tried, and came to a good end", () => {
    const found = Object.entries(readVerdicts()).flatMap(([setting, changes]) =>
      changes.length === 0
        ? [`${setting} was not changed`]
        : changes
            .filter(({ verdict }) => bad.includes(verdict))
            .map(({ change, verdict }) => `${setting}: ${change}: ${verdict}`),
    );
    expect(found, remedy).to.deep.equal([]);
  });

  it("is what the verdicts make of it", async () => {
    expect(readFileSync(pageFile, "utf8"), remedy).to.equal(await changesPage(readVerdicts()));
  });
});

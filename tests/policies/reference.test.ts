import { readFileSync } from "node:fs";
import { expect } from "chai";
import { judgeRules } from "../../guard/judge/verdict";
import { document, ruleNamesFile, ruleNamesModule, withReferences } from "../../policies/reference";

/** Without the padding that prettier gives to tables. */
function bare(text: string): string {
  return text.replace(/-{3,}/g, "---").replace(/ +/g, " ");
}

describe("guard/approvals/rule-names.ts", () => {
  it("names the rules that there are", () => {
    expect(readFileSync(ruleNamesFile, "utf8")).to.equal(ruleNamesModule());
  });
});

describe("docs/guard.md", () => {
  it("lists the rules, floors and types that there are", () => {
    const text = readFileSync(document, "utf8");
    expect(
      bare(text) === bare(withReferences(text)),
      "docs/guard.md is stale: run `npx tsx policies/reference.ts`",
    ).to.equal(true);
  });

  it("explains every name that the gate refuses under", () => {
    const text = readFileSync(document, "utf8");
    expect(judgeRules.filter((rule) => !text.includes(`\`${rule}\``))).to.deep.equal([]);
  });
});

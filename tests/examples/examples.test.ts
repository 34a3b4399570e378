import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { PageDocument } from "../../operations/page/document";
import { commentOf, committed, examples, pageOf } from "./examples";

describe("the examples of comments in docs/examples", () => {
  for (const example of Object.keys(examples)) {
    it(`are what the recorded plan comes to: ${example} (npm run examples)`, () => {
      expect(committed(example)).to.equal(commentOf(example));
    });
  }

  for (const example of Object.keys(examples)) {
    it(`have a page that says the same of the recorded plan: ${example} (npm run examples)`, async () => {
      const [, json = ""] = /id="document">(.*?)<\/script>/.exec(committed(example, "html")) ?? [];
      const { changes, findings, sentence } = JSON.parse(json) as PageDocument;
      const wanted = await pageOf(example);
      expect({ changes, findings, sentence }).to.deep.equal({
        changes: wanted.changes,
        findings: wanted.findings,
        sentence: wanted.sentence,
      });
    });
  }

  it("are each described", () => {
    const readme = readFileSync(path.join(__dirname, "../../docs/examples/README.md"), "utf8");
    for (const example of Object.keys(examples)) {
      expect(readme).to.contain(`(${example}.md)`);
    }
  });
});

import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { commentOf, committed, examples } from "./examples";

describe("the examples of comments in docs/examples", () => {
  for (const example of Object.keys(examples)) {
    it(`are what the recorded plan comes to: ${example} (npm run examples)`, () => {
      expect(committed(example)).to.equal(commentOf(example));
    });
  }

  it("are each described", () => {
    const readme = readFileSync(path.join(__dirname, "../../docs/examples/README.md"), "utf8");
    for (const example of Object.keys(examples)) {
      expect(readme).to.contain(`(${example}.md)`);
    }
  });
});

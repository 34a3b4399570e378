import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { generatedFiles } from "../../settings/json-schema-file";

const projectDirectory = path.join(__dirname, "..", "..");

describe("what is made from the schema of settings", () => {
  it("is as `npm run schema:update` would write it", async () => {
    const files = await generatedFiles(projectDirectory);
    expect(files.map(({ file }) => file)).to.deep.equal([
      "schema/stack.schema.json",
      "docs/settings.md",
      "docs/alarms.md",
    ]);
    for (const { file, text } of files) {
      const committed = fs.readFileSync(path.join(projectDirectory, file), "utf8");
      expect(committed === text, `${file} is stale: run \`npm run schema:update\``).to.equal(true);
    }
  });
});

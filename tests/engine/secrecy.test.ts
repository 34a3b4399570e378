import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { standing } from "./support/standing";
import type { Walk } from "./support/walk";

/** The values that the cloud gave out and that nobody but `iam` may print. */
function secretsOf(walk: Walk): string[] {
  return walk
    .cloud()
    .filter(({ type }) => type === "aws:iam/accessKey:AccessKey")
    .flatMap(({ outputs }) => [outputs.secret, outputs.sesSmtpPasswordV4])
    .filter((value): value is string => typeof value === "string");
}

describe("what is secret", () => {
  let walk: Walk;
  before(async () => {
    walk = await standing("dev");
  });

  it("is printed by no command but iam", async () => {
    walk.edit("dev", (settings) => {
      settings.set("users", ["additional", "auditor", "grants"], ["reports:read"]);
    });
    const comment = path.join(walk.project, "comment.md");
    const results = [
      await walk.done("preview", "dev", "--rehearse", "--markdown", comment),
      await walk.done("preview", "dev", "--rehearse", "--json"),
      await walk.done("up", "dev", "--rehearse", "--yes"),
      await walk.done("rehearse", "dev"),
      await walk.groundwork("destroy", "dev", "--rehearse", "--yes"),
    ];
    const printed = [
      ...results.map(({ stdout, stderr }) => stdout + stderr),
      readFileSync(comment, "utf8"),
    ].join("\n");
    const secrets = secretsOf(walk);
    // Two values for each user's key; the fourth user was made by the run above.
    expect(secrets).to.have.length(8);
    for (const secret of secrets) {
      expect(printed.includes(secret), "printed in clear").to.equal(false);
      expect(printed.includes(encodeURIComponent(secret)), "printed in a URL").to.equal(false);
    }
  });

  it("is in clear in no file of the state or the log", () => {
    const notes = walk.notes();
    const names = notes.map(({ file }) => file);
    expect(names.some((file) => file.endsWith("log.jsonl"))).to.equal(true);
    expect(names.some((file) => /state.*dev\.json$/.test(file))).to.equal(true);
    for (const { file, text } of notes) {
      for (const secret of secretsOf(walk)) {
        expect(text.includes(secret) || text.includes(encodeURIComponent(secret)), file).to.equal(false);
      }
    }
  });
});

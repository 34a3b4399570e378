import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describeWith, installed } from "../support/real-parts";

const boot = path.join(__dirname, "..", "..", "boot");
const scripts = readdirSync(boot, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".sh"));

const shellcheck = installed(["shellcheck"], "shellcheck (Debian: apt-get install shellcheck)");

/** Style, and two that complain of what is meant: a function's failure that is asked for. */
const left = ["SC2250", "SC2310", "SC2312"];

describeWith("scripts that run on other machines, and the launcher, by shellcheck", shellcheck, (program) => {
  it("are there", () => {
    expect(scripts).to.include("database-bootstrap/bootstrap.sh");
  });

  for (const file of [...scripts, "../groundwork"]) {
    it(`finds nothing in ${file}`, () => {
      const args = [
        "--external-sources",
        "--enable=all",
        `--exclude=${left.join(",")}`,
        "--norc",
        path.join(boot, file),
      ];
      expect(said(() => execFileSync(program().shellcheck, args, { encoding: "utf8" }))).to.equal("");
    });
  }
});

describe("scripts that run on other machines", () => {
  for (const file of scripts.filter((one) => !one.startsWith(`lib${path.sep}`))) {
    it(`end at the first thing that goes wrong: ${file}`, () => {
      const lines = readFileSync(path.join(boot, file), "utf8").split("\n");
      const firstCommand = lines.find((line) => line !== "" && !line.startsWith("#"));
      expect(firstCommand).to.match(/^set -e/);
    });
  }
});

function said(call: () => string): string {
  try {
    return call();
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

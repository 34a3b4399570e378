import { expect } from "chai";
import execa from "execa";
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";

const project = path.join(__dirname, "../..");
const boot = path.join(project, "boot");

const scripts = readdirSync(boot, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith(".sh"))
  .map((file) => path.join(boot, file));

describe("the scripts of boot/", () => {
  it("are clean for shellcheck (skipped where there is none, but not in CI)", async function () {
    const version = await execa("shellcheck", ["--version"], { reject: false });
    if (version.exitCode !== 0) {
      expect(readEnvironment(project).ci, "shellcheck is not installed (Debian: shellcheck)").to.equal(false);
      this.skip();
    }
    const { stdout } = await execa("shellcheck", ["--external-sources", ...scripts], { reject: false });
    expect(stdout).to.equal("");
    expect(scripts).to.have.length.of.at.least(3);
  });

  it("end at the first thing that goes wrong", async () => {
    for (const script of scripts.filter((file) => !file.includes(`${path.sep}lib${path.sep}`))) {
      const { stdout } = await execa("head", ["-n", "12", script]);
      expect(stdout, script).to.match(/^set -e/m);
    }
  });
});

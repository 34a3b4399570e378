import { expect } from "chai";
import execa from "execa";
import { createHash } from "node:crypto";
import * as path from "node:path";
import { both, describeWith, installed } from "../support/real-parts";
import { scriptTools, Stage } from "./support/stage";

const tools = both(installed(["dnf", "rpm"], "dnf and rpm (Debian: apt-get install dnf rpm)"), scriptTools);
const library = path.join(__dirname, "../../boot/lib/machine.sh");

describeWith("packages of Amazon Linux, by dnf", tools, (found) => {
  let stage: Stage;
  beforeEach(() => {
    stage = new Stage({});
    const [{ dnf }] = found();
    // As Amazon Linux has it in its dnf.conf.
    stage.write(
      "etc/dnf.conf",
      `[main]\nskip_if_unavailable=True\nreposdir=${stage.root}/etc/repos\ncachedir=${stage.root}/cache\nlogdir=${stage.root}\n`,
    );
    stage.write("run/groundwork/errors", "");
    stage.script(
      "dnf",
      `#!/bin/bash\nexec ${dnf} -c "$GROUNDWORK_ROOT/etc/dnf.conf" --installroot "$GROUNDWORK_ROOT" --releasever 2023 "$@"\n`,
    );
    const primary = '<metadata xmlns="http://linux.duke.edu/metadata/common" packages="0"></metadata>';
    stage.write("repository/repodata/primary.xml", primary);
    stage.write(
      "repository/repodata/repomd.xml",
      '<repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1</revision><data type="primary"><checksum type="sha256">' +
        `${createHash("sha256").update(primary).digest("hex")}</checksum><location href="repodata/primary.xml"/>` +
        "<timestamp>1</timestamp></data></repomd>",
    );
    repository("core", `file://${stage.root}/repository`);
  });
  afterEach(() => stage.end());

  const repository = (name: string, url: string): void =>
    stage.write(`etc/repos/${name}.repo`, `[${name}]\nname=${name}\nbaseurl=${url}\ngpgcheck=0\nretries=1\n`);
  /** Tries to install, and says how often. */
  const install = async (): Promise<readonly [output: string, pauses: number]> => {
    const { all = "" } = await execa(
      "bash",
      ["-c", `set -euo pipefail; . ${library}; install_packages docker || log "$reason"`],
      {
        all: true,
        env: stage.environment,
      },
    );
    return [all, stage.calls("sleep").length];
  };

  it("are asked for once where the release has none of that name, and that is said", async () => {
    const [output, pauses] = await install();
    expect(output).to.contain(
      "dnf_install failed: Error: Unable to find a match: docker This release has no such package",
    );
    expect(pauses).to.equal(0);
  });

  it("are asked for again while a repository cannot be reached, which dnf alone would pass over", async () => {
    repository("updates", "http://127.0.0.1:9/");
    const [output, pauses] = await install();
    expect(output).to.contain(
      "dnf_install failed 5 times: Error: Failed to download metadata for repo 'updates'",
    );
    expect(pauses).to.equal(4);
  });

  it("are told by rpm to be missing", async () => {
    const { exitCode } = await execa(
      found()[0].rpm,
      ["--dbpath", path.join(stage.root, "rpm"), "--query", "--quiet", "htop"],
      { reject: false },
    );
    expect(exitCode).to.equal(1);
  });
});

import { expect } from "chai";
import execa, { type ExecaChildProcess } from "execa";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { bootScript } from "../../components/metal-workers/script";
import { describeWith, installed } from "../support/real-parts";

const locks = [
  "var/lib/dpkg/lock-frontend",
  "var/lib/dpkg/lock",
  "var/lib/apt/lists/lock",
  "var/cache/apt/archives/lock",
];

/** As apt and dpkg hold theirs, until it is told to let go. */
const holder = `
import fcntl, sys
held = open(sys.argv[1], "w")
fcntl.lockf(held, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
`;

const tools = installed(
  ["apt-get", "dpkg", "python3"],
  "apt, dpkg and python3 (a Debian or an Ubuntu)",
  "/usr/bin",
);

describeWith("the packages' locks on a worker's machine, with the real apt and dpkg", tools, () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "groundwork-apt-"));
    for (const folder of [
      "etc/apt/apt.conf.d",
      "etc/apt/preferences.d",
      "var/lib/dpkg/updates",
      "var/lib/dpkg/info",
      "var/lib/apt/lists/partial",
      "var/cache/apt/archives/partial",
      "bin",
    ]) {
      mkdirSync(path.join(root, folder), { recursive: true });
    }
    for (const file of ["etc/apt/sources.list", "var/lib/dpkg/status", "var/lib/dpkg/available"]) {
      writeFileSync(path.join(root, file), "");
    }
    // On the folder of the test in place of the machine's own; otherwise as they are.
    const own = [
      ["apt-get", `/usr/bin/apt-get -o Dir=${root} -o Dir::State::status=${root}/var/lib/dpkg/status`],
      ["dpkg", `/usr/bin/dpkg --admindir=${root}/var/lib/dpkg`],
    ] as const;
    for (const [name, command] of own) {
      writeFileSync(
        path.join(root, "bin", name),
        `#!/bin/bash\necho ${name} >>${root}/calls\nexec ${command} "$@"\n`,
        {
          mode: 0o755,
        },
      );
    }
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  const run = (commands: string): ExecaChildProcess =>
    execa(
      "/bin/bash",
      ["--norc", "-c", `set -euo pipefail\nroot=${root}\n${bootScript("lib/apt.sh")}${commands}`],
      {
        all: true,
        reject: false,
        extendEnv: false,
        env: { PATH: `${root}/bin:/usr/sbin:/usr/bin:/sbin:/bin` },
      },
    );

  for (const lock of locks) {
    it(`are waited for: ${lock}`, async () => {
      const holding = execa("python3", ["-c", holder, path.join(root, lock)]);
      await new Promise((resolve) => holding.stdout?.once("data", resolve));
      const step = run("patiently dpkg --configure -a\napt update\napt install --yes\necho installed");
      const early = await Promise.race([
        step.then(() => "ended"),
        new Promise((resolve) => setTimeout(resolve, 1500, "waits")),
      ]);
      holding.stdin?.end("\n");
      const { exitCode, all } = await step;
      await holding;
      expect(early, all).to.equal("waits");
      expect(exitCode, all).to.equal(0);
      expect(all).to.match(/installed$/);
    });
  }

  it("are waited for where somebody takes one in between, and no other failure is tried again", async () => {
    // The first call meets a lock that was free a moment before.
    writeFileSync(
      path.join(root, "bin/apt-get"),
      `#!/bin/bash\necho call >>${root}/calls\n[[ $(wc -l <${root}/calls) -gt 1 ]] || { echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (unattended-upgr)" >&2; exit 100; }\n`,
      { mode: 0o755 },
    );
    const again = await run("sleep() { :; }\napt update\nwc -l <$root/calls");
    expect(again.all).to.match(/somebody else has the packages' lock; waiting\n2$/);
    writeFileSync(
      path.join(root, "bin/apt-get"),
      `#!/bin/bash\necho call >>${root}/other\necho "E: Unable to locate package nothing" >&2\nexit 100\n`,
      { mode: 0o755 },
    );
    const other = await run("apt install nothing || echo $?\nwc -l <$root/other");
    expect(other.all).to.equal("E: Unable to locate package nothing\n100\n1");
  });
});

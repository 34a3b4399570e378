import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { describeWith, installed } from "../support/real-parts";

const boot = path.join(__dirname, "../../boot");
const files = readdirSync(boot, { recursive: true, encoding: "utf8" });
const read = (file: string): string => readFileSync(path.join(boot, file), "utf8");

/** Every unit that a machine gets, by name: files of boot/, and what steps of metal workers write. */
const units = new Map([
  ...files
    .filter((file) => /\.(service|slice)$/.test(file))
    .map((file) => [path.basename(file), read(file)] as const),
  ...files
    .filter((file) => file.endsWith(".sh"))
    .flatMap((file) => [...read(file).matchAll(/<<UNIT\n(.*?)\nUNIT\n/gs)].map(([, text = ""]) => text))
    .map(
      // A line of its own that a step puts in is tried with that step (metal-units.test.ts).
      (text, index) =>
        [
          `step-${String(index)}.service`,
          text.replaceAll(/^\$\w+$/gm, "").replaceAll(/\$(\w+|\{[^}]*\})/g, "1"),
        ] as const,
    ),
]);

const systemd = installed(["systemd-analyze"], "systemd-analyze (Debian: apt-get install systemd)");

describeWith("the units of all machines, by systemd", systemd, (analyze) => {
  it("are read without a complaint", async () => {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-units-"));
    try {
      // Units and programs that are not on this machine.
      writeFileSync(path.join(directory, "docker.service"), "[Service]\nExecStart=/bin/true\n");
      for (const [name, text] of units) {
        writeFileSync(path.join(directory, name), text.replaceAll(/=\/(opt|usr\/local)\/\S+/g, "=/bin/true"));
      }
      const { all } = await execa(
        analyze()["systemd-analyze"],
        ["verify", "--man=no", ...[...units.keys()].map((unit) => path.join(directory, unit))],
        { all: true, reject: false, env: { SYSTEMD_UNIT_PATH: `${directory}:` } },
      );
      expect([...units.keys()]).to.include.members([
        ...["worker.service", "worker.slice", "fleet-role.service", "static-service@.service"],
        ...["step-0.service", "step-1.service"],
      ]);
      expect(all).to.equal("");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

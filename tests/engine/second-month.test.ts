import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Walk } from "./support/walk";

const databaseType = "aws:rds/instance:Instance";

describe("a database that the cloud moves, destroyed and stood up again", () => {
  let walk: Walk;
  before(async () => {
    walk = Walk.whole();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "database");
      settings.remove("database", ["bootstrap"]);
      settings.set("database", ["engineVersion"], "16.11");
      settings.set("guard", ["level"], "disposable");
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
  });

  const stackFile = (): string => readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8");

  /** What somebody, or AWS, has done to the one thing of a type. */
  function moved(type: string, outputs: Readonly<Record<string, unknown>>): void {
    const folder = path.join(walk.rehearsal, "cloud");
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const record = JSON.parse(readFileSync(file, "utf8")) as Record<"type" | "outputs", unknown>;
      if (record.type === type) {
        writeFileSync(
          file,
          JSON.stringify({ ...record, outputs: { ...(record.outputs as object), ...outputs } }),
        );
      }
    }
  }

  it("is no mistake of a person: what grew changes nothing, what was upgraded is named with the value to write, and a command writes it", async () => {
    moved(databaseType, { allocatedStorage: 45, engineVersion: "16.13", engineVersionActual: "16.13" });
    await walk.pulumiDone("dev", "refresh", "--yes", "--skip-preview");
    const refused = await walk.groundwork("preview", "dev", "--rehearse");
    expect(refused.exitCode, refused.stderr).to.equal(3);
    expect(refused.stdout).to.contain("engineVersion goes from 16.13 to 16.11.");
    expect(refused.stdout).to.contain(
      'set groundwork:database.engineVersion to "16.13"; `./groundwork adopt dev --rehearse` writes it.',
    );
    expect(refused.stdout).to.not.contain("shrinks");

    const before = stackFile();
    const adopted = await walk.done("adopt", "dev", "--rehearse", "--yes");
    expect(adopted.stdout).to.contain('groundwork:database.engineVersion  "16.13"');
    expect(stackFile()).to.equal(before.replace('engineVersion: "16.11"', 'engineVersion: "16.13"'));

    const after = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(after.exitCode, after.stdout).to.equal(0);
    const again = await walk.done("adopt", "dev", "--rehearse", "--yes");
    expect(again.stdout).to.contain("Nothing to adopt");
  });
});

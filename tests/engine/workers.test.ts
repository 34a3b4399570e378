import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { killedWhileItMadeOne } from "./support/killed";
import { workersWalk } from "./support/metal-workers";
import { documentOf, type Walk } from "./support/walk";

const device = "equinix-metal:index/device:Device";

describe("the workers' commands", function () {
  this.timeout(600_000);

  it("replace one slot and touch nothing else, find what is too many, and mend it", async () => {
    const walk = workersWalk("equinix");
    await walk.done("up", "dev", "--rehearse", "--yes");
    const before = ids(walk);

    const asked = await walk.groundwork("workers", "dev", "replace", "1", "--rehearse");
    expect(asked.exitCode, asked.stderr).to.equal(2);
    expect(asked.stdout).to.contain("The preview touches slot 1 and nothing else.");
    const seen = walk.changes().length;
    const replaced = documentOf(
      await walk.done("workers", "replace", "dev", "1", "--rehearse", "--yes", "--json"),
    );
    expect(replaced).to.deep.include({ slot: 1, result: "replaced", beyond: [] });
    const names = walk
      .changes()
      .slice(seen)
      .map(({ urn }) => urn.split("::").at(-1) ?? "");
    expect(names.filter((name) => !/^docker-worker-1(-|$)/.test(name))).to.deep.equal([]);
    const after = ids(walk);
    expect(after["docker-worker-1"]).not.to.equal(before["docker-worker-1"]);
    expect({ ...after, "docker-worker-1": "" }).to.deep.equal({ ...before, "docker-worker-1": "" });

    // Somebody has deleted a machine by hand: who does not look takes it for built.
    walk.forget(device, "docker-worker-2");
    const work = async (action: string): Promise<Record<string, unknown>> =>
      documentOf(await walk.done("workers", "dev", action, "2", "--rehearse", "--yes", "--json"));
    expect(await work("retry")).to.deep.include({ slot: 2, result: "started" });
    walk.reads = true;
    const made = await work("replace");
    walk.reads = false;
    expect(made).to.deep.include({ slot: 2, result: "replaced", beyond: [] });
    expect(made.drift).to.have.length(1);
    expect(Object.keys(ids(walk))).to.include("docker-worker-2");

    // What the file wants besides is no part of it.
    walk.edit("dev", (config) => config.set("metalWorkers", ["slots"], ["0-1", 5]));
    killedWhileItMadeOne(walk, "groundwork", () => ({
      urn: "urn:pulumi:dev::groundwork::random:index/randomPet:RandomPet::left",
      type: "random:index/randomPet:RandomPet",
    }));
    const retried = await walk.done("workers", "dev", "retry", "5", "--rehearse", "--yes", "--json");
    expect(retried.stderr).to.contain("A run of dev was killed while it made 1 resource");
    const half = documentOf(retried);
    expect(half).to.deep.include({ slot: 5, result: "changed", beyond: [] });
    expect(Object.keys(ids(walk))).to.deep.equal([0, 1, 2, 5].map((slot) => `docker-worker-${slot}`));
    expect(
      (await walk.groundwork("workers", "dev", "replace", "2", "--rehearse", "--yes")).exitCode,
    ).to.equal(2);

    copyOf(walk, "docker-worker-0", "docker-worker-0");
    copyOf(walk, "docker-worker-0", "docker-worker-7");
    const listed = documentOf(await walk.done("workers", "dev", "list", "--rehearse", "--json"));
    expect(
      (listed.workers as { slot: number; built: number; note: string }[]).map(({ slot, built, note }) => [
        slot,
        built,
        note,
      ]),
    ).to.deep.equal([
      [0, 7, "see `./groundwork doctor STACK --rehearse`"],
      [1, 7, ""],
      [2, 7, "not in the settings"],
      [5, 7, ""],
      [7, 0, "not in the settings, see `./groundwork doctor STACK --rehearse`"],
    ]);
    const found = await walk.groundwork("doctor", "dev", "--rehearse", "--json");
    expect(found.exitCode, found.stdout + found.stderr).to.equal(4);
    const { findings } = documentOf(found) as { findings: Record<string, unknown>[] };
    expect(
      findings.map(({ kind, slot, remedy, dollarsPerHour }) => [kind, slot, remedy, dollarsPerHour]),
    ).to.deep.equal([
      ["duplicate", 0, "remove", 0.75],
      ["orphaned", 7, "remove", 0.75],
    ]);
    // Without an answer nothing is deleted.
    expect((await walk.groundwork("doctor", "dev", "--rehearse", "--fix")).exitCode).to.equal(2);
    const mended = documentOf(await walk.done("doctor", "dev", "--rehearse", "--fix", "--yes", "--json"));
    expect(mended).to.deep.include({ result: "mended", left: [] });
    expect(ids(walk)["docker-worker-0"]).to.equal(after["docker-worker-0"]);
    expect(walk.cloud().filter(({ type }) => type === device)).to.have.length(4);

    const drained = await walk.done("workers", "dev", "drain", "0", "--rehearse", "--yes");
    expect(drained.stderr).to.contain("systemctl disable --now generic-worker.service");
  });
});

/** Name in the program to id, of each device. */
function ids(walk: Walk): Readonly<Record<string, string>> {
  return Object.fromEntries(
    walk
      .cloud()
      .filter(({ type }) => type === device)
      .map(({ name, id }) => [name, id] as const)
      .sort(([a], [b]) => a.localeCompare(b)),
  );
}

/** Puts another device there as if it had been made for a slot: of the same name, or of another slot's. */
function copyOf(walk: Walk, name: string, as: string): void {
  const cloud = path.join(walk.rehearsal, "cloud");
  for (const file of readdirSync(cloud)) {
    const text = readFileSync(path.join(cloud, file), "utf8");
    const record = JSON.parse(text) as { type: string; name: string; id: string };
    if (record.type === device && record.name === name) {
      const copy = text
        .replaceAll(record.id, `00000000-0000-4000-8000-00000000000${as.slice(-1)}`)
        .replaceAll(name, as)
        .replaceAll(`"slot-${name.slice(-1)}"`, `"slot-${as.slice(-1)}"`);
      writeFileSync(path.join(cloud, `copy-${as}.json`), copy);
      return;
    }
  }
  throw new Error(`no ${name}`);
}

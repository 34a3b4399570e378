import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { workersWalk } from "./support/metal-workers";
import type { CloudResource, Walk } from "./support/walk";

/** What is made for a slot, in this order: the names of its resources in the program after the slot's own. */
const created = [
  "",
  "-host-key",
  "-packages",
  "-devices",
  "-docker",
  "-binary",
  "-configuration",
  "-service",
  "-verification",
];
const machineTypes = new Set(["aws:ec2/instance:Instance", "equinix-metal:index/device:Device"]);

describe("a creation that is reported as timed out, and done", function () {
  this.timeout(600_000);

  it("makes no second machine in the next run, at whatever call of a slot it happens", async () => {
    // Slot 0 loses its machine's creation, slot 1 that of its host key, and so on: each call of a slot once. As many at a time
    // as may fail without stopping the others, the pool growing meanwhile.
    const walk = workersWalk("equinix", ["0-2"]);
    for (const last of [2, 5, 8]) {
      walk.edit("dev", (config) => config.set("metalWorkers", ["slots"], [`0-${last}`]));
      const lost = [last - 2, last - 1, last].map((slot) =>
        lostCreation(`docker-worker-${slot}${created[slot] ?? ""}`),
      );
      const broken = await walk.groundwork(
        "up",
        "dev",
        "--rehearse",
        "--yes",
        "--faults",
        faults(walk, lost),
      );
      expect(broken.exitCode, broken.stdout + broken.stderr).to.equal(1);
    }
    const first = machines(walk);
    expect(slotsOf(first)).to.deep.equal(created.map((_, slot) => String(slot)));

    await plainUp(walk);
    expect(machines(walk)).to.deep.equal(first);
    expect(creationsOf(walk, "equinix-metal:index/device:Device")).to.have.length(created.length);
    for (const suffix of created.slice(1)) {
      const names = walk.cloud().map(({ name }) => name);
      expect(
        created.map((_, slot) => names.filter((name) => name === `docker-worker-${slot}${suffix}`).length),
        suffix,
      ).to.deep.equal(created.map(() => 1));
    }
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");

    // A machine that was taken over is replaced as any other, and that creation is lost in turn.
    const faulty = faults(walk, [lostCreation("docker-worker-0")]);
    const replaced = await walk.groundwork(
      "workers",
      "dev",
      "replace",
      "0",
      "--rehearse",
      "--yes",
      "--faults",
      faulty,
    );
    expect(replaced.exitCode, replaced.stdout + replaced.stderr).to.equal(1);
    const second = machines(walk);
    expect(slotsOf(second)).to.deep.equal(slotsOf(first));
    expect(
      second.filter(([, id]) => !first.some(([, other]) => other === id)).map(([slot]) => slot),
    ).to.deep.equal(["0"]);

    const doctor = await walk.groundwork("doctor", "dev", "--rehearse", "--json");
    expect(doctor.exitCode, doctor.stdout + doctor.stderr).to.equal(4);
    const { findings } = JSON.parse(doctor.stdout) as {
      findings: { kind: string; slot: number; remedy: string }[];
    };
    expect(findings.map(({ kind, slot, remedy }) => [kind, slot, remedy])).to.deep.equal([
      ["orphaned", 0, "adopt"],
    ]);

    await plainUp(walk);
    expect(machines(walk)).to.deep.equal(second);
    // The engine goes on deleting the one that it deleted before; the doctor has it forget.
    await walk.done("doctor", "dev", "--rehearse", "--fix", "--yes");
    expect(machines(walk)).to.deep.equal(second);
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
  });

  it("is made good by `doctor --fix` too, for EC2, and the slot can be replaced afterwards", async () => {
    const walk = workersWalk("ec2");
    const faulty = faults(walk, [lostCreation("docker-worker-1")]);
    const broken = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--faults", faulty);
    expect(broken.exitCode, broken.stdout + broken.stderr).to.equal(1);
    const first = machines(walk);
    expect(slotsOf(first)).to.deep.equal(["0", "1", "2"]);

    await walk.done("doctor", "dev", "--rehearse", "--fix", "--yes");
    expect(machines(walk)).to.deep.equal(first);

    await walk.done("workers", "dev", "replace", "1", "--rehearse", "--yes");
    const second = machines(walk);
    expect(slotsOf(second)).to.deep.equal(["0", "1", "2"]);
    expect(
      second.filter(([, id]) => first.some(([, other]) => other === id)).map(([slot]) => slot),
    ).to.deep.equal(["0", "2"]);
    await plainUp(walk);
    expect(machines(walk)).to.deep.equal(second);
  });
});

function lostCreation(name: string): Record<string, unknown> {
  return { match: { type: "*", name, method: "create" }, fault: "timeout-after-done" };
}

function faults(walk: Walk, list: readonly Record<string, unknown>[]): string {
  const file = path.join(walk.project, "faults.yaml");
  writeFileSync(file, stringify(list));
  return file;
}

async function plainUp(walk: Walk): Promise<void> {
  await walk.done("exec", "--rehearse", "--", "pulumi", "up", "--stack", "dev", "--yes", "--skip-preview");
}

/** Slot and id of each machine that exists. */
function machines(walk: Walk): readonly (readonly [slot: string, id: string])[] {
  return walk
    .cloud()
    .filter(({ type }) => machineTypes.has(type))
    .map((machine) => [slotOf(machine), machine.id] as const)
    .sort(([a], [b]) => Number(a) - Number(b));
}

function slotOf({ name }: CloudResource): string {
  return name.slice("docker-worker-".length);
}

function slotsOf(found: readonly (readonly [slot: string, id: string])[]): readonly string[] {
  return found.map(([slot]) => slot);
}

function creationsOf(walk: Walk, type: string): readonly string[] {
  return walk
    .changes()
    .filter((call) => call.type === type && call.method === "create")
    .map(({ urn }) => urn);
}

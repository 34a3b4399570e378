import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { metalSection, onlyMetalWorkers, sources } from "./support/metal-stack";
import { type LoggedCall, Walk } from "./support/walk";

const COMMAND = "command:remote:Command";

const steps = [
  "packages",
  "devices",
  "docker",
  "binary",
  "configuration",
  "service",
  "verification",
] as const;

/** `create docker-worker-1-docker`, in the order in which it happened. */
const told = (calls: readonly LoggedCall[]): readonly string[] =>
  calls
    .filter(({ type }) => type === COMMAND)
    .map(({ method, urn, ok }) => `${ok ? "" : "failed to "}${method} ${urn.split("::").at(-1) ?? ""}`);

const all = (method: string, slot: number, from: (typeof steps)[number] = "packages"): readonly string[] =>
  steps.slice(steps.indexOf(from)).map((step) => `${method} docker-worker-${slot}-${step}`);

async function since(walk: Walk, action: () => Promise<unknown>): Promise<readonly string[]> {
  const before = walk.changes().length;
  await action();
  return told(walk.changes().slice(before));
}

function faults(walk: Walk, ...list: readonly object[]): string {
  const file = path.join(walk.rehearsal, "faults.yaml");
  writeFileSync(file, JSON.stringify(list));
  return file;
}

describe("metal workers through the engine", () => {
  const walk = Walk.create();
  const up = (): Promise<unknown> => walk.done("up", "dev", "--rehearse", "--yes");
  const withSlots = (slots: readonly (number | string)[], ...hosts: readonly number[]): void => {
    onlyMetalWorkers(walk, metalSection(slots, sources.hosts(...hosts)));
  };

  it("build the others when one fails, and end with its name and step", async () => {
    withSlots(["0-2"], 0, 1, 2);
    const file = faults(walk, {
      match: { type: COMMAND, name: "docker-worker-1-docker", method: "create" },
      fault: "error",
      message: "Process exited with status 1",
    });
    const calls = await since(walk, async () => {
      const result = await walk.groundwork("rehearse", "dev", "--faults", file);
      expect(result.exitCode).to.equal(1);
      expect(result.stderr).to.contain("docker-worker-1-docker: Process exited with status 1");
    });
    expect([...calls].sort()).to.deep.equal(
      [
        ...all("create", 0),
        "create docker-worker-1-packages",
        "create docker-worker-1-devices",
        "failed to create docker-worker-1-docker",
        ...all("create", 2),
      ].sort(),
    );
    expect(calls.filter((call) => call.includes("worker-2-"))).to.deep.equal(all("create", 2));
  });

  it("go on where it stopped, and touch the others no more", async () => {
    expect(await since(walk, up)).to.deep.equal(all("create", 1, "docker"));
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("take a slot out of the middle and put one in without touching the others", async () => {
    withSlots([7, "2-2", 0], 0, 2, 7);
    const calls = await since(walk, up);
    expect([...calls].sort()).to.deep.equal([...all("create", 7), ...all("delete", 1)].sort());
  });

  it("run again from the step that changed, on every slot, one machine at a time", async () => {
    walk.edit("dev", (settings) => {
      settings.set("metalWorkers", ["parallel"], 1);
      settings.set("metalWorkers", ["worker", "checksums", "livelog"], "d".repeat(64));
    });
    expect(await since(walk, up)).to.deep.equal([
      ...all("update", 0, "binary"),
      ...all("update", 2, "binary"),
      ...all("update", 7, "binary"),
    ]);
  });

  it("go with their section", async () => {
    walk.edit("dev", (settings) => {
      settings.remove("metalWorkers");
    });
    const calls = await since(walk, up);
    expect(calls).to.have.length(21);
    expect(walk.cloud().filter(({ type }) => type === COMMAND)).to.deep.equal([]);
  });
});

import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { Ledger } from "../../../operations/plan/memory/ledger";
import type { EngineReader } from "../../../operations/backend/engine-reader";
import { difference } from "../../../operations/state/difference";
import { deploymentIn, locksPrefix, readState, type StackRef } from "../../../operations/backend/layout";
import {
  moveState,
  moveSteps,
  type Move,
  type MoveStep,
} from "../../../operations/state/move-between-stores";
import { openStore } from "../../../operations/backend/open-store";
import type { StateStore } from "../../../operations/backend/store";

const dev: StackRef = { project: "groundwork", stack: "dev" };
const file = ".pulumi/stacks/groundwork/dev.json";

function checkpoint(latest: object): Buffer {
  return Buffer.from(
    JSON.stringify({ version: 3, checkpoint: { stack: "organization/groundwork/dev", latest } }),
  );
}

const queue = {
  urn: "urn:pulumi:dev::groundwork::aws:sqs/queue:Queue::mail",
  type: "aws:sqs/queue:Queue",
  custom: true,
};
const whole = checkpoint({
  resources: [{ ...queue, id: "q" }],
  pending_operations: [{ type: "creating", resource: queue }],
});

describe("moving state between two backends", () => {
  let directory: string;
  let from: StateStore;
  let to: StateStore;
  const stores = (): Record<string, StateStore> => ({ [from.url]: from, [to.url]: to });
  /** Reads as the engine would, from the file. */
  const honest: EngineReader = async (url, ref) => {
    const state = await readState(stores()[url] as StateStore, ref);
    return deploymentIn(state?.data as Buffer, url);
  };
  const move = (read = honest, onStep?: (step: MoveStep) => void): Promise<Move> =>
    moveState({ from, to, ref: dev, read, command: "groundwork state move", onStep });

  beforeEach(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-move-"));
    from = openStore(pathToFileURL(path.join(directory, "from")).href, {});
    to = openStore(pathToFileURL(path.join(directory, "to")).href, {});
    await from.write(".pulumi/meta.yaml", Buffer.from("version: 1\n"));
    await from.write(file, whole);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("takes every step, keeps operations whose end is not known, and leaves a copy", async () => {
    const steps: MoveStep[] = [];
    const result = await move(honest, (step) => steps.push(step));
    expect(steps).to.deep.equal([...moveSteps]);
    expect(result).to.deep.include({ project: "groundwork", result: "moved", resources: 1 });
    expect((await to.read(file))?.data).to.deep.equal(whole);
    expect((await to.read(".pulumi/meta.yaml"))?.data.toString()).to.equal("version: 1\n");
    expect((await from.read(result.setAside ?? ""))?.data).to.deep.equal(whole);
    expect(await move()).to.deep.equal({ project: "groundwork", result: "already there", resources: 1 });
  });

  it("leaves everything where it was when the engine reads something else in the new place", async () => {
    const failure = await move(async (url, ref) =>
      url === to.url ? { resources: [] } : honest(url, ref),
    ).catch((error: unknown) => error);
    expect(String(failure)).to.include("is not what was written");
    expect(failure).to.have.property("exitCode", 1);
    expect((await from.read(file))?.data).to.deep.equal(whole);
    expect(await from.list(locksPrefix(dev))).to.deep.equal([]);
    expect(await from.list(".pulumi/kept/")).to.deep.equal([]);
  });

  it("waits for nobody who holds a lock, on either side", async () => {
    const lock = Buffer.from(
      JSON.stringify({ pid: 1, username: "bob", hostname: "elsewhere", timestamp: new Date() }),
    );
    for (const store of [from, to]) {
      await store.write(`${locksPrefix(dev)}a.json`, lock);
      const failure = await move().catch((error: unknown) => error);
      expect(failure).to.have.property("exitCode", 3);
      expect(String(failure)).to.include("dev is locked by bob on elsewhere");
      expect(await to.read(file)).to.equal(undefined);
      await store.remove(`${locksPrefix(dev)}a.json`);
    }
  });

  it("takes what the guard remembers along, and leaves it for whoever stays in the old place", async () => {
    const ledger = new Ledger(from, dev);
    await ledger.append(() => [{ kind: "inventory", entries: [], complete: true }]);
    const { records } = await ledger.read();
    expect((await move()).result).to.equal("moved");
    expect((await new Ledger(to, dev).read()).records).to.deep.equal(records);
    expect((await ledger.read()).records).to.deep.equal(records);
  });

  it("leaves everything where it was when the new place remembers something else", async () => {
    for (const [store, complete] of [
      [from, true],
      [to, false],
    ] as const) {
      await new Ledger(store, dev).append(() => [{ kind: "inventory", entries: [], complete }]);
    }
    const failure = await move().catch((error: unknown) => error);
    expect(failure).to.have.property("exitCode", 3);
    expect(String(failure)).to.include("is in both backends, and they differ");
    expect((await from.read(file))?.data).to.deep.equal(whole);
    expect(await to.read(file)).to.equal(undefined);
    expect(await from.list(locksPrefix(dev))).to.deep.equal([]);
  });

  it("takes compressed state as it is", async () => {
    await from.remove(file);
    await from.write(`${file}.gz`, gzipSync(whole));
    expect((await move()).result).to.equal("moved");
    expect((await to.read(`${file}.gz`))?.data).to.deep.equal(gzipSync(whole));
  });

  it("refuses a backend that is laid out otherwise", async () => {
    await to.write(".pulumi/meta.yaml", Buffer.from("version: 2\n"));
    expect(String(await move().catch((error: unknown) => error))).to.include(
      "has a layout that groundwork does not know",
    );
    expect((await from.read(file))?.data).to.deep.equal(whole);
  });

  it("says when there is nothing to move", async () => {
    await from.remove(file);
    expect(await move()).to.deep.equal({ project: "groundwork", result: "absent", resources: 0 });
  });
});

describe("the difference between two states", () => {
  const component = { urn: "c", type: "groundwork:messaging:Messaging", custom: false };
  const alarm = { urn: "a", type: "aws:cloudwatch/metricAlarm:MetricAlarm", id: "alarm", custom: true };

  it("is what exists in one of them only, and what it holds", () => {
    const mail = { ...queue, id: "mail" };
    const { appearing, vanishing } = difference({ resources: [component, mail] }, { resources: [alarm] });
    expect(appearing).to.deep.equal([{ urn: "a", type: alarm.type, id: "alarm" }]);
    expect(vanishing).to.have.length(1);
    expect(vanishing[0]).to.include({ urn: queue.urn, type: queue.type, id: "mail" });
    expect(vanishing[0]?.holds).to.be.a("string");
  });

  it("is none for what has only another name, and one for another thing under the same name", () => {
    const mail = { ...queue, id: "mail" };
    expect(difference({ resources: [mail] }, { resources: [{ ...mail, urn: "renamed" }] })).to.deep.equal({
      appearing: [],
      vanishing: [],
    });
    const { appearing, vanishing } = difference(
      { resources: [mail] },
      { resources: [{ ...mail, id: "other" }] },
    );
    expect([appearing, vanishing].map((list) => list.map(({ id }) => id))).to.deep.equal([
      ["other"],
      ["mail"],
    ]);
  });
});

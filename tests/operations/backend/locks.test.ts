import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { OperationError } from "../../../operations/terminal/errors";
import { locksPrefix, type StackRef } from "../../../operations/backend/layout";
import {
  ageText,
  breakLocks,
  readLocks,
  whyKept,
  withLock,
  type Lock,
} from "../../../operations/backend/locks";
import { livenessOf } from "../../../operations/backend/processes";
import { openStore } from "../../../operations/backend/open-store";
import { ConflictError, type StateStore } from "../../../operations/backend/store";

const dev: StackRef = { project: "groundwork", stack: "dev" };
const now = new Date("2026-03-01T12:00:00Z");

function lockOf(changes: Partial<Lock> = {}): Lock {
  return {
    key: `${locksPrefix(dev)}a.json`,
    tag: "t",
    user: "ann",
    host: "ci-7",
    pid: 4711,
    since: new Date("2026-03-01T11:00:00Z"),
    process: "unknown",
    ...changes,
  };
}

describe("locks of a stack's state", () => {
  let directory: string;
  let store: StateStore;
  const write = (name: string, content: unknown): Promise<void> =>
    store.write(
      `${locksPrefix(dev)}${name}.json`,
      Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
    );
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "groundwork-locks-"));
    store = openStore(pathToFileURL(directory).href, {});
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("are read as the engine writes them, the oldest first", async () => {
    await write("b", {
      pid: 2,
      username: "bob",
      hostname: "b",
      timestamp: "2026-03-01T12:00:00.123456789+01:00",
    });
    await write("a", { pid: 1, username: "ann", hostname: "a", timestamp: "2026-03-01T11:30:00Z" });
    const locks = await readLocks(store, dev, ({ hostname }) => (hostname === "a" ? "dead" : "alive"));
    expect(
      locks.map(({ user, host, pid, since, process }) => [user, host, pid, since.toISOString(), process]),
    ).to.deep.equal([
      ["bob", "b", 2, "2026-03-01T11:00:00.123Z", "alive"],
      ["ann", "a", 1, "2026-03-01T11:30:00.000Z", "dead"],
    ]);
  });

  it("count though they cannot be read", async () => {
    for (const content of ["", "{", "[]", "null", '{"pid":"x"}']) {
      await write("a", content);
      const [lock] = await readLocks(store, dev);
      expect(lock, content).to.include({ user: "unknown", host: "unknown", pid: 0, process: "unknown" });
    }
  });

  it("count where a full disk left them empty or half written, as the engine, which reads every file there, does", async () => {
    const folder = path.join(directory, ...locksPrefix(dev).split("/"));
    await write("a", '{"pid":1,"username":"ann","hostname":"a","timestamp":"2026-03-01T11:30:00Z"}');
    writeFileSync(path.join(folder, "b.json.3551187239.tmp"), "");
    writeFileSync(path.join(folder, "c.json"), '{"pid":');
    writeFileSync(path.join(folder, "a.json.attrs"), "{}");
    const locks = await readLocks(store, dev);
    expect(locks.map(({ key, broken }) => [key.split("/").at(-1), broken]).sort()).to.deep.equal([
      ["a.json", undefined],
      ["b.json.3551187239.tmp", "empty"],
      ["c.json", "no JSON"],
    ]);
    await breakLocks(
      store,
      locks.filter(({ key }) => !key.endsWith(".tmp")),
    );
    const refused = await withLock(store, dev, "x", () => Promise.resolve("done")).catch(String);
    expect(refused).to.contain("b.json.3551187239.tmp): it is empty, as a full disk leaves it");
    await breakLocks(store, await readLocks(store, dev));
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it("that cannot be read are kept for a minute, in which somebody may be writing them", () => {
    const age = (seconds: number): string | undefined =>
      whyKept(lockOf({ broken: "empty", since: new Date(now.getTime() - seconds * 1000) }), now);
    expect(age(59)).to.equal("It is less than a minute old: a run may still be writing it.");
    expect(age(60)).to.equal(undefined);
  });

  it("of other stacks do not count", async () => {
    await store.write(locksPrefix({ project: "groundwork", stack: "dev2" }) + "a.json", Buffer.from("{}"));
    expect(await readLocks(store, dev)).to.deep.equal([]);
  });

  it("are kept while their process lives here, and for ten minutes in any case", () => {
    const old = new Date("2026-03-01T11:50:00Z");
    const fresh = new Date("2026-03-01T11:50:01Z");
    expect(whyKept(lockOf({ process: "alive" }), now)).to.equal("Its process (4711) runs on this machine.");
    expect(whyKept(lockOf({ since: old }), now)).to.equal(undefined);
    expect(whyKept(lockOf({ since: fresh }), now)).to.equal(
      "It is 9 min old: a run may still be at work on ci-7.",
    );
    expect(whyKept(lockOf({ since: fresh, process: "dead" }), now)).to.equal(
      "It is 9 min old: a run may still be at work, in a container of the same host name for instance.",
    );
    expect(whyKept(lockOf({ process: "dead" }), now)).to.equal(undefined);
    // A clock that is ahead of this one.
    expect(whyKept(lockOf({ since: new Date("2026-03-01T12:01:00Z") }), now)).to.match(
      /^It is less than a minute old/,
    );
  });

  it("have an age that a person can read", () => {
    const age = (minutes: number): string =>
      ageText(lockOf({ since: new Date(now.getTime() - minutes * 60_000) }), now);
    expect([0.2, 1, 59, 60, 125, 48 * 60, 200 * 60].map(age)).to.deep.equal([
      "12 s",
      "1 min",
      "59 min",
      "1 h 0 min",
      "2 h 5 min",
      "2 days",
      "8 days",
    ]);
  });

  it("are broken one by one: what came after they were shown stays", async () => {
    await write("a", { pid: 1 });
    const shown = await readLocks(store, dev);
    await write("b", { pid: 2 });
    await breakLocks(store, shown);
    expect((await readLocks(store, dev)).map(({ pid }) => pid)).to.deep.equal([2]);
    expect(await breakLocks(store, shown)).to.have.length(1);
  });

  it("are not broken when they are another's by now", async () => {
    await write("a", { pid: 1 });
    const shown = await readLocks(store, dev);
    await write("a", { pid: 2 });
    const failure = await breakLocks(store, shown).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(ConflictError);
  });

  it("are taken for the time of an action, and given back when it fails", async () => {
    const during = await withLock(store, dev, "groundwork state move", () => readLocks(store, dev));
    expect(during[0]).to.include({
      pid: process.pid,
      host: os.hostname(),
      process: "alive",
      command: "groundwork state move",
    });
    const failed = withLock(store, dev, "x", () => Promise.reject(new Error("no")));
    expect(String(await failed.catch((error: unknown) => error))).to.equal("Error: no");
    expect(await readLocks(store, dev)).to.deep.equal([]);
  });

  it("are not taken while another is held, but over a dead one of groundwork's own", async () => {
    await write("a", { pid: 1, username: "ann", hostname: "elsewhere", timestamp: now });
    const refused = await withLock(store, dev, "x", () => Promise.resolve("done")).catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(OperationError).and.to.have.property("exitCode", 3);
    expect(await readLocks(store, dev)).to.have.length(1);

    const dead = { pid: 4194304 + 1, username: "ann", hostname: os.hostname(), timestamp: now };
    await write("a", dead);
    expect(await withLock(store, dev, "x", () => Promise.resolve("done")).catch(() => "no")).to.equal("no");
    await write("a", { ...dead, command: "groundwork state move" });
    expect(await withLock(store, dev, "x", () => Promise.resolve("done"))).to.equal("done");
  });
});

describe("the process that took a lock", () => {
  const here = os.hostname();

  it("lives here, has died here, or cannot be seen from here", async () => {
    const since = new Date();
    expect(livenessOf({ pid: process.pid, hostname: here, since })).to.equal("alive");
    expect(livenessOf({ pid: process.pid, hostname: "elsewhere", since })).to.equal("unknown");
    const child = spawn("sleep", ["60"]);
    const pid = child.pid as number;
    expect(livenessOf({ pid, hostname: here, since })).to.equal("alive");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    expect(livenessOf({ pid, hostname: here, since })).to.equal("dead");
  });

  it("is not the one that has inherited its number", () => {
    const since = new Date("2020-01-01T00:00:00Z");
    expect(livenessOf({ pid: process.pid, hostname: here, since })).to.equal("dead");
  });
});

import { expect } from "chai";
import execa from "execa";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { historyPrefix, type StackRef } from "../../../operations/backend/layout";
import { openStore } from "../../../operations/backend/open-store";
import type { StateStore } from "../../../operations/backend/store";
import { lastGoodRun } from "../../../operations/plan/last-good-run";
import type { OpenStack } from "../../../operations/plan/workspace";

const ref: StackRef = { project: "groundwork", stack: "dev" };
const firstRun = 1_796_000_000_000_000_000n;

describe("the last good run of a stack", () => {
  let directory: string;
  let store: StateStore;
  let stack: OpenStack;
  let runs: bigint;
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "groundwork-good-run-"));
    store = openStore(pathToFileURL(path.join(directory, "state")).href, {});
    mkdirSync(path.join(directory, "state"));
    runs = firstRun;
    stack = {
      name: "dev",
      settingsFile: path.join(directory, "Pulumi.dev.yaml"),
      ledger: () => Promise.resolve({ kind: "ledger", store, ref }),
    } as unknown as OpenStack;
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  /** As the engine writes a run down, later than those before. */
  const ran = async (update: unknown, extension = "json"): Promise<void> => {
    runs += 1n;
    const data = Buffer.from(JSON.stringify(update));
    const key = `${historyPrefix(ref)}dev-${runs}.history.${extension}`;
    await store.write(key, extension === "json" ? data : gzipSync(data));
  };
  const run = (size: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    ...{ kind: "update", result: "succeeded", environment: {} },
    config: { "aws:region": "eu-west-1", "groundwork:database": { size } },
    ...more,
  });
  const configOf = async (): Promise<unknown> => (await lastGoodRun(stack))?.config;

  it("is the newest that changed all of it, and got to its end", async () => {
    await ran(run(1), "json.gz");
    await ran(run(2));
    await ran(run(3, { result: "failed" }));
    await ran(run(4, { environment: { "pulumi.flag.target": "set" } }));
    await ran(run(5, { kind: "refresh" }));
    await ran(run(6, { environment: { "pulumi.flag.exclude": "set" } }));
    await ran(run(7, { environment: { "pulumi.env.PULUMI_OPTION_TARGET": "set" } }));
    expect(await configOf()).to.deep.equal({ "aws:region": "eu-west-1", "groundwork:database": { size: 2 } });
  });

  it("had no settings where the stack was taken down, or never was up; nothing is known where all failed", async () => {
    expect(await configOf()).to.deep.equal({});
    await ran(run(1, { result: "failed" }));
    expect(await lastGoodRun(stack)).to.equal(undefined);
    await ran(run(2));
    await ran(run(3, { kind: "destroy" }));
    expect(await configOf()).to.deep.equal({});
    await ran(run(4));
    // A part of it, and then all by its sealed list, which is given to the engine as targets.
    const targets = { kind: "destroy", environment: { "pulumi.flag.target": "set" } };
    await ran(run(5, targets));
    expect(await configOf()).to.deep.include({ "groundwork:database": { size: 4 } });
    await ran(run(6, { ...targets, message: "sealed plan 0123 by Ada, commit 4567" }));
    expect(await configOf()).to.deep.equal({});
  });

  it("comes from the engine where only that can read it", async () => {
    const value = (text: string, secret = false): unknown => ({ value: text, secret });
    const update = {
      ...run(0),
      config: { "groundwork:database": value('{"size":7}'), "aws:region": value("eu") },
    };
    const remote = {
      ...stack,
      ledger: () => Promise.resolve({ kind: "none", reason: "" }),
      engine: { updates: () => Promise.resolve([update]) },
    } as unknown as OpenStack;
    expect((await lastGoodRun(remote))?.config).to.deep.equal({
      "groundwork:database": { size: 7 },
      "aws:region": "eu",
    });
  });

  it("was of the same program only where git can tell it", async () => {
    const git = (...words: string[]): Promise<execa.ExecaReturnValue> =>
      execa("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], { cwd: directory });
    const isSame = async (environment: unknown): Promise<boolean | undefined> => {
      await ran(run(1, { environment }));
      return (await lastGoodRun(stack))?.isSameProgram;
    };
    await git("init", "--quiet");
    writeFileSync(path.join(directory, "index.ts"), "1");
    writeFileSync(path.join(directory, "Pulumi.dev.yaml"), "1");
    await git("add", "index.ts", "Pulumi.dev.yaml");
    await git("commit", "--quiet", "--message", "a");
    const { stdout: head } = await git("rev-parse", "HEAD");
    const clean = { "git.head": head, "git.dirty": "false" };
    writeFileSync(path.join(directory, "Pulumi.dev.yaml"), "2");
    expect(await isSame(clean)).to.equal(true);
    expect(await isSame({ ...clean, "git.dirty": "true" })).to.equal(undefined);
    expect(await isSame({ ...clean, "git.head": "0".repeat(40) })).to.equal(undefined);
    expect(await isSame({})).to.equal(undefined);
    writeFileSync(path.join(directory, "index.ts"), "2");
    expect(await isSame(clean)).to.equal(false);
  });
});

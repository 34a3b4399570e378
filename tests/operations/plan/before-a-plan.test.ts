import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { locksPrefix, stateKey, type StackRef } from "../../../operations/backend/layout";
import { openStore } from "../../../operations/backend/open-store";
import type { StateStore } from "../../../operations/backend/store";
import { lookForBegun, settleBegun } from "../../../operations/plan/begun";
import type { OpenStack } from "../../../operations/plan/workspace";
import type { CommandContext } from "../../../operations/terminal/command-context";
import { FakeTerminal } from "../../support/fake-terminal";

const ref: StackRef = { project: "groundwork", stack: "dev" };

describe("before a plan is made", () => {
  let directory: string;
  let store: StateStore;
  let fake: FakeTerminal;
  let context: CommandContext;
  let stack: OpenStack;
  const write = (key: string, value: unknown): Promise<void> =>
    store.write(key, Buffer.from(JSON.stringify(value)));
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "groundwork-before-"));
    store = openStore(pathToFileURL(directory).href, {});
    fake = new FakeTerminal();
    context = { output: fake.output() } as unknown as CommandContext;
    // Whatever else it is asked for fails: nothing may begin.
    stack = {
      name: "dev",
      ledger: () => Promise.resolve({ kind: "ledger", store, ref }),
    } as unknown as OpenStack;
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const lock = { pid: 1, username: "bob", hostname: "elsewhere", timestamp: "2026-01-02T03:04:05Z" };

  it("a change is refused while another run holds the lock, with whose it is and how it is broken", async () => {
    await write(`${locksPrefix(ref)}a.json`, lock);
    const failure = await settleBegun(context, stack).catch((error: unknown) => error);
    expect(failure).to.have.property("exitCode", 1);
    expect(String(failure)).to.match(
      /Another run holds the lock of dev: bob on elsewhere since 2026-01-02 03:04 UTC \(\d+ days\), process 1, only elsewhere can say whether it runs\. Nothing was touched\. .*`\.\/groundwork state unlock dev` breaks the lock\.$/,
    );
    expect(fake.err).to.equal("");
  });

  it("a preview says so first, and goes on", async () => {
    await write(`${locksPrefix(ref)}a.json`, lock);
    expect(await lookForBegun(context, stack)).to.deep.equal([]);
    expect(fake.err).to.match(/^dev is locked by bob on elsewhere since 2026-01-02 03:04 UTC /);
  });

  it("it is told what a run was at that broke off, and nothing where none did", async () => {
    const urn = "urn:pulumi:dev::groundwork::aws:rds/instance:Instance::database";
    const pending = [
      { type: "updating", resource: { urn, type: "aws:rds/instance:Instance", custom: true } },
    ];
    const state = (operations: unknown[]): unknown => ({
      checkpoint: { latest: { resources: [], pending_operations: operations } },
    });
    await write(stateKey(ref), state(pending));
    expect(await settleBegun(context, stack)).to.equal(true);
    expect(fake.err).to.equal(
      "A run of dev broke off while it was updating aws:rds:Instance database; the next `up` continues from there.\n",
    );
    fake.err = "";
    await write(stateKey(ref), state([]));
    expect(await settleBegun(context, stack)).to.equal(true);
    expect(fake.err).to.equal("");
  });
});

import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { Step } from "../../../../guard/step";
import {
  judgeMemory,
  lastReading,
  rememberInventory,
  type MemoryVerdict,
} from "../../../../operations/plan/memory/inventory";
import { Ledger, ledgerKey, type NoLedger } from "../../../../operations/plan/memory/ledger";
import { Output, type Terminal } from "../../../../operations/terminal/output";
import { openStore } from "../../../../operations/backend/open-store";
import type { StateStore } from "../../../../operations/backend/store";
import type { OpenStack } from "../../../../operations/plan/workspace";
import { create, same, state, TABLE, urn } from "../../../guard/steps";

const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/dev_reports";
const table = {
  urn: urn(TABLE, "reports"),
  type: TABLE,
  custom: true,
  id: "dev_reports",
  protect: true,
  inputs: { name: "dev_reports" },
  outputs: { name: "dev_reports", arn },
};
const kept: Step = {
  ...same(TABLE, state({}, { id: "dev_reports" }), state({}, { id: "dev_reports" })),
  urn: table.urn,
};
const anew = create(TABLE, { name: "dev_reports" }, "reports");
const elsewhere = { ...anew, new: state({ name: "dev_reports" }, { id: null, outputs: { arn } }) };

describe("what the guard remembers, in a backend", () => {
  let directory: string;
  let store: StateStore;
  let said: string;
  let asked: number;
  const output = new Output(
    { stderr: { write: (text: string) => (said += text) }, stdout: {} } as unknown as Terminal,
    false,
    true,
  );

  const stackOf = (name: string, ledger?: Ledger | NoLedger): OpenStack =>
    ({
      name,
      guardLevel: "production",
      call: (command: string) => `groundwork ${command} ${name}`,
      ledger: () => Promise.resolve(ledger ?? new Ledger(store, { project: "groundwork", stack: name })),
      engine: {
        checkpoint: () => {
          asked += 1;
          return Promise.resolve({ resources: [table] });
        },
      },
    }) as unknown as OpenStack;
  const stand = (name: string, ...resources: object[]): Promise<void> =>
    store.write(
      `.pulumi/stacks/groundwork/${name}.json`,
      Buffer.from(JSON.stringify({ version: 3, checkpoint: { latest: { resources } } })),
    );
  const remember = (name = "dev", complete = true): Promise<void> =>
    rememberInventory(stackOf(name), output, { complete });
  const rules = ({ refusals }: MemoryVerdict): string[] => refusals.map(({ rule }) => rule);
  const ledgerFile = (): string => path.join(directory, ledgerKey({ project: "groundwork", stack: "dev" }));

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-memory-"));
    store = openStore(pathToFileURL(directory).href, {});
    said = "";
    asked = 0;
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("is what the state has, written down once, and not asked of the engine", async () => {
    await stand("dev", table);
    await remember();
    await remember();
    expect(readFileSync(ledgerFile(), "utf8").trimEnd().split("\n")).to.have.length(1);
    expect(rules(await judgeMemory(stackOf("dev"), [kept]))).to.deep.equal([]);
    expect(rules(await judgeMemory(stackOf("dev"), [])), "a plan of a part of the stack").to.deep.equal([]);
    expect(asked).to.equal(0);
    expect(said).to.equal("");
  });

  it("is missed when the state has it no more, and found again in the state of another stack", async () => {
    await stand("dev", table);
    await remember();
    await stand("dev");
    expect(rules(await judgeMemory(stackOf("dev"), [anew]))).to.deep.equal(["recreates-data"]);
    expect(rules(await judgeMemory(stackOf("dev"), []))).to.deep.equal(["lost-from-state"]);
    await stand("other", table);
    expect(rules(await judgeMemory(stackOf("dev"), []))).to.deep.equal([]);
  });

  it("is missed when the cloud has it no more, though the state still has it; what it does not remember it leaves to others", async () => {
    await stand("dev", table);
    await remember();
    const gone = {
      ...table,
      name: "reports",
      isGone: true,
      properties: [],
      old: state({}, { id: table.id }),
    };
    const other = { ...gone, urn: urn(TABLE, "more"), id: "dev_more" };
    const verdict = await judgeMemory(stackOf("dev"), [anew], [], [gone, other]);
    expect(rules(verdict)).to.deep.equal(["recreates-data"]);
    expect(verdict.refusals[0]?.why).to.contain("and not in the cloud: this run has looked.");
    expect(verdict.refusals[0]?.safeWay).to.match(
      /^Restore it, or log in to where it is: once the cloud has it under the id dev_reports/,
    );
    expect(verdict.unremembered).to.deep.equal([other]);
  });

  it("has when a run last read the cloud, and got to its end", async () => {
    await stand("dev", table);
    await remember();
    expect(await lastReading(stackOf("dev"))).to.equal(undefined);
    await rememberInventory(stackOf("dev"), output, { complete: false, hasRead: true });
    expect(await lastReading(stackOf("dev"))).to.equal(undefined);
    const began = new Date().toISOString();
    await rememberInventory(stackOf("dev"), output, { complete: true, hasRead: true });
    const at = (await lastReading(stackOf("dev"))) ?? "";
    expect(at >= began && at <= new Date().toISOString(), at).to.equal(true);
  });

  it("shrinks with a run that got to its end, and with no other", async () => {
    const entries = async (): Promise<readonly string[]> =>
      (await new Ledger(store, { project: "groundwork", stack: "dev" }).read()).remembered.map(
        ({ id }) => id,
      );
    await stand("dev", table);
    await remember();
    await stand("dev", { ...table, urn: urn(TABLE, "more"), id: "dev_more" });
    await remember("dev", false);
    expect(await entries()).to.deep.equal(["dev_more", "dev_reports"]);
    await remember();
    expect(await entries()).to.deep.equal(["dev_more"]);
    await stand("dev");
    await remember();
    expect(await entries()).to.deep.equal([]);
  });

  it("begins with nothing where there is nothing to remember", async () => {
    await stand("dev");
    await remember();
    expect(await store.list(".groundwork/")).to.deep.equal([]);
  });

  it("is known to other stacks, by the ledger, and by the state where there is none or it is broken", async () => {
    const judged = (): Promise<MemoryVerdict> => judgeMemory(stackOf("prod"), [elsewhere]);
    await stand("dev", table);
    expect(rules(await judged()), "by the state").to.deep.equal(["belongs-to-other-stack"]);
    await remember();
    await stand("dev");
    expect(rules(await judged()), "by the ledger").to.deep.equal(["belongs-to-other-stack"]);
    writeFileSync(ledgerFile(), "oops\n");
    const { refusals, warnings } = await judged();
    expect(refusals).to.deep.equal([]);
    expect(warnings.map(({ message }) => message).join()).to.contain(
      "What groundwork/dev holds was taken from its state",
    );
  });

  it("asks the engine for a state that only the engine can read", async () => {
    const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
    await store.write(".pulumi/stacks/groundwork/dev.json.zst", zstd);
    await remember();
    expect(asked).to.equal(1);
    expect(rules(await judgeMemory(stackOf("dev"), []))).to.deep.equal([]);
    expect(asked).to.equal(2);
  });

  it("is nothing in a backend that keeps no ledger, which each plan says", async () => {
    const none: NoLedger = { kind: "none", reason: "s3://bucket is no such backend." };
    const { refusals, warnings } = await judgeMemory(stackOf("dev", none), [anew]);
    expect(refusals).to.deep.equal([]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]?.message).to.contain("remembers nothing of dev: s3://bucket is no such backend.");
    await rememberInventory(stackOf("dev", none), output, { complete: true });
    expect(said).to.equal("");
  });

  it("that cannot be written down is a warning, and no error of a run that is over", async () => {
    await stand("dev", table);
    await remember();
    writeFileSync(ledgerFile(), "oops\n");
    await remember();
    expect(said)
      .to.contain("Warning: the guard could not write down what dev holds now")
      .and.contain("record 1 is no record");
    const error: unknown = await judgeMemory(stackOf("dev"), [kept]).catch((thrown: unknown) => thrown);
    expect(error).to.have.property("exitCode", 3);
  });
});

import { expect } from "chai";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { InventoryEntry } from "../../../../guard/memory/inventory";
import type { OperationError } from "../../../../operations/terminal/errors";
import { Ledger, ledgerKey } from "../../../../operations/plan/memory/ledger";
import { takeLedgerAlong } from "../../../../operations/plan/memory/ledger-move";
import type { NewRecord } from "../../../../operations/plan/memory/ledger-record";
import { openStore } from "../../../../operations/backend/open-store";
import { ConflictError, type StateStore } from "../../../../operations/backend/store";

const ref = { project: "groundwork", stack: "dev" };
const table: InventoryEntry = {
  urn: "urn:pulumi:dev::groundwork::aws:dynamodb/table:Table::reports",
  type: "aws:dynamodb/table:Table",
  id: "dev_reports",
  name: "dev_reports",
  locked: true,
  account: "123456789012",
  region: "eu-west-1",
};
const inventory = (...entries: InventoryEntry[]): NewRecord => ({
  kind: "inventory",
  entries,
  complete: true,
});
const seal = "a".repeat(64);
const approval = { seal, urn: table.urn, id: table.id, operation: "delete" as const };

describe("the guard's ledger", () => {
  let directory: string;
  let store: StateStore;
  let ledger: Ledger;
  const file = (): string => path.join(directory, ledgerKey(ref));
  const lines = (): string[] => readFileSync(file(), "utf8").trimEnd().split("\n");
  const rewrite = (text: string): void => writeFileSync(file(), text);
  const refusal = async (): Promise<OperationError> => {
    const error: unknown = await ledger.read().catch((thrown: unknown) => thrown);
    expect(error).to.have.property("exitCode", 3);
    return error as OperationError;
  };

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-ledger-"));
    store = openStore(pathToFileURL(directory).href, {});
    ledger = new Ledger(store, ref);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("is empty where there is none, and a look at it makes none", async () => {
    expect((await ledger.read()).records).to.deep.equal([]);
    expect((await ledger.read()).inventory).to.equal(undefined);
    expect(await store.list("")).to.deep.equal([]);
  });

  it("lies beside the state, and gives back what was written, in its order, chained", async () => {
    await ledger.append(() => [inventory(table)], { by: "alice", now: new Date("2026-11-21T12:00:00Z") });
    await ledger.append(
      () => [
        { kind: "approved", ...approval, expires: "2026-11-21T13:00:00.000Z" },
        { kind: "unlocked", ...approval, copy: { kind: "DynamoDB backup", id: "arn:backup" } },
      ],
      { by: "bob" },
    );
    expect((await store.list(".groundwork/")).map(({ key }) => key)).to.deep.equal([
      ".groundwork/guard/groundwork/dev.jsonl",
    ]);
    const { records, remembered } = await ledger.read();
    expect(records.map(({ seq, kind, by }) => [seq, kind, by])).to.deep.equal([
      [1, "inventory", "alice"],
      [2, "approved", "bob"],
      [3, "unlocked", "bob"],
    ]);
    expect(records.map(({ previous }) => previous)).to.deep.equal(["", records[0]?.hash, records[1]?.hash]);
    expect(records[0]?.at).to.equal("2026-11-21T12:00:00.000Z");
    expect(remembered).to.deep.equal([table]);
  });

  it("writes nothing where there is nothing to write", async () => {
    await ledger.append(() => []);
    expect(await store.list("")).to.deep.equal([]);
  });

  it("says who ran it where nobody else is named", async () => {
    const { records } = await ledger.append(() => [inventory()]);
    expect(records[0]?.by).to.match(/^.+@.+$/);
  });

  it("knows what was given up since the last inventory, and not what came back after it", async () => {
    await ledger.append(() => [inventory(table), { kind: "used", ...approval }]);
    expect((await ledger.read()).givenUp.map(({ id }) => id)).to.deep.equal([table.id]);
    await ledger.append(() => [inventory(table)]);
    expect((await ledger.read()).givenUp).to.deep.equal([]);
    await ledger.append(() => [{ kind: "used", ...approval, operation: "loosen" }]);
    expect((await ledger.read()).givenUp, "what was only loosened is still there").to.deep.equal([]);
  });

  for (const [what, change, says] of [
    [
      "a word of a record is altered",
      (text) => text.replace("dev_reports", "dev_report5"),
      /record 1 was altered/,
    ],
    ["a record is taken out", (text) => text.split("\n").slice(1).join("\n"), /record 1 does not follow/],
    [
      "two change places",
      (text) => text.split("\n").slice(0, 2).reverse().join("\n") + "\n",
      /record 1 does not follow/,
    ],
    ["one is there twice", (text) => text + (text.split("\n")[1] ?? "") + "\n", /record 3 does not follow/],
    ["the end is cut off", (text) => text.slice(0, -5), /record 2 is cut off/],
    ["a line is no JSON", (text) => `${text}oops\n`, /record 3 is no record/],
    ["everything is gone but the file", () => "", /record 1 is gone/],
    [
      "a newer version has written to it",
      (text) => `${text}${JSON.stringify({ kind: "blessing", seq: 3 })}\n`,
      /record 3 is of kind "blessing", which this version of groundwork does not know/,
    ],
  ] as [string, (text: string) => string, RegExp][]) {
    it(`is not believed when ${what}; it says which record, where it is and what to do, and takes no more`, async () => {
      await ledger.append(() => [inventory(table)]);
      await ledger.append(() => [inventory()]);
      const altered = change(readFileSync(file(), "utf8"));
      rewrite(altered);
      const { message, problems } = await refusal();
      expect(message).to.match(says);
      expect(message)
        .to.contain(".groundwork/guard/groundwork/dev.jsonl in file://")
        .and.contain("Nothing was touched");
      expect(message).to.contain("move the file out of the backend");
      expect(problems).to.have.length(1);
      const append = await ledger.append(() => [inventory()]).catch((error: unknown) => error);
      expect(append).to.have.property("exitCode", 3);
      expect(readFileSync(file(), "utf8")).to.equal(altered);
    });
  }

  it("is not believed when a record that fits its hash says what none says", async () => {
    await ledger.append(() => [inventory(table)]);
    const { hash, ...rest } = JSON.parse(lines()[0] ?? "") as Record<string, unknown>;
    const { createHash } = await import("node:crypto");
    const extra: Record<string, unknown> = { ...rest, entries: [], extra: true };
    const canonical = Object.fromEntries(Object.entries(extra).sort(([a], [b]) => (a < b ? -1 : 1)));
    const forged = createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
    expect(hash).to.not.equal(forged);
    rewrite(`${JSON.stringify({ ...extra, hash: forged })}\n`);
    expect((await refusal()).message).to.contain("is not written as groundwork writes it");
  });

  it("refuses to write what it could not read again", async () => {
    const wrong = { kind: "used", ...approval, seal: "short" } as NewRecord;
    const error: unknown = await ledger.append(() => [wrong]).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(Error);
    expect(await store.list("")).to.deep.equal([]);
  });

  it("asks again what to write when somebody else was first, and loses neither", async () => {
    await ledger.append(() => [inventory()]);
    const asked: number[] = [];
    const other = new Ledger(store, ref);
    const slow: StateStore = Object.assign(Object.create(store) as StateStore, {
      write: async (...args: Parameters<StateStore["write"]>) => {
        if (asked.length === 1) {
          await other.append(() => [{ kind: "used", ...approval }]);
        }
        return store.write(...args);
      },
    });
    await new Ledger(slow, ref).append(({ records }) => {
      asked.push(records.length);
      return [inventory(table)];
    });
    expect(asked).to.deep.equal([1, 2]);
    expect((await ledger.read()).records.map(({ kind }) => kind)).to.deep.equal([
      "inventory",
      "used",
      "inventory",
    ]);
  });

  it("gives up, and says so, when others are always first", async () => {
    const busy: StateStore = Object.assign(Object.create(store) as StateStore, {
      write: () => Promise.reject(new ConflictError("x")),
    });
    const error: unknown = await new Ledger(busy, ref)
      .append(() => [inventory()])
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property("exitCode", 1);
    expect(String(error)).to.contain("Nothing was written there");
  }).timeout(60_000);

  it("keeps every record of processes that write at once", async () => {
    const root = path.join(__dirname, "../../../..");
    const script =
      'const { Ledger } = require("./operations/plan/memory/ledger"); const { openStore } = require("./operations/backend/open-store");' +
      `const ledger = new Ledger(openStore(${JSON.stringify(store.url)}, {}), ${JSON.stringify(ref)});` +
      '(async () => { for (let i = 0; i < 5; i += 1) { for (;;) { try { await ledger.append(() => [{ kind: "inventory", entries: [], complete: true }]); break; } ' +
      "catch (error) { if (error.exitCode !== 1) throw error; } } } })();";
    const run = (): Promise<number | null> =>
      new Promise((resolve) =>
        spawn(process.execPath, ["-r", "tsx/cjs", "-e", script], { cwd: root, stdio: "inherit" }).on(
          "close",
          resolve,
        ),
      );
    expect(await Promise.all([run(), run(), run()])).to.deep.equal([0, 0, 0]);
    expect((await ledger.read()).records).to.have.length(15);
  }).timeout(300_000);

  it("is not kept in a backend that only the engine can open, which is said", () => {
    for (const url of ["https://api.pulumi.com", "s3://me:secret@bucket", "gs://bucket"]) {
      const none = Ledger.open({ url, open: () => expect.fail("must not be opened") }, ref);
      expect(none).to.have.property("kind", "none");
      expect(none)
        .to.have.property("reason")
        .that.contains("folders (file://…)")
        .and.does.not.contain("secret");
    }
    expect(Ledger.open({ url: store.url, open: () => store }, ref)).to.be.instanceOf(Ledger);
  });

  describe("when the state moves", () => {
    let to: StateStore;
    const move = (from = store, target = to): Promise<void> => takeLedgerAlong(from, target, ref);
    beforeEach(() => {
      mkdirSync(path.join(directory, "to"));
      to = openStore(pathToFileURL(path.join(directory, "to")).href, {});
    });

    it("goes along, and back with what it has learnt there; the old backend keeps what it knew", async () => {
      await move();
      expect(await to.list(""), "nothing to take").to.deep.equal([]);
      await ledger.append(() => [inventory(table)]);
      await move();
      await move();
      expect((await new Ledger(to, ref).read()).remembered).to.deep.equal([table]);
      expect((await ledger.read()).remembered).to.deep.equal([table]);
      await new Ledger(to, ref).append(() => [inventory()]);
      await move(to, store);
      expect((await ledger.read()).records).to.have.length(2);
      await move();
      expect((await new Ledger(to, ref).read()).records).to.have.length(2);
    });

    it("does not go over another one", async () => {
      await ledger.append(() => [inventory(table)]);
      await new Ledger(to, ref).append(() => [inventory()]);
      const error: unknown = await move().catch((thrown: unknown) => thrown);
      expect(error).to.have.property("exitCode", 3);
      expect(String(error)).to.contain("is in both backends, and they differ");
      expect((await new Ledger(to, ref).read()).remembered).to.deep.equal([]);
    });
  });
});

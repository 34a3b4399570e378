import { expect } from "chai";
import execa from "execa";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { rehearsalPassphrase } from "../../rehearsal/environment";
import { startRehearsal, type Rehearsal } from "../../rehearsal";
import { basicParts } from "../guard-catalogue/program/basic-parts";
import { partsStage, removePart } from "../guard-catalogue/stages";
import { Azurite } from "../support/azurite";
import { documentOf, type Result, type Walk } from "./support/walk";

const table = "urn:pulumi:dev::groundwork::groundwork:parts:Part$aws:dynamodb/table:Table::table";
const queue = "urn:pulumi:dev::groundwork::groundwork:parts:Part$aws:sqs/queue:Queue::queue";
const queueId = "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_parts";

const stage = partsStage(
  "approvals in Azure",
  basicParts.filter(({ name }) => ["home", "key", "table", "queue"].includes(name)),
);

interface Approval {
  readonly urn: string;
  readonly flaw: string | null;
  readonly phase: string | null;
  readonly unlocked: boolean;
}

// As a person calls it, not rehearsed: the state is in the emulator's container, below a folder; the rehearsal answers for AWS.
// Each test goes on from the one before.
describe("an approval, with the state in Azure", () => {
  let walk: Walk;
  let azurite: Azurite;
  let rehearsal: Rehearsal;
  let backend: string;
  let environment: Readonly<Record<string, string>>;
  before(async () => {
    walk = await stage.stand();
    azurite = await Azurite.start();
    rehearsal = await startRehearsal({ directory: walk.rehearsal, accountId: "482913067251" });
    environment = {
      ...rehearsal.environment,
      ...azurite.environment,
      PULUMI_CONFIG_PASSPHRASE: rehearsalPassphrase,
    };
    backend = (await azurite.backend("state")).replace("://state?", "://state/teams/data?");
    // With the salt that the stack's secrets are under.
    cpSync(
      path.join(walk.rehearsal, "project", "Pulumi.dev.yaml"),
      path.join(walk.project, "Pulumi.dev.yaml"),
    );
    const local = pathToFileURL(path.join(walk.rehearsal, "state")).href;
    good(await groundwork(local, "state", "move", "dev", "--yes", "--to", backend));
  });
  after(async () => {
    await rehearsal.stop();
    await azurite.stop();
  });

  async function groundwork(url: string, ...args: string[]): Promise<Result> {
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [path.join(walk.project, "bin", "groundwork.js"), ...args],
      {
        cwd: walk.project,
        env: { ...environment, PULUMI_BACKEND_URL: url },
        reject: false,
        stdin: "ignore",
      },
    );
    return { exitCode, stdout, stderr };
  }
  const guard = (...args: string[]): Promise<Result> =>
    groundwork(backend, "guard", "dev", ...args, "--json");
  const approve = (urn: string, id: string): Promise<Result> =>
    guard(
      ...["approve", urn, "--id", id, "--operation", "delete", "--for", "1h"],
      ...["--reason", "moved to the cluster", "--by", "Ada", "--yes"],
    );
  const up = (): Promise<Result> => groundwork(backend, "up", "dev", "--no-refresh", "--yes", "--json");
  const ledger = () =>
    azurite.container("state").getBlockBlobClient("teams/data/.groundwork/guard/groundwork/dev.jsonl");
  const kinds = async (): Promise<string[]> =>
    String(await ledger().downloadToBuffer())
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly kind: string }).kind);
  const list = async (): Promise<readonly Approval[]> =>
    documentOf(good(await guard("list"))).approvals as Approval[];
  const file = (): string => path.join(walk.project, "approvals", "dev.yaml");
  const changed = (): string[] => walk.changes().map(({ method, type }) => `${method} ${type}`);

  it("is kept beside the state, below its folder; of two that are given at once neither is lost", async () => {
    expect(await kinds()).to.deep.equal(["inventory"]);
    for (const result of await Promise.all([approve(table, "dev_parts"), approve(queue, queueId)])) {
      good(result);
    }
    expect(await kinds()).to.deep.equal(["inventory", "approved", "approved"]);
    expect((await list()).map(({ phase }) => phase)).to.deep.equal(["unlock", "unlock"]);
  });

  it("takes its first run, whose copy is in the ledger; taken back, or without its record, it does not hold", async () => {
    good(await up());
    expect(await kinds()).to.deep.equal([
      ...["inventory", "approved", "approved"],
      ...["unlocked", "unlocked"],
    ]);
    expect(changed().slice(-2)).to.deep.equal([
      "update aws:dynamodb/table:Table",
      "create aws:dynamodb/backup:Backup",
    ]);
    const records = readFileSync(file(), "utf8");
    writeFileSync(file(), "approvals: []\n");
    expect((await list()).map(({ flaw, unlocked }) => [flaw, unlocked])).to.deep.equal([
      ["not-in-file", true],
      ["not-in-file", true],
    ]);
    good(await guard("revoke", queueId, "--by", "Bob"));
    writeFileSync(file(), records);
    expect((await list()).find(({ urn }) => urn === queue)).to.include({ flaw: "revoked", unlocked: true });
  });

  it("is not believed, and nothing is touched, when the ledger was altered or is gone", async () => {
    const [before, calls] = [await ledger().downloadToBuffer(), changed().length];
    const altered = Buffer.from(String(before).replace('"by":"Bob"', '"by":"Eve"'));
    await ledger().upload(altered, altered.length);
    removePart(walk, "table");
    for (const result of [await up(), await guard("list")]) {
      expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
      expect(result.stdout).to.contain("The guard's ledger of groundwork/dev cannot be believed: record 6 ");
      expect(result.stdout).to.contain("azblob://state/teams/data");
    }
    await ledger().delete();
    const gone = await up();
    expect(gone.exitCode, gone.stdout + gone.stderr).to.equal(3);
    const [refusal] = documentOf(gone).refusals as { rule: string; notApproved: string }[];
    expect(refusal?.rule).to.equal("deletes-data");
    expect(refusal?.notApproved).to.contain("is not in the ledger");
    expect(changed()).to.have.length(calls);
    await ledger().upload(before, before.length);
  });

  it("takes its second run, which destroys just this, and locks what was taken back", async () => {
    good(await up());
    expect(changed().slice(-1)).to.deep.equal(["delete aws:dynamodb/table:Table"]);
    expect((await kinds()).slice(-2)).to.deep.equal(["inventory", "used"]);
    expect((await list()).map(({ flaw, unlocked }) => [flaw, unlocked])).to.have.deep.members([
      ["used", false],
      ["revoked", false],
    ]);
  });

  it("is refused by a backend that can keep no ledger, with what to do", async () => {
    for (const url of ["s3://bucket/folder", "https://api.pulumi.example"]) {
      const calls = changed().length;
      const result = await groundwork(url, "guard", "dev", "list", "--json");
      expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
      expect(result.stdout).to.contain(`${url} is a backend in which groundwork keeps nothing of its own`);
      expect(result.stdout).to.contain("groundwork state move dev --to URL");
      expect(changed()).to.have.length(calls);
    }
    expect(existsSync(file())).to.equal(true);
  });
});

function good(result: Result): Result {
  expect(result.exitCode, `${result.stdout}\n${result.stderr}`).to.equal(0);
  return result;
}

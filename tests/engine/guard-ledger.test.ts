import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { refused, type Refusal } from "./support/refusals";
import { Walk } from "./support/walk";

interface Inventory {
  readonly kind: string;
  readonly complete: boolean;
  readonly entries: readonly {
    readonly urn: string;
    readonly type: string;
    readonly id: string;
    readonly locked: boolean;
  }[];
}

const TABLE = "aws:dynamodb/table:Table";
const BUCKET = "aws:s3/bucket:Bucket";
const urnOf = (stack: string, type: string, name: string): string =>
  `urn:pulumi:${stack}::groundwork::groundwork:reports:Reports$${type}::${name}`;
const table = { urn: urnOf("dev", TABLE, "reports-reports"), id: "dev_reports" };
const bucket = "weaveworks-dev-reports";
const queues = ["dev_mail", "dev_mail_dead", "dev_usage.fifo", "dev_usage_dead.fifo"].map(
  (name) => `https://sqs.eu-west-1.amazonaws.com/482913067251/${name}`,
);
const everything = [bucket, "dev_reports", ...queues].sort();

const ledgerOf = (walk: Walk): string =>
  path.join(walk.rehearsal, "state/.groundwork/guard/groundwork/dev.jsonl");

function inventories(walk: Walk): Inventory[] {
  return readFileSync(ledgerOf(walk), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Inventory);
}

const idsIn = (inventory: Inventory | undefined): string[] =>
  (inventory?.entries ?? []).map(({ id }) => id).sort();

/** As `refused`, of the ledger too. */
async function refusedUnrecorded(walk: Walk, ...args: string[]): Promise<readonly Refusal[]> {
  const ledger = readFileSync(ledgerOf(walk), "utf8");
  const refusals = await refused(walk, ...args);
  expect(readFileSync(ledgerOf(walk), "utf8")).to.equal(ledger);
  return refusals;
}

describe("what the guard remembers of a stack", () => {
  let stood: Walk;
  before(async () => {
    stood = Walk.create();
    for (const stack of ["dev", "prod"]) {
      stood.edit(stack, (settings) => {
        settings.keepOnly("reports", "messaging");
      });
    }
    await stood.done("up", "dev", "--rehearse", "--yes");
  });

  it("is everything that holds data after a run, by its physical id", () => {
    const [inventory, ...more] = inventories(stood);
    expect(more).to.deep.equal([]);
    expect(inventory).to.include({ kind: "inventory", complete: true, seq: 1 });
    expect(idsIn(inventory)).to.deep.equal(everything);
    expect(inventory?.entries.find(({ type }) => type === TABLE)).to.include({ ...table, locked: true });
  });

  it("refuses to make anew what was taken out of the state, until it is back by the call that the refusal names", async () => {
    const walk = stood.copy();
    await walk.pulumiDone("dev", "state", "delete", table.urn, "--force", "--yes");
    for (const command of [
      ["preview", "dev"],
      ["up", "dev", "--yes"],
    ]) {
      const [refusal, ...more] = await refusedUnrecorded(walk, ...command);
      expect(more).to.deep.equal([]);
      expect(refusal).to.include({ ...table, type: TABLE, op: "create", rule: "recreates-data" });
      expect(refusal?.loses).to.contain("DynamoDB table dev_reports would be replaced by an empty one");
      expect(refusal?.why).to.contain("inventory of the last good run");
    }
    const [{ safeWay }] = (await refusedUnrecorded(walk, "preview", "dev")) as [Refusal];
    const call =
      /`\.\/groundwork (exec --rehearse -- pulumi import [^`]* --stack dev)`/.exec(safeWay)?.[1] ?? "";
    const words = [...call.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    await walk.done(...words, "--yes");
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
  });

  it("is not believed when somebody has altered it, and made anew from the state when it is gone", async () => {
    const walk = stood.copy();
    const text = readFileSync(ledgerOf(walk), "utf8");
    writeFileSync(ledgerOf(walk), text.replace(table.id, "dev_report5"));
    const result = await walk.groundwork("preview", "dev", "--rehearse");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
    expect(result.stderr)
      .to.contain("record 1 was altered")
      .and.contain("groundwork/guard/groundwork/dev.jsonl");
    expect(result.stderr).to.contain("Nothing was touched.");

    rmSync(ledgerOf(walk));
    const up = await walk.done("up", "dev", "--rehearse", "--yes");
    expect(up.stdout).to.contain("nothing to change");
    expect(inventories(walk).map(idsIn)).to.deep.equal([everything]);
  });

  it("outlives the stack in its backend, and refuses to make all of it anew", async () => {
    const walk = stood.copy();
    await walk.pulumiDone("dev", "stack", "rm", "--force", "--yes");
    const refusals = await refusedUnrecorded(walk, "preview", "dev");
    expect(new Set(refusals.map(({ rule }) => rule))).to.deep.equal(new Set(["recreates-data"]));
    expect(refusals.map(({ id }) => id).sort()).to.deep.equal(everything);
  });

  it("keeps another stack of the backend from what this one holds", async () => {
    const walk = stood.copy();
    const file = path.join(walk.project, "Pulumi.prod.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"730164928835"/, '"482913067251"'));
    walk.edit("prod", (settings) => {
      settings.set("reports", ["bucket", "name"], bucket);
      settings.remove("messaging");
    });
    const refusals = await refusedUnrecorded(walk, "preview", "prod");
    expect(refusals.map(({ rule, urn, id, op }) => [rule, urn, id, op])).to.deep.equal([
      ["belongs-to-other-stack", urnOf("prod", BUCKET, "reports-bucket"), bucket, "create"],
    ]);
    expect(refusals[0]?.loses).to.contain("stack groundwork/dev");
  });

  it("forgets nothing when a run breaks off, and knows what that run has made", async () => {
    const walk = stood.copy();
    walk.edit("dev", (settings) => {
      settings.set("messaging", ["queues", "extra"], { visibilityTimeoutSeconds: 60 });
    });
    const faults = walk.faults({
      match: { type: "aws:sqs/queue:Queue", name: "messaging-extra", method: "create" },
      fault: "error",
      message: "Nope",
    });
    const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--faults", faults);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(1);
    const made = "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_extra_dead";
    const [, after, ...more] = inventories(walk);
    expect(more).to.deep.equal([]);
    expect(after).to.include({ complete: false, seq: 2 });
    expect(idsIn(after)).to.deep.equal([...everything, made].sort());

    await walk.done("up", "dev", "--rehearse", "--yes");
    expect(inventories(walk).at(-1)).to.include({ complete: true, seq: 3 });
  });
});

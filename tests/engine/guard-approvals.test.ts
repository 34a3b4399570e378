import { expect } from "chai";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { basicParts } from "../guard-catalogue/program/basic-parts";
import { editPart, partsStage, removePart } from "../guard-catalogue/stages";
import { refusalsOf, type Refusal } from "./support/refusals";
import { documentOf, type CloudResource, type LoggedCall, type Result, type Walk } from "./support/walk";

const table = "urn:pulumi:dev::groundwork::groundwork:parts:Part$aws:dynamodb/table:Table::table";
const database = "urn:pulumi:dev::groundwork::groundwork:parts:Part$aws:rds/instance:Instance::database";
const queue = "urn:pulumi:dev::groundwork::groundwork:parts:Part$aws:sqs/queue:Queue::queue";
const volume = "urn:pulumi:dev::groundwork::aws:ebs/volume:Volume::volume";
const address = "urn:pulumi:dev::groundwork::groundwork:parts:Part$aws:ec2/eip:Eip::address";
const key = "urn:pulumi:dev::groundwork::aws:kms/key:Key::key";

const copies = ["aws:dynamodb/backup:Backup", "aws:ebs/snapshot:Snapshot", "aws:rds/snapshot:Snapshot"];

const stage = partsStage("approvals", [
  ...basicParts.filter(({ name }) => ["home", "key", "table", "database", "volume", "queue"].includes(name)),
  { name: "address", type: "aws:ec2/eip:Eip", parent: "home", props: { domain: "vpc" }, kept: true },
]);

/** Each test goes on from the one before. */
describe("an approval", () => {
  let walk: Walk;
  before(async () => {
    walk = await stage.stand();
  });

  const parts = (): string => path.join(walk.project, "parts.json");
  const file = (): string => path.join(walk.rehearsal, "approvals", "dev.yaml");
  const idOf = (urn: string): string =>
    walk.changes().findLast((call) => call.urn === urn && call.method === "create" && call.ok)?.id ?? "";
  const approve = (urn: string, operation: string, id = idOf(urn), reason = "moved to the other cluster") =>
    walk.groundwork(
      ...["guard", "dev", "approve", urn, "--id", id, "--operation", operation, "--for", "1h"],
      ...["--reason", reason, "--by", "Ada", "--yes", "--rehearse", "--json"],
    );
  const up = (...more: string[]): Promise<Result> =>
    walk.groundwork("up", "dev", "--yes", "--rehearse", "--json", ...more);
  const preview = (): Promise<Result> => walk.groundwork("preview", "dev", "--rehearse", "--json");
  const refusals = (result: Result, urn: string): readonly Refusal[] =>
    refusalsOf(result).filter((refusal) => refusal.urn === urn);
  const worth = async (): Promise<Record<string, unknown>[]> => {
    const result = await walk.done("guard", "dev", "list", "--rehearse", "--json");
    return documentOf(result).approvals as Record<string, unknown>[];
  };
  const callsOf = async (
    act: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly calls: readonly string[] }> => {
    const { result, calls } = await walk.watch(act);
    const name = ({ urn, type }: LoggedCall): string => urn ?? type;
    return { result, calls: calls.map((call) => `${call.method} ${name(call)}`).sort() };
  };
  /** Inputs of what the program manages, by type. */
  const managed = (): Record<string, CloudResource["inputs"]> =>
    Object.fromEntries(
      walk
        .cloud()
        .filter(({ type }) => /Table|Instance|Volume|Queue|Key$/.test(type))
        .map(({ type, inputs }) => [type, inputs]),
    );

  it("is not given for what the state does not have, nor without a reason", async () => {
    for (const [result, says] of [
      [await approve(database, "delete", "db-OTHER"), idOf(database)],
      [await approve(database.replace("::database", "::other"), "delete", "db-1"), database],
      [await approve(database, "delete", idOf(database), " "), `is no reason`],
      [await approve(database, "forget"), "nothing to forget"],
    ] as const) {
      expect(result.exitCode, result.stdout).to.equal(2);
      const { error } = documentOf(result);
      expect(JSON.stringify(error)).to.contain(says);
      expect(JSON.stringify(error)).to.contain("Nothing was touched.");
    }
    expect(existsSync(file())).to.equal(false);
  });

  it("is what `explain` asks for, word by word, where something is refused", async () => {
    const before = readFileSync(parts(), "utf8");
    removePart(walk, "table");
    const { result, calls } = await callsOf(() =>
      walk.groundwork("guard", "dev", "explain", "--rehearse", "--json"),
    );
    expect(calls).to.deep.equal([]);
    const [refusal] = refusals(result, table);
    expect(refusal?.rule).to.equal("deletes-data");
    expect(refusal?.approval).to.equal(
      `./groundwork guard dev approve '${table}' --id dev_parts --operation delete --for 1h --reason 'WHY, AND WHERE ITS DATA IS' --rehearse`,
    );
    const pasted = await approve(table, "delete", "dev_parts", "WHY, AND WHERE ITS DATA IS");
    expect(pasted.exitCode, pasted.stderr).to.equal(2);
    expect(existsSync(file())).to.equal(false);
    writeFileSync(parts(), before);
  });

  it("gives up one address, which holds no data, while everything else keeps its locks and gets no call", async () => {
    const before = managed();
    const all = readFileSync(parts(), "utf8");
    removePart(walk, "address");
    const without = readFileSync(parts(), "utf8");
    const [refusal, ...more] = refusalsOf(await preview());
    expect(more).to.deep.equal([]);
    expect(refusal).to.deep.include({ urn: address, rule: "protected", op: "delete", id: idOf(address) });
    expect(refusal?.approval).to.contain(
      `approve '${address}' --id ${idOf(address)} --operation delete --for 1h `,
    );
    writeFileSync(parts(), all);
    const approved = await approve(address, "delete", idOf(address), "nobody calls it any more");
    expect(approved.exitCode, approved.stderr).to.equal(0);
    const unlocked = await callsOf(() => up());
    expect(unlocked.result.exitCode, unlocked.result.stdout + unlocked.result.stderr).to.equal(0);
    expect(unlocked.calls).to.deep.equal([]);
    expect(documentOf(unlocked.result)).to.not.have.property("unlocks");
    writeFileSync(parts(), without);
    const gone = await callsOf(() => up());
    expect(gone.result.exitCode, gone.result.stdout + gone.result.stderr).to.equal(0);
    expect(gone.calls).to.deep.equal([`delete ${address}`]);
    expect(managed()).to.deep.equal(before);
    expect((await worth()).map(({ flaw }) => flaw)).to.deep.equal(["used"]);
  });

  it("is written down for a review, and says what comes next", async () => {
    for (const [urn, operation] of [
      [table, "delete"],
      [database, "delete"],
      [volume, "replace"],
      [queue, "delete"],
      [key, "loosen"],
    ] as const) {
      const result = await approve(urn, operation);
      expect(result.exitCode, result.stderr).to.equal(0);
      const next = documentOf(result).next as string[];
      expect(next.some((line) => line.startsWith("./groundwork up dev --rehearse"))).to.equal(true);
    }
    expect(readFileSync(file(), "utf8")).to.contain(`id: ${idOf(database)}`);
    expect((await approve(table, "replace")).stdout).to.contain(
      "There is a valid approval already: delete, by Ada",
    );
  });

  it("has the first run take off protection and locks of just these, and nothing is destroyed without its copy", async () => {
    const before = managed();
    const faults = walk.faults({
      match: { type: "aws:rds/snapshot:Snapshot", method: "create" },
      fault: "error",
      message: "not now",
      times: 20,
    });
    const { result, calls } = await callsOf(() => up("--faults", faults));
    expect(result.exitCode, result.stdout + result.stderr).to.equal(1);
    expect(result.stdout).to.match(/No copy of .* could be kept: .*not now/);
    expect(result.stdout).to.contain("nothing is destroyed");
    expect(calls.filter((call) => !copies.some((type) => call.endsWith(type)))).to.deep.equal(
      [`update ${table}`, `update ${database}`].sort(),
    );
    expect(managed()).to.deep.equal({
      ...before,
      "aws:dynamodb/table:Table": { ...before["aws:dynamodb/table:Table"], deletionProtectionEnabled: false },
      "aws:rds/instance:Instance": { ...before["aws:rds/instance:Instance"], deletionProtection: false },
    });
  });

  it("has the same call take the copies that are missing", async () => {
    const { result, calls } = await callsOf(() => up());
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(calls).to.deep.equal(["create aws:ebs/snapshot:Snapshot", "create aws:rds/snapshot:Snapshot"]);
    expect(result.stderr).to.match(
      /Kept: RDS snapshot groundwork-dev-database-\d{8}t\d+z \(postgres 16\.13, 100 GiB/,
    );
    expect(result.stderr).to.match(/no copy that could be taken/);
    expect((await worth()).map(({ phase }) => phase)).to.deep.equal([
      ...[null, "destroy", "destroy", "destroy", "destroy", "destroy"],
    ]);
  });

  it("does not hold when it was altered, revoked, or when its copy is gone", async () => {
    const before = readFileSync(parts(), "utf8");
    const approvals = readFileSync(file(), "utf8");
    const snapshot = fileOf(walk, "aws:rds/snapshot:Snapshot");
    writeFileSync(file(), approvals.replace(/(urn: .*table\n[^]*?expires: )20\d\d/, "$12099"));
    renameSync(snapshot, `${snapshot}.away`);
    await walk.done("guard", "dev", "revoke", queue, "--by", "Bob", "--rehearse");
    removePart(walk, "table", "database", "queue");
    const { result, calls } = await callsOf(preview);
    expect(calls).to.deep.equal([]);
    const [ofTable] = refusals(result, table);
    expect(ofTable?.rule).to.equal("deletes-data");
    expect(ofTable?.notApproved).to.match(/^The approval was altered/);
    const [ofDatabase] = refusals(result, database);
    expect(ofDatabase?.rule).to.equal("still-locked");
    expect(ofDatabase?.why).to.contain("no run has kept its copy");
    const [ofQueue] = refusals(result, queue);
    expect(ofQueue?.notApproved).to.match(/^The approval was revoked by Bob on 20/);
    renameSync(`${snapshot}.away`, snapshot);
    writeFileSync(file(), approvals);
    writeFileSync(parts(), before);
  });

  it("has the second run destroy just these, and locks what was taken back", async () => {
    removePart(walk, "table", "database");
    editPart(walk, "volume", { props: { availabilityZone: "eu-west-1b" } });
    const [queueBefore, volumeBefore] = [idOf(queue), idOf(volume)];
    const { result, calls } = await callsOf(() => up());
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(calls).to.deep.equal(
      [`create ${volume}`, `delete ${volume}`, `delete ${table}`, `delete ${database}`].sort(),
    );
    expect(idOf(queue)).to.equal(queueBefore);
    expect(idOf(volume)).to.not.equal(volumeBefore);
    const left = walk.cloud().map(({ type }) => type);
    expect(left).to.include.members([...copies, "aws:sqs/queue:Queue"]);
    expect((await worth()).map(({ flaw }) => flaw)).to.deep.equal([
      "used",
      "used",
      "used",
      "used",
      "revoked",
      null,
    ]);
  });

  it("holds once: what is made anew under the same name is not covered", async () => {
    const now = readFileSync(parts(), "utf8");
    writeFileSync(parts(), JSON.stringify([...(JSON.parse(now) as unknown[]), partNamed("table")]));
    const made = await up();
    expect(made.exitCode, made.stdout + made.stderr).to.equal(0);
    writeFileSync(parts(), now);
    const { result, calls } = await callsOf(up);
    expect(calls).to.deep.equal([]);
    const [refusal] = refusals(result, table);
    expect(refusal?.rule).to.equal("deletes-data");
    expect(refusal?.notApproved).to.match(/^The approval was used on 20.*holds once/);
  });
});

function partNamed(name: string): unknown {
  return basicParts.find((part) => part.name === name);
}

function fileOf(walk: Walk, type: string): string {
  const directory = path.join(walk.rehearsal, "cloud");
  const found = readdirSync(directory, { recursive: true })
    .map((entry) => path.join(directory, String(entry)))
    .find(
      (entry) =>
        entry.endsWith(".json") && (JSON.parse(readFileSync(entry, "utf8")) as CloudResource).type === type,
    );
  if (found === undefined) throw new Error(`There is no ${type} in the cloud.`);
  return found;
}

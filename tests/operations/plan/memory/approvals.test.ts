import { expect } from "chai";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import * as path from "node:path";
import { reasonPlaceholder } from "../../../../guard/approvals/answerable";
import { sealed } from "../../../../guard/approvals/approval-record";
import type { Refusal } from "../../../../guard/step";
import { readEnvironment } from "../../../../settings/environment";
import { main } from "../../../../operations/cli";
import { engineEnvironment } from "../../../../operations/engine/engine-access";
import { parseApprovalTime } from "../../../../operations/plan/memory/approval-time";
import { addToApprovalsFile, readApprovalsFile } from "../../../../operations/plan/memory/approvals-file";
import { approvableOf, approveLine } from "../../../../operations/plan/memory/approve-line";
import { copyName } from "../../../../operations/plan/memory/copies";
import { FakeTerminal } from "../../../support/fake-terminal";

const checkout = path.join(__dirname, "../../../..");
const database = "urn:pulumi:dev::groundwork::aws:rds/instance:Instance::database";
const address = "urn:pulumi:dev::groundwork::aws:ec2/eip:Eip::dns";
const role = "urn:pulumi:dev::groundwork::aws:iam/role:Role::role";

/** A rehearsed stack as the engine leaves it in its backend; nothing here starts an engine. */
describe("guard STACK approve, list and revoke", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-approvals-"));
    for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) {
      cpSync(path.join(checkout, file), path.join(directory, file));
    }
    const stacks = path.join(directory, ".rehearsal", "state", ".pulumi", "stacks", "groundwork");
    mkdirSync(stacks, { recursive: true });
    const resources = [
      {
        urn: database,
        type: "aws:rds/instance:Instance",
        custom: true,
        id: "db-1",
        created: "2026-01-01T00:00:00Z",
        protect: true,
        inputs: { identifier: "dev-users", deletionProtection: true },
      },
      {
        urn: address,
        type: "aws:ec2/eip:Eip",
        custom: true,
        id: "eipalloc-1",
        created: "2026-01-01T00:00:00Z",
        protect: true,
        outputs: { publicIp: "198.51.100.7" },
      },
      { urn: role, type: "aws:iam/role:Role", custom: true, id: "role-1" },
    ];
    writeFileSync(
      path.join(stacks, "dev.json"),
      JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }),
    );
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const file = (): string => path.join(directory, ".rehearsal", "approvals", "dev.yaml");

  async function call(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
    const fake = new FakeTerminal();
    const variables = { GROUNDWORK_PULUMI: path.join(directory, "no-pulumi"), PATH: "" };
    const exitCode = await main({
      argv: ["guard", "dev", ...argv, "--rehearse"],
      projectDirectory: directory,
      terminal: fake.terminal,
      variables,
    });
    return { exitCode, out: fake.out, err: fake.err };
  }

  const whole = [
    ...["approve", database, "--id", "db-1", "--operation", "delete", "--for", "1h"],
    ...["--reason", "moved to the cluster", "--by", "Ada", "--yes"],
  ];
  const without = (option: string): string[] =>
    whole.filter((_, at) => whole[at] !== option && whole[at - 1] !== option);
  const changed = (option: string, value: string): string[] =>
    whole.map((word, at) => (whole[at - 1] === option ? value : word));

  for (const [what, argv, says] of [
    ["no URN", whole.filter((word) => word !== database), "the URN of the resource"],
    ["no id", without("--id"), "--id"],
    ["no operation", without("--operation"), "--operation (delete, replace, loosen, forget)"],
    ["no time", without("--for"), "--for"],
    ["no reason", without("--reason"), "--reason"],
    ["an operation that there is not", changed("--operation", "purge"), "Allowed choices"],
    ["no time at all", changed("--for", "0m"), "at most 7d"],
    ["an empty reason", changed("--reason", "   "), '--reason "" is no reason'],
    ["a reason that says nothing", changed("--reason", "…"), '--reason "…" is no reason'],
    ["the reason that a refusal prints", changed("--reason", reasonPlaceholder), "is no reason"],
    ["a name that is none", changed("--by", "NAME"), '--by "NAME" is no name'],
    ["nobody to say yes", whole.filter((word) => word !== "--yes"), "add --yes"],
    ["an empty name", changed("--by", " "), "--by"],
    ["another id", changed("--id", "db-2"), "Under this URN it has db-1, not db-2."],
    [
      "what is not locked",
      whole.map((word) => (word === database ? role : word === "db-1" ? "role-1" : word)),
      "no approval is needed",
    ],
    ["to forget what is there", changed("--operation", "forget"), "The last good run had no such resource"],
  ] as const) {
    it(`refuses to approve with ${what}, and writes nothing`, async () => {
      const { exitCode, err } = await call(...argv);
      expect(exitCode, err).to.equal(2);
      expect(err).to.contain(says);
      expect(existsSync(file())).to.equal(false);
    });
  }

  it("approves what holds no data and is protected, and asks for no copy of it", async () => {
    const { exitCode, out, err } = await call(
      ...whole.map((word) => (word === database ? address : word === "db-1" ? "eipalloc-1" : word)),
    );
    expect(exitCode, err).to.equal(0);
    expect(out).to.contain("Approved: delete elastic IP address 198.51.100.7 (id eipalloc-1), until 20");
    expect(out).to.contain("takes off its protection and locks, destroys nothing");
    expect(out).to.not.contain("copy");
  });

  it("takes no reason for revoking that says nothing", async () => {
    await call(...whole);
    const { exitCode, err } = await call("revoke", "db-1", "--reason", "todo");
    expect(exitCode).to.equal(2);
    expect(err).to.contain('--reason "todo" is no reason');
    expect((await call("list", "--json")).out).to.contain('"holds": true');
  });

  it("takes who is logged in for who answers, where neither the call nor git names anybody", async () => {
    const { exitCode, err } = await call(...without("--by"), "--json");
    expect(exitCode, err).to.equal(0);
    expect(readFileSync(file(), "utf8")).to.contain(`by: ${userInfo().username} at ${hostname()}`);
  });

  it("names what is like a URN that the state does not have", async () => {
    const { exitCode, err } = await call(...whole.map((word) => (word === database ? `${database}s` : word)));
    expect(exitCode).to.equal(2);
    expect(err).to.contain(database);
    expect(err).to.contain("db-1");
  });

  it("refuses what belongs to another action", async () => {
    for (const argv of [
      ["list", database],
      ["explain", "--reason", "moved to the cluster"],
      ["revoke", "db-1", "--for", "1h"],
      ["revoke"],
      ["purge"],
    ]) {
      const { exitCode, err } = await call(...argv);
      expect(exitCode, argv.join(" ") + err).to.equal(2);
    }
  });

  it("approves once at a time, lists, and revokes", async () => {
    expect((await call("list")).out).to.contain("Nothing was ever approved in dev");
    const approved = await call(...whole);
    expect(approved.exitCode, approved.err).to.equal(0);
    expect(approved.out).to.contain("Approved: delete RDS instance dev-users (id db-1), until 20");
    expect(approved.out).to.match(/1\. \.\/groundwork up dev --rehearse[^]*2\. take database out/);
    expect((await call(...whole)).exitCode).to.equal(2);
    const listed = JSON.parse((await call("list", "--json")).out) as {
      approvals: readonly Record<string, unknown>[];
    };
    expect(listed.approvals).to.have.lengthOf(1);
    expect(listed.approvals[0]).to.include({ holds: true, phase: "unlock", id: "db-1", by: "Ada" });
    expect((await call("revoke", "db-2", "--by", "Bob")).exitCode).to.equal(2);
    expect((await call("revoke", "db-1", "--by", "Bob")).out).to.contain("Revoked: delete");
    expect((await call("revoke", "db-1", "--by", "Bob")).exitCode, "twice").to.equal(2);
    expect((await call("list")).out).to.contain("no: it was revoked by Bob on 20");
    expect((await call(...whole)).exitCode, "anew").to.equal(0);
    expect((await call("list", "--json")).out).to.contain('"holds": true');
  });

  it("does not believe a record that was altered or written by hand", async () => {
    await call(...whole);
    const text = readFileSync(file(), "utf8");
    writeFileSync(file(), text.replace("operation: delete", "operation: replace"));
    expect((await call("list")).out).to.contain("no: it was altered");
    writeFileSync(file(), text.replace("operation: delete", "operation: purge"));
    expect((await call("list")).out).to.contain("its operation is none of delete, replace, loosen, forget");
    writeFileSync(file(), text);
    const [record] = readApprovalsFile(file());
    if (record === undefined || !("seal" in record)) throw new Error("There is no record.");
    const { seal, ...rest } = record;
    addToApprovalsFile(file(), "dev", sealed({ ...rest, expires: "2099-01-01T00:00:00.000Z" }));
    const { out } = await call("list");
    expect(out).to.contain("no: it is not in the ledger");
    expect(out).to.contain(seal.slice(0, 12));
  });

  it("is listed and can be revoked without its record, and by its ledger where the record was altered", async () => {
    await call(...whole);
    const text = readFileSync(file(), "utf8");
    rmSync(file());
    const [listed] = (
      JSON.parse((await call("list", "--json")).out) as { approvals: readonly Record<string, unknown>[] }
    ).approvals;
    expect(listed).to.include({ urn: database, id: "db-1", by: "Ada", flaw: "not-in-file", holds: false });
    writeFileSync(file(), text.replace("reason: moved", "reason: not moved"));
    const { exitCode, err } = await call("revoke", database, "--by", "Bob");
    expect(exitCode, err).to.equal(0);
    writeFileSync(file(), text);
    expect((await call("list")).out).to.contain("no: it was revoked by Bob");
  });

  it("refuses a file that is no list of approvals", async () => {
    mkdirSync(path.dirname(file()), { recursive: true });
    for (const text of ["approvals: 1\n", "- 1\n", "approvals: [\n", "approvals: []\nmore: 1\n"]) {
      writeFileSync(file(), text);
      const { exitCode, err } = await call("list");
      expect(exitCode, text + err).to.equal(2);
      expect(err).to.contain("Nothing was touched.");
    }
  });
});

describe("approvals in their file", () => {
  it("stand in the order of time, each as it was given", () => {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-approvals-"));
    const file = path.join(directory, "approvals", "dev.yaml");
    const record = (at: string) =>
      sealed({
        ...{ urn: database, id: "db-1", operation: "delete", by: "Ada <ada@example.com>" },
        ...{ reason: "a: b # c\nof two lines", at, expires: at, created: "" },
      } as const);
    const [first, second] = [record("2026-01-01T00:00:00.000Z"), record("2026-02-01T00:00:00.000Z")];
    addToApprovalsFile(file, "dev", second);
    const before = readFileSync(file, "utf8");
    addToApprovalsFile(file, "dev", first);
    expect(readApprovalsFile(file)).to.deep.equal([first, second]);
    const added = readFileSync(file, "utf8");
    for (const line of before.split("\n")) {
      expect(added.split("\n")).to.include(line);
    }
    rmSync(directory, { recursive: true });
  });
});

describe("how long an approval holds", () => {
  it("is told in seconds, minutes, hours or days, 7 days at most", () => {
    expect([...["300s", "30m", "1h", "2d", "168h", "7d"].map(parseApprovalTime)]).to.deep.equal([
      ...[300_000, 1_800_000, 3_600_000, 172_800_000, 604_800_000, 604_800_000],
    ]);
    for (const wrong of ["", "0s", "8d", "169h", "1w", "1", "h", "-1h", "1.5h", "1h "]) {
      expect(() => parseApprovalTime(wrong), wrong).to.throw("at most 7d");
    }
  });
});

describe("the approval that a refusal asks for", () => {
  const refusal: Refusal = {
    urn: "urn:pulumi:dev::p::a:b:C$aws:sqs/queue:Queue::it's",
    id: "q 1",
    type: "aws:sqs/queue:Queue",
    op: "delete",
    rule: "deletes-data",
    loses: "",
    why: "",
    safeWay: "",
  };

  it("is a call that a shell takes as it stands", () => {
    const wanted = approvableOf(refusal, []);
    expect(wanted?.operation).to.equal("delete");
    expect(wanted && approveLine(wanted, "dev")).to.equal(
      `./groundwork guard dev approve 'urn:pulumi:dev::p::a:b:C$aws:sqs/queue:Queue::it'\\''s' --id 'q 1' --operation delete ` +
        `--for 1h --reason 'WHY, AND WHERE ITS DATA IS'`,
    );
  });

  it("is none where a permission would not help", () => {
    for (const rule of ["shrinks", "unknown-value", "still-locked", "moved-provider", "unknown-operation"]) {
      expect(approvableOf({ ...refusal, rule }, []), rule).to.equal(undefined);
    }
  });
});

describe("the name of a copy", () => {
  it("is one that RDS, DynamoDB and EBS take, however long the resource's own is", () => {
    for (const name of ["users", "Ünï_code--x", "x".repeat(400), "a-"]) {
      const made = copyName("dev", `urn:pulumi:dev::p::t:t:T::${name}`, new Date("2026-11-21T18:45:00.123Z"));
      expect(made).to.match(/^groundwork(-[a-z0-9]+)+-20261121t184500123z$/);
      expect(made.length).to.be.at.most(255);
    }
  });
});

describe("approvals in a person's own environment", () => {
  it("reach no run of the engine", () => {
    const environment = readEnvironment(checkout, { GROUNDWORK_APPROVALS: "[1]" });
    const context = { environment, project: { directory: checkout, name: "groundwork" } };
    const given = engineEnvironment(context as unknown as Parameters<typeof engineEnvironment>[0]);
    expect(given["GROUNDWORK_APPROVALS"]).to.equal("");
  });
});

import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { documentOf, Walk, type Result } from "./support/walk";

// What needs no engine of the ways in which a sealed plan is refused is in tests/operations/plan/sealed.test.ts.

const small = {
  "pulumi:disable-default-providers": ["*"],
  "aws:region": "eu-west-1",
  "aws:allowedAccountIds": ["111122223333"],
  "groundwork:guard": { level: "development" },
  "groundwork:messaging": { queues: { mail: { messageRetentionSeconds: 1_209_600 } } },
  "groundwork:users": {},
};

const queue = "aws:sqs/queue:Queue";

function git(walk: Walk, ...args: readonly string[]): void {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  execFileSync("git", [...who, ...args], { cwd: walk.project });
}

function commit(walk: Walk): void {
  git(walk, "add", "--all");
  git(walk, "commit", "--quiet", "--allow-empty", "--message", "Change something");
}

interface Difference {
  readonly what: string;
  readonly sealed: string;
  readonly now: string;
}

/** What a refusal says that differs; fails where anything was touched, or where it is no refusal. */
async function differences(walk: Walk, ...args: readonly string[]): Promise<readonly Difference[]> {
  const { result, calls } = await walk.watch(() => walk.groundwork(...args, "--json"));
  expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
  expect(calls).to.deep.equal([]);
  const { error } = documentOf(result) as {
    readonly error: { readonly message: string; readonly problems: readonly Difference[] };
  };
  expect(error.message).to.contain("Nothing was touched.");
  return error.problems;
}

describe("a plan that travels", () => {
  let walk: Walk;
  let file: string;
  let preview: Result;

  before(async () => {
    walk = Walk.create();
    writeFileSync(path.join(walk.project, "Pulumi.small.yaml"), stringify({ config: small }));
    writeFileSync(path.join(walk.project, ".gitignore"), "node_modules\n");
    git(walk, "init", "--quiet");
    await walk.done("up", "small", "--rehearse", "--yes");
    walk.reads = true;
    walk.edit("small", (settings) => {
      settings.set("messaging", ["queues", "other"], {});
    });
    commit(walk);
    file = path.join(walk.rehearsal, "plan.sealed");
    preview = await walk.done("preview", "small", "--rehearse", "--out", file, "--plan-for", "48", "--json");
  });

  it("is sealed by a preview, and applied in another checkout without being asked about anything else", async () => {
    const { plan } = documentOf(preview) as { readonly plan: Readonly<Record<string, string>> };
    expect(plan).to.have.all.keys("file", "until", "sha256");
    expect(plan["file"]).to.equal(file);
    const other = walk.copy();
    other.reads = true;
    const { result, calls } = await other.watch(() =>
      other.done("up", "small", "--rehearse", "--yes", "--plan", file, "--json"),
    );
    const document = documentOf(result) as { readonly result: string; readonly plan: object };
    expect(document.result).to.equal("changed");
    expect(document.plan).to.include({ file, until: plan["until"], sha256: plan["sha256"] });
    const changed = calls.map(({ method, type }) => `${method} ${type}`).sort();
    expect(changed).to.deep.equal([
      ...Array.from({ length: 3 }, () => "create aws:cloudwatch/metricAlarm:MetricAlarm"),
      ...Array.from({ length: 2 }, () => `create ${queue}`),
    ]);
    const history = await other.done("state", "history", "small", "--rehearse");
    expect(history.stdout).to.contain(`update, succeeded, sealed plan ${plan["sha256"] ?? ""} by `);
    // What it was sealed for is over with that.
    const again = await differences(other, "up", "small", "--rehearse", "--yes", "--plan", file);
    expect(again.map(({ what }) => what)).to.deep.equal(["the state"]);
  });

  it("is not what a run without reading the cloud would do", async () => {
    const blind = await walk.groundwork("up", "small", "--rehearse", "--yes", "--plan", file, "--no-refresh");
    expect([blind.exitCode, blind.stderr.includes("call it without --no-refresh")]).to.deep.equal([2, true]);
  });

  it("is refused where somebody has moved the cloud since, before anything is touched", async () => {
    const moved = walk.copy();
    moved.reads = true;
    moved.move(queue, { visibilityTimeoutSeconds: 999 }, "messaging-mail");
    const found = await differences(moved, "up", "small", "--rehearse", "--yes", "--plan", file);
    const mail = "aws:sqs:Queue messaging-mail (https://sqs.eu-west-1.amazonaws.com/111122223333/small_mail)";
    expect(found).to.deep.equal([
      {
        what: mail,
        sealed: "nothing",
        now: "update visibilityTimeoutSeconds",
      },
      {
        what: "the cloud, moved outside",
        sealed: "nothing of that",
        now: `${mail}: visibilityTimeoutSeconds 30 -> 999`,
      },
    ]);
  });

  it("is judged again: what was approved when it was sealed, and is not any more, is refused", async () => {
    const judged = walk.copy();
    judged.reads = true;
    judged.edit("small", (settings) => {
      settings.set("messaging", ["queues", "mail", "messageRetentionSeconds"], 86_400);
    });
    commit(judged);
    const out = path.join(judged.rehearsal, "plan.sealed");
    const refused = await judged.groundwork("preview", "small", "--rehearse", "--out", out);
    expect(refused.exitCode, refused.stderr).to.equal(3);
    const { urn, id } = {
      urn: "urn:pulumi:small::groundwork::groundwork:messaging:Messaging$aws:sqs/queue:Queue::messaging-mail",
      id: "https://sqs.eu-west-1.amazonaws.com/111122223333/small_mail",
    };
    const nothing = await judged.groundwork("up", "small", "--rehearse", "--yes", "--plan", out);
    expect([nothing.exitCode, nothing.stderr.includes("ENOENT")]).to.deep.equal([2, true]);
    await judged.done(
      ...["guard", "small", "approve", urn, "--id", id, "--operation", "loosen", "--for", "1h", "--yes"],
      ...["--reason", "mail is read within a day", "--rehearse"],
    );
    await judged.done("preview", "small", "--rehearse", "--out", out);
    await judged.done("guard", "small", "revoke", urn, "--rehearse", "--yes");
    const { result, calls } = await judged.watch(() =>
      judged.groundwork("up", "small", "--rehearse", "--yes", "--plan", out),
    );
    expect(result.exitCode).to.equal(3);
    expect(calls).to.deep.equal([]);
    expect(result.stderr).to.contain("1 change refused by the guard. Nothing was touched.");
  });
});

describe("a sealed list of what is to be taken down", () => {
  it("is taken down, by another key, elsewhere; and not where it was sealed by the first, or where less is there", async () => {
    const walk = Walk.create();
    walk.reads = true;
    const config = { ...small, "groundwork:guard": { level: "disposable" } };
    writeFileSync(path.join(walk.project, "Pulumi.small.yaml"), stringify({ config }));
    git(walk, "init", "--quiet");
    commit(walk);
    await walk.done("up", "small", "--rehearse", "--yes");
    const file = path.join(walk.rehearsal, "list.sealed");
    const { calls, result } = await walk.watch(() =>
      walk.done("destroy", "small", "--rehearse", "--out", file, "--json"),
    );
    expect(calls).to.deep.equal([]);
    expect(documentOf(result)).to.include({ result: "sealed" });
    expect(readFileSync(file, "utf8")).to.contain('"command": "destroy"');

    const keyed = walk.copy();
    keyed.reads = true;
    await keyed.done(
      ...["stack", "change-secrets-provider", "small", "--rehearse", "--yes"],
      ...["--secrets-provider", "awskms:///alias/small?region=eu-west-1"],
    );
    const key = await differences(keyed, "destroy", "small", "--rehearse", "--yes", "--plan", file);
    expect(key).to.deep.equal([
      { what: "the key", sealed: "passphrase", now: "awskms:///alias/small?region=eu-west-1" },
    ]);
    await keyed.done("destroy", "small", "--rehearse", "--out", file);

    const less = keyed.copy();
    less.reads = true;
    less.forget("aws:cloudwatch/metricAlarm:MetricAlarm", "messaging-mail-age");
    const gone = await differences(less, "destroy", "small", "--rehearse", "--yes", "--plan", file);
    expect(gone.map(({ what, sealed, now }) => [what.split(" (")[0], sealed, now])).to.deep.equal([
      ["aws:cloudwatch:MetricAlarm messaging-mail-age", "delete", "nothing"],
      [
        "the cloud, moved outside",
        "nothing of that",
        "aws:cloudwatch:MetricAlarm messaging-mail-age (groundwork-small-mail-age): gone",
      ],
    ]);

    const elsewhere = keyed.copy();
    elsewhere.reads = true;
    const down = documentOf(
      await elsewhere.done("destroy", "small", "--rehearse", "--yes", "--plan", file, "--json"),
    );
    expect(down).to.include({ result: "destroyed" });
    expect(elsewhere.cloud()).to.deep.equal([]);
    const history = await elsewhere.done("state", "history", "small", "--rehearse");
    expect(history.stdout).to.match(/destroy, succeeded, sealed plan [0-9a-f]{64} by /);
  });
});

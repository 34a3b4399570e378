import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { standing } from "./support/standing";
import { documentOf, type Walk } from "./support/walk";

const queueType = "aws:sqs/queue:Queue";
const tableType = "aws:dynamodb/table:Table";
const groupType = "aws:ec2/securityGroup:SecurityGroup";
const ruleType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const attachmentType = "aws:iam/userPolicyAttachment:UserPolicyAttachment";
const databaseType = "aws:rds/instance:Instance";

interface Moved {
  readonly urn: string;
  readonly gone: boolean;
  readonly willBe: string;
  readonly diff: readonly { readonly path: string; readonly from: unknown; readonly to: unknown }[];
}

describe("a stack that others move in the cloud", () => {
  let walk: Walk;

  before(async () => {
    walk = await standing("stores");
    walk.reads = true;
  });

  const drift = (document: Record<string, unknown>): readonly Moved[] =>
    document["drift"] as readonly Moved[];
  const told = (document: Record<string, unknown>): unknown =>
    drift(document).map(({ urn, gone, willBe, diff }) => [
      urn.split("::").at(-1),
      gone ? "gone" : "moved",
      willBe,
      ...diff.map(({ path: at, from, to }) => [at, from, to]),
    ]);
  const state = (): string =>
    readFileSync(path.join(walk.rehearsal, "state/.pulumi/stacks/groundwork/dev.json"), "utf8");

  it("is shown, each thing with before and after and what `up` does about it; nothing is changed by that, and the exit says that something moved", async () => {
    const inVpc = walk.cloud().find(({ type, name }) => type === groupType && name.startsWith("database"));
    walk.move(queueType, { visibilityTimeoutSeconds: 999 }, "messaging-mail");
    walk.move(databaseType, { backupRetentionPeriod: 1 });
    walk.forget(attachmentType, "users-report_reader-reports-read");
    walk.add({
      ...{ type: ruleType, id: "sgr-0123456789abcdef0" },
      inputs: {
        ...{ securityGroupId: inVpc?.id, ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" },
      },
    });
    const before = state();
    const { result, calls } = await walk.watch(() => walk.groundwork("drift", "dev", "--rehearse", "--json"));
    expect(result.exitCode, result.stderr).to.equal(4);
    expect(told(documentOf(result))).to.deep.equal([
      ["database", "moved", "kept", ["ingress", null, ["tcp 22-22 0.0.0.0/0"]]],
      ["database", "moved", "put back", ["backupRetentionPeriod", 4, 1]],
      ["messaging-mail", "moved", "put back", ["visibilityTimeoutSeconds", 60, 999]],
      ["users-report_reader-reports-read", "gone", "made anew"],
    ]);
    expect(calls).to.deep.equal([]);
    expect(state()).to.equal(before);
  });

  it("is told apart from what the file changes; without reading, only the file counts, and it says that nobody has looked", async () => {
    walk.edit("dev", (settings) => {
      settings.set("messaging", ["queues", "mail", "visibilityTimeoutSeconds"], 90);
    });
    const seen = documentOf(await walk.groundwork("preview", "dev", "--rehearse", "--json"));
    expect(drift(seen)).to.have.length(4);
    const changed = (document: Record<string, unknown>): string[] =>
      (document["changes"] as { readonly urn: string; readonly op: string }[])
        .map(({ urn, op }) => `${op} ${urn.split("::").at(-1) ?? ""}`)
        .sort();
    expect(changed(seen)).to.deep.equal([
      "create users-report_reader-reports-read",
      "update database",
      "update messaging-mail",
    ]);
    const unseen = documentOf(
      await walk.groundwork("preview", "dev", "--rehearse", "--json", "--no-refresh"),
    );
    expect(changed(unseen)).to.deep.equal(["update messaging-mail"]);
    expect(unseen["cloud"]).to.deep.equal({ read: false, knownFrom: null });
    expect(unseen).to.not.have.property("drift");
  });

  it("is put back by `up`, which records what it leaves; then nothing has moved, and the time of that is remembered", async () => {
    const began = new Date().toISOString();
    walk.edit("dev", (settings) => {
      settings.set("database", ["applyImmediately"], false);
    });
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(calls.map(({ method, urn }) => `${method} ${urn.split("::").at(-1) ?? ""}`).sort()).to.deep.equal([
      "create users-report_reader-reports-read",
      // The instance, and the group of its parameters.
      "update database",
      "update database",
      "update messaging-mail",
    ]);
    // What RDS has been told, and shows only after its window, is nobody's move.
    const asItWas = walk.forget(databaseType);
    asItWas();
    walk.move(databaseType, {
      instanceClass: "db.t4g.small",
      pendingModifiedValues: { DBInstanceClass: "db.t4g.medium" },
    });
    const quiet = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(quiet.exitCode, quiet.stdout).to.equal(0);
    expect(quiet.stdout).to.contain(
      "dev: nothing to change but what RDS has been told, and does in its maintenance window.",
    );
    expect(quiet.stdout).to.contain("~ waits  aws:rds:Instance  database");
    expect(quiet.stdout).not.to.contain("Moved outside");
    asItWas();
    const unseen = documentOf(
      await walk.groundwork("preview", "dev", "--rehearse", "--json", "--no-refresh"),
    );
    const { knownFrom } = unseen["cloud"] as { readonly knownFrom: string };
    expect(knownFrom >= began && knownFrom <= new Date().toISOString(), knownFrom).to.equal(true);
  });

  it("keeps its data's place: what held data and is gone is no creation, until it is there again", async () => {
    const putBack = walk.forget(tableType);
    const { result, calls } = await walk.watch(() => walk.groundwork("up", "dev", "--rehearse", "--yes"));
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(result.stdout).to.contain("- gone  aws:dynamodb:Table  reports-reports: refused, see below");
    expect(result.stdout).to.match(/rule +recreates-data/);
    expect(result.stdout).to.contain("and not in the cloud: this run has looked.");
    expect(calls).to.deep.equal([]);
    putBack();
    const quiet = await walk.done("drift", "dev", "--rehearse");
    expect(quiet.stdout).to.contain("dev: nothing has moved outside.");
  });

  it("is no plan where the cloud cannot be read, and says how to go on without", async () => {
    const unread = {
      match: { type: queueType, method: "read" },
      fault: "error",
      message: "AccessDenied: sqs:GetQueueAttributes",
    };
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--faults", walk.faults(unread));
    expect(result.exitCode, result.stdout).to.equal(1);
    expect(result.stderr).to.contain("The reading of the cloud of dev failed. Nothing was touched.");
    expect(result.stderr).to.contain("AccessDenied: sqs:GetQueueAttributes");
    expect(result.stderr).to.contain("`./groundwork preview dev --no-refresh --rehearse`");
  });

  it("is refused what would loosen it when somebody did so by hand and wrote it into the file", async () => {
    walk.move(databaseType, { backupRetentionPeriod: 1 });
    walk.edit("dev", (settings) => {
      settings.set("database", ["backupRetentionDays"], 1);
    });
    const refused = await walk.groundwork("preview", "dev", "--rehearse", "--json");
    expect(refused.exitCode, refused.stdout).to.equal(3);
    expect(told(documentOf(refused))).to.deep.equal([
      ["database", "moved", "refused", ["backupRetentionPeriod", 4, 1]],
    ]);
  });

  it("is taken down with what is gone left aside", async () => {
    walk.edit("dev", (settings) => {
      settings.set("guard", ["level"], "disposable");
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
    walk.forget(queueType, "messaging-mail");
    walk.move(databaseType, { backupRetentionPeriod: 2 });
    const { result, calls } = await walk.watch(() =>
      walk.groundwork("destroy", "dev", "--rehearse", "--yes"),
    );
    expect(result.exitCode, result.stderr).to.equal(0);
    expect(result.stdout).to.contain("~ moved  aws:rds:Instance  database: deleted with it");
    expect(result.stdout).to.contain("- gone  aws:sqs:Queue  messaging-mail: nothing");
    expect(calls.filter(({ urn }) => urn.endsWith("::messaging-mail"))).to.deep.equal([]);
  });
});

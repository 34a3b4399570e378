import { expect } from "chai";
import * as path from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { basicParts } from "../guard-catalogue/program/basic-parts";
import { partsStage, removePart } from "../guard-catalogue/stages";
import { documentOf, type Result, type Walk } from "./support/walk";

const own = (type: string, name: string): string =>
  `urn:pulumi:dev::groundwork::groundwork:parts:Part$${type}::${name}`;
const table = own("aws:dynamodb/table:Table", "table");
const queue = own("aws:sqs/queue:Queue", "queue");
const cluster = own("aws:rds/cluster:Cluster", "aurora");
const instance = own("aws:rds/clusterInstance:ClusterInstance", "writer");

const stage = partsStage("approvals that are over", [
  ...basicParts.filter(({ name }) => ["home", "key", "table", "queue"].includes(name)),
  {
    name: "aurora",
    type: "aws:rds/cluster:Cluster",
    parent: "home",
    props: {
      clusterIdentifier: "dev-parts",
      engine: "aurora-postgresql",
      engineVersion: "16.4",
      masterUsername: "parts",
      manageMasterUserPassword: true,
      storageEncrypted: true,
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "dev-parts-final",
    },
  },
  {
    name: "writer",
    type: "aws:rds/clusterInstance:ClusterInstance",
    parent: "home",
    props: {
      identifier: "dev-parts-writer",
      clusterIdentifier: { $ref: "aurora.id" },
      engine: "aurora-postgresql",
      instanceClass: "db.r6g.large",
      publiclyAccessible: false,
    },
  },
]);

interface Approval {
  readonly urn: string;
  readonly flaw: string | null;
  readonly phase: string | null;
  readonly unlocked: boolean;
}

interface Refusal {
  readonly urn: string;
  readonly rule: string;
  readonly notApproved?: string;
}

/** Each test goes on from the one before. */
describe("an approval whose time is over", () => {
  let walk: Walk;
  before(async () => {
    walk = await stage.stand();
  });

  const parts = (): string => path.join(walk.project, "parts.json");
  const approve = (urn: string, id: string, time: string): Promise<Result> =>
    walk.done(
      ...["guard", "dev", "approve", urn, "--id", id, "--operation", "delete", "--for", time],
      ...["--reason", "moved to the cluster", "--by", "Ada", "--yes", "--rehearse"],
    );
  const up = (): Promise<Result> => walk.groundwork("up", "dev", "--yes", "--rehearse", "--json");
  const list = async (): Promise<Map<string, Approval>> =>
    new Map(
      (
        documentOf(await walk.done("guard", "dev", "list", "--rehearse", "--json")).approvals as Approval[]
      ).map((approval) => [approval.urn, approval]),
    );
  const untilExpired = async (urn: string): Promise<void> => {
    while ((await list()).get(urn)?.flaw !== "expired") {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
  const callsOf = async (act: () => Promise<Result>): Promise<[Result, string[]]> => {
    const before = walk.changes().length;
    const result = await act();
    const calls = walk.changes().slice(before);
    return [result, calls.map(({ method, type, urn }) => `${method} ${urn ?? type}`).sort()];
  };
  const refusals = (result: Result): Refusal[] => {
    expect(result.exitCode, result.stdout + result.stderr).to.equal(3);
    return documentOf(result).refusals as Refusal[];
  };

  it("before the first run unlocks and destroys nothing", async () => {
    await approve(queue, "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_parts", "1s");
    await untilExpired(queue);
    const before = readFileSync(parts(), "utf8");
    removePart(walk, "queue");
    const [result, calls] = await callsOf(up);
    expect(calls).to.deep.equal([]);
    const [refusal, ...more] = refusals(result);
    expect(more).to.deep.equal([]);
    expect(refusal).to.include({ urn: queue, rule: "deletes-data" });
    expect(refusal?.notApproved).to.match(/^The approval expired at 20\S+Z\.$/);
    writeFileSync(parts(), before);
  });

  it("held for the first run, which copies a cluster once, and of its instance says that nothing is copied", async () => {
    await approve(cluster, "dev-parts", "1h");
    await approve(instance, "dev-parts-writer", "1h");
    await approve(table, "dev_parts", "60s");
    const [result, calls] = await callsOf(up);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(calls).to.deep.equal(
      [
        ...[`update ${cluster}`, `update ${table}`],
        ...["create aws:dynamodb/backup:Backup", "create aws:rds/clusterSnapshot:ClusterSnapshot"],
      ].sort(),
    );
    expect(result.stderr).to.match(
      /Kept: RDS cluster snapshot groundwork-dev-aurora-\d{8}t\d+z \(aurora-postgresql 16\.4[,)]/,
    );
    expect(result.stderr).to.contain(
      "There is no copy that could be taken of it. See that the cluster has another instance",
    );
  });

  it("between the runs destroys nothing, neither what it was for nor anything beside it, and says what stands open", async () => {
    await untilExpired(table);
    expect((await list()).get(table)).to.include({ flaw: "expired", unlocked: true });
    const before = readFileSync(parts(), "utf8");
    removePart(walk, "table", "aurora", "writer");
    const [result, calls] = await callsOf(up);
    expect(calls).to.deep.equal([]);
    const [refusal, ...more] = refusals(result);
    expect(more).to.deep.equal([]);
    expect(refusal).to.include({ urn: table, rule: "deletes-data" });
    expect(refusal?.notApproved).to.match(
      /^The approval expired at 20\S+Z\. .*`\.\/groundwork up dev --rehearse` locks it again\.$/,
    );
    writeFileSync(parts(), before);
  });

  it("has the next run lock it again, while what is approved still goes, the cluster after its instance", async () => {
    removePart(walk, "aurora", "writer");
    const [result, calls] = await callsOf(up);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(calls).to.deep.equal([`update ${table}`, `delete ${instance}`, `delete ${cluster}`].sort());
    const left = walk.cloud();
    expect(left.find(({ type }) => type === "aws:dynamodb/table:Table")?.inputs).to.include({
      deletionProtectionEnabled: true,
    });
    expect(left.filter(({ type }) => type === "aws:rds/clusterSnapshot:ClusterSnapshot")).to.have.length(2);
    const worth = await list();
    expect(worth.get(table)).to.include({ flaw: "expired", unlocked: false });
    expect([cluster, instance].map((urn) => worth.get(urn)?.flaw)).to.deep.equal(["used", "used"]);
  });
});

import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { standing } from "./support/standing";
import { documentOf, type Result, type Walk } from "./support/walk";

const identifier = "groundwork-dev-database";
const snapshotType = "aws:rds/snapshot:Snapshot";

describe("the command database, on a stack that stands", () => {
  let walk: Walk;
  before(async () => {
    walk = await standing("stores");
  });
  const database = (...args: string[]): Promise<Result> =>
    walk.groundwork("database", "dev", ...args, "--rehearse");
  const told = async (...args: string[]): Promise<Readonly<Record<string, unknown>>> => {
    const result = await database(...args, "--json");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    return documentOf(result);
  };
  /** The file of a thing in the cloud. */
  const fileOf = (type: string): string => {
    const folder = path.join(walk.rehearsal, "cloud");
    const file = readdirSync(folder).find((name) => name.startsWith(`${type}.`));
    return path.join(folder, file ?? "");
  };
  const setOutputs = (type: string, outputs: object): void => {
    const file = fileOf(type);
    const record = JSON.parse(readFileSync(file, "utf8")) as { readonly outputs: object };
    writeFileSync(file, JSON.stringify({ ...record, outputs: { ...record.outputs, ...outputs } }));
  };

  it("status tells what serves, how full it is, and what waits for the window", async () => {
    setOutputs("aws.rds.Instance", { pendingModifiedValues: { DBInstanceClass: "db.t4g.large" } });
    const metric = {
      ...{ package: "aws", type: "aws:cloudwatch/metric:Metric", id: "free", name: "free", outputs: {} },
      inputs: {
        namespace: "AWS/RDS",
        metricName: "FreeStorageSpace",
        dimensions: { DBInstanceIdentifier: identifier },
        sums: { [new Date(Date.now() - 60_000).toISOString()]: 15 * 2 ** 30 },
      },
      ...{ createdAt: new Date().toISOString(), scope: "482913067251/eu-west-1" },
    };
    writeFileSync(
      path.join(walk.rehearsal, "cloud", "aws.cloudwatch.Metric.free.json"),
      JSON.stringify(metric),
    );
    const status = await told("status");
    expect(status).to.deep.include({
      ...{ identifier, beside: [], state: "available", class: "db.t4g.medium", multiAz: false, replicas: [] },
      storage: { type: "gp3", allocatedGiB: 20, mostGiB: 100, freeGiB: 15 },
      maintenance: {
        window: "sun:04:30-sun:05:30",
        waiting: { instanceClass: "db.t4g.large" },
        announced: [],
      },
      locks: { deletionProtection: true, protectedInState: true },
    });
    const { stdout } = await database("status");
    expect(stdout).to.contain("20 GiB gp3, 5 used, 15 free; grows by itself to 100");
    expect(stdout).to.contain("instanceClass becomes db.t4g.large (until sun:04:30-sun:05:30 UTC)");
  });

  it("endpoint is one bare line, as applications are told it", async () => {
    const { stdout } = await database("endpoint");
    expect(stdout).to.match(/^groundwork-dev-database\.\w+\.eu-west-1\.rds\.amazonaws\.com:5432$/);
    expect((await database("hostname")).stdout).to.equal(stdout.replace(/:5432$/, ""));
  });

  it("password goes to no pipe unless it is asked for, and then to standard output alone", async () => {
    const refused = await database("password", "groundwork");
    expect(refused).to.deep.include({ exitCode: 2, stdout: "" });
    expect(refused.stderr).to.contain("Where that is meant, add --show. Nothing was touched.");
    const { exitCode, stderr, stdout } = await database("password", "groundwork", "--show");
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^\S{28}$/);
    expect(stderr).to.contain("The password of groundwork is less than 1 h old").and.not.to.contain(stdout);
    expect(readFileSync(path.join(walk.rehearsal, "log.jsonl"), "utf8")).not.to.contain(stdout);
    const url = new URL((await database("password", "groundwork", "--show", "--url")).stdout);
    expect([url.protocol, url.username, url.pathname, url.search]).to.deep.equal([
      "postgres:",
      "groundwork",
      "/users",
      "?sslmode=verify-full",
    ]);
    expect(decodeURIComponent(url.password)).to.equal(stdout);
    const unknown = await database("password", "groundwrk", "--show");
    expect(unknown.stderr).to.contain(
      'The settings have no role "groundwrk". Those that log in: groundwork. Did you mean groundwork?',
    );
  });

  it("snapshot is of the stack, outlives it, and takes no name twice", async () => {
    const taken = await told("snapshot", "--name", "before-migration");
    expect(taken).to.deep.include({ snapshot: "before-migration", of: identifier, mostDollarsAMonth: 1.9 });
    const [record] = walk.cloud().filter(({ type }) => type === snapshotType);
    expect(record?.outputs["tagsAll"]).to.deep.include({ environment: "dev", "managed-by": "groundwork" });
    const again = await database("snapshot", "--name", "before-migration");
    expect(again.exitCode).to.equal(2);
    expect(again.stderr).to.contain(
      `There is a snapshot before-migration already: of ${identifier}, available, taken `,
    );
    expect((await database("snapshot", "--name", "1st")).exitCode).to.equal(2);
    expect(walk.cloud().filter(({ type }) => type === snapshotType)).to.have.length(1);
  });

  it("backups lists what there is to restore from, each with its call", async () => {
    const { automatedBackups, snapshots } = await told("backups");
    expect(automatedBackups).to.have.length(1);
    expect(
      (snapshots as readonly object[]).map((one) => ({ ...one, takenAt: "", kmsKey: "" })),
    ).to.deep.equal([
      {
        ...{
          name: "before-migration",
          of: identifier,
          takenAt: "",
          takenBy: "manual",
          state: "available",
          gib: 20,
          kmsKey: "",
        },
        restore: "./groundwork database dev restore --snapshot before-migration --rehearse",
      },
    ]);
  });

  it("shell says that nothing leads there, and bootstrap that there is none", async () => {
    const shell = await database("shell");
    expect(shell.exitCode).to.equal(2);
    expect(shell.stderr).to.contain("allowedFrom lets in neither the cluster nor a fleet");
    const bootstrap = await database("bootstrap");
    expect(bootstrap.exitCode).to.equal(2);
    expect(bootstrap.stderr).to.contain("has no groundwork:database.bootstrap");
  });
});

import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describeWith } from "../support/real-parts";
import { postgres } from "../support/postgres-server";
import { clusterConfig, walkOf } from "./support/cluster-stack";
import { RealDatabases } from "./support/real-database";
import { documentOf, type Walk } from "./support/walk";

const INSTANCE = "aws:rds/instance:Instance";
const RECORD = "aws:route53/record:Record";
const bootstrap = {
  databases: { users: { owner: "users_owner" } },
  roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] } },
};
const config = {
  ...clusterConfig,
  "groundwork:guard": { level: "development" },
  "groundwork:dns": { domain: "dev.example.com", aliases: { database: "database" } },
  "groundwork:database": {
    engineVersion: "16",
    instanceClass: "db.t4g.medium",
    allocatedStorage: 20,
    backupRetentionDays: 4,
    bootstrap,
  },
};
const secret = "groundwork-dev-database/users_app";
const urn = "urn:pulumi:dev::groundwork::groundwork:database:Database$aws:rds/instance:Instance::database";

describeWith("a database that is restored, switched to and given up, with its data", postgres, (bin) => {
  let walk: Walk;
  let real: RealDatabases;
  before(async () => {
    walk = walkOf(config);
    real = new RealDatabases(walk, bin());
    await walk.done("rehearse", "dev");
    await real.follow();
    await real.bootstrap(bootstrap);
    real.ask(secret, "CREATE TABLE people (name text); INSERT INTO people VALUES ('ada'), ('grace')");
  });
  after(() => real.remove());

  const file = (): string => readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8");
  const database = (...args: string[]) =>
    walk.groundwork("database", "dev", ...args, "--rehearse", "--yes", "--json");
  const told = async (...args: string[]): Promise<Record<string, unknown>> => {
    const result = await database(...args);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    return documentOf(result);
  };
  const up = async (...more: string[]): Promise<void> => {
    await walk.done("up", "dev", "--rehearse", "--yes", ...more);
    await real.follow();
  };
  const instances = (): readonly string[] =>
    walk
      .cloud()
      .filter(({ type }) => type === INSTANCE)
      .map(({ outputs }) => String(outputs.identifier))
      .sort();
  const idOf = (name: string): string =>
    walk.cloud().find((one) => one.type === INSTANCE && one.name === name)?.id ?? "";
  const cname = (): string => {
    const found = walk.cloud().find(({ type, outputs }) => type === RECORD && outputs.type === "CNAME");
    return String((found?.outputs.records as readonly string[] | undefined)?.[0]).split(".")[0] ?? "";
  };
  const people = (): string => real.ask(secret, "SELECT string_agg(name, ' ' ORDER BY name) FROM people");
  const switched = async (name: string): Promise<void> => {
    expect(await told("switch", name)).to.include({ result: "written", to: name });
    await up();
    await real.bootstrap(bootstrap);
  };

  it("is written into the file as it was at a moment, and the same call writes nothing twice", async () => {
    // As if it had stood for a day: backups reach back no further than an instance has stood.
    walk.age(INSTANCE, 86_400);
    // Whole seconds are all that RDS takes.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const moment = RealDatabases.momentOf(new Date());
    await new Promise((resolve) => setTimeout(resolve, 1100));
    real.ask(secret, "DELETE FROM people; INSERT INTO people VALUES ('mallory')");

    const before = file();
    expect(await told("restore", "--moment", moment, "--as", "night")).to.deep.include({
      result: "written",
      name: "night",
      source: { moment, of: idOf("database") },
      serves: false,
      apply: "./groundwork up dev --rehearse",
      then: "./groundwork database dev switch night --rehearse",
    });
    const after = file();
    expect(after.startsWith(before.trimEnd().slice(0, 200))).to.equal(true);
    expect(await told("restore", "--moment", moment)).to.include({ result: "in the file", name: "night" });
    expect(file()).to.equal(after);
    expect(instances()).to.deep.equal(["groundwork-dev-database"]);
  });

  it("is made beside the first one, once, wherever the run breaks off", async () => {
    const match = { type: INSTANCE, name: "database-night", method: "create" };
    for (const fault of ["error", "timeout", "timeout-after-done"]) {
      const faults = walk.faults({ match, fault, message: "InternalFailure" });
      const broken = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--faults", faults);
      expect(broken.exitCode, fault).to.equal(1);
    }
    await up();
    expect(instances()).to.deep.equal(["groundwork-dev-database", "groundwork-dev-database-night"]);
    expect(people()).to.equal("mallory");
    const rows = "SELECT string_agg(name, ' ' ORDER BY name) FROM people";
    expect(real.at("groundwork-dev-database-night").query(rows, { database: "users" })).to.equal("ada grace");
  });

  it("serves with the roles' passwords of today, by the secrets and the name in the zone, and lets the first serve again", async () => {
    await switched("night");
    expect([people(), cname()]).to.deep.equal(["ada grace", "groundwork-dev-database-night"]);
    await switched("first");
    expect([people(), cname()]).to.deep.equal(["mallory", "groundwork-dev-database"]);
    await switched("night");
    expect([people(), cname()]).to.deep.equal(["ada grace", "groundwork-dev-database-night"]);
  });

  it("takes the place of the first by an approval alone, which leaves its last snapshot, and is followed by another", async () => {
    walk.edit("dev", (settings) => settings.set("database", ["first"], "givenUp"));
    const refused = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    expect([refused.exitCode, refused.stderr + refused.stdout]).to.satisfy(
      ([code, text]: [number, string]) => code === 3 && text.includes("deletes-data"),
    );
    expect(instances()).to.have.length(2);
    walk.edit("dev", (settings) => settings.set("database", ["first"], "kept"));
    const approval = [
      "--operation",
      "delete",
      "--for",
      "1h",
      "--reason",
      "moved to the restored one",
      "--yes",
    ];
    await walk.done("guard", "dev", "approve", urn, "--id", idOf("database"), ...approval, "--rehearse");
    await up();
    walk.edit("dev", (settings) => settings.set("database", ["first"], "givenUp"));
    await up();
    expect(instances()).to.deep.equal(["groundwork-dev-database-night"]);
    expect(people()).to.equal("ada grace");

    expect(
      await told("restore", "--snapshot", "groundwork-dev-users-final", "--as", "again"),
    ).to.deep.include({
      result: "written",
      source: { snapshot: "groundwork-dev-users-final" },
    });
    await up();
    await switched("again");
    expect([people(), cname()]).to.deep.equal(["mallory", "groundwork-dev-database-again"]);
    await switched("night");
    expect([people(), cname()]).to.deep.equal(["ada grace", "groundwork-dev-database-night"]);
    const settled = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(settled.exitCode, settled.stdout + settled.stderr).to.equal(0);
  });
});

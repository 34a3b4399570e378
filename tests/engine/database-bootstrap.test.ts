import { expect } from "chai";
import { clusterConfig, walkOf } from "./support/cluster-stack";
import { documentOf } from "./support/walk";

const JOB = "kubernetes:batch/v1:Job";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";

/** Network, cluster and database, and what is in it. */
const config = {
  ...clusterConfig,
  "groundwork:database": {
    engineVersion: "16",
    instanceClass: "db.t4g.medium",
    allocatedStorage: 20,
    backupRetentionDays: 4,
    bootstrap: {
      databases: { users: { owner: "users_owner", extensions: ["citext"] } },
      roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] } },
    },
  },
};

describe("a database's bootstrap, through the engine", () => {
  const walk = walkOf(config);
  before(async () => {
    await walk.done("rehearse", "dev");
  });

  const namesOf = (type: string): readonly string[] =>
    walk
      .cloud()
      .filter((resource) => resource.type === type)
      .map(({ outputs }) => (outputs.metadata as { name: string }).name)
      .filter((name) => name.startsWith("database-bootstrap-"));

  it("stands up in one run, the Job after what it needs, and finds nothing to change after", async () => {
    const created = walk.changes().map(({ type }) => type);
    for (const needed of [
      "aws:rds/instance:Instance",
      "aws:secretsmanager/secretVersion:SecretVersion",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "aws:eks/nodeGroup:NodeGroup",
    ]) {
      expect(created.lastIndexOf(JOB), needed).to.be.greaterThan(created.lastIndexOf(needed));
    }
    expect(namesOf(JOB)).to.have.length(1);
    const again = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(again.exitCode, again.stdout + again.stderr).to.equal(0);
  });

  it("leaves no password in what the rehearsal writes down of the run", () => {
    const passwords = walk
      .cloud()
      .filter(({ type }) => type === "aws:secretsmanager/secretVersion:SecretVersion")
      .map(
        ({ outputs }) =>
          /"username":"users_app","password":"([^"]+)"/.exec(String(outputs.secretString))?.[1],
      )
      .filter((password) => password !== undefined);
    expect(passwords).to.have.length(1);
    for (const { file, text } of walk.notes()) {
      expect(text.includes(passwords[0] ?? ""), file).to.equal(false);
    }
  });

  it("is shown and offered once more, its passwords are told, and a shell's way leads through the cluster", async () => {
    const told = async (...args: string[]): Promise<Readonly<Record<string, unknown>>> =>
      documentOf(await walk.done("database", "dev", ...args, "--rehearse", "--json"));
    const shown = await told("bootstrap", "--yes");
    expect(shown).to.deep.include({ settingsMovedOn: false, result: "rehearsed" });
    expect(shown["databases"]).to.deep.equal([
      {
        name: "users",
        owner: "users_owner",
        encoding: "UTF8",
        locale: null,
        extensions: ["citext"],
        schemas: [],
      },
    ]);
    const [again] = shown["objects"] as readonly { readonly spec: object }[];
    const [job] = walk.cloud().filter(({ type }) => type === JOB);
    const text = JSON.stringify(again?.spec);
    expect(text)
      .to.contain('"ttlSecondsAfterFinished":3600')
      .and.to.contain(`job-name=${String(shown["job"])} `);
    // It reads the files that stand, as the Job of the last run did.
    expect(text).to.contain(
      `"configMap":{"defaultMode":292,"name":"${(job?.outputs.metadata as { name: string }).name}"}`,
    );
    const secret = walk
      .cloud()
      .filter(({ type }) => type === "aws:secretsmanager/secretVersion:SecretVersion")
      .map(({ outputs }) => JSON.parse(String(outputs.secretString)) as Readonly<Record<string, string>>)
      .find(({ username }) => username === "users_app");
    const { endpoint } = await told("endpoint");
    expect(await told("password", "users_app", "--show")).to.deep.include({
      password: secret?.["password"],
      endpoint,
    });
    expect((await told("password", "users_app", "--show", "--url"))["url"]).to.equal(secret?.["url"]);
    const refused = await walk.groundwork(
      "database",
      "dev",
      "password",
      "users_owner",
      "--show",
      "--rehearse",
    );
    expect(refused.exitCode).to.equal(2);
    expect(refused.stderr).to.contain(
      "is not for logging in (login: false), and has no password. Those that log in: groundwork or users_app.",
    );
    const { objects, way } = await told("shell", "users_app");
    expect(way).to.equal("through a pod in the cluster");
    expect(JSON.stringify(objects))
      .to.contain('"value":"users_app"')
      .and.not.to.contain(secret?.["password"] ?? "");
  });

  it("runs another Job, and changes nothing else, when an extension is added", async () => {
    const [before] = namesOf(JOB);
    const from = walk.changes().length;
    walk.edit("dev", (settings) => {
      settings.set("database", ["bootstrap", "databases", "users", "extensions"], ["citext", "pg_trgm"]);
    });
    const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--json");
    expect(result.exitCode, result.stderr).to.equal(0);
    expect(documentOf(result).policyViolations).to.deep.equal([]);
    const changes = walk
      .changes()
      .slice(from)
      .map(({ method, type }) => `${method} ${type}`);
    expect(changes).to.deep.equal([
      `create ${CONFIG_MAP}`,
      `create ${JOB}`,
      `delete ${JOB}`,
      `delete ${CONFIG_MAP}`,
    ]);
    const [after, ...others] = namesOf(JOB);
    expect(others).to.deep.equal([]);
    expect(after).not.to.equal(before);
  });

  it("goes with the stack, the Job before the cluster and the database", async () => {
    const from = walk.changes().length;
    const result = await walk.groundwork("destroy", "dev", "--rehearse", "--yes");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    const deleted = walk
      .changes()
      .slice(from)
      .map(({ type }) => type);
    for (const later of [
      "aws:eks/nodeGroup:NodeGroup",
      "aws:eks/cluster:Cluster",
      "aws:rds/instance:Instance",
    ]) {
      expect(deleted.indexOf(JOB), later).to.be.lessThan(deleted.indexOf(later));
    }
  });
});

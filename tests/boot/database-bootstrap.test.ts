import { expect } from "chai";
import { readdirSync, statSync } from "node:fs";
import * as path from "node:path";
import { describeWith } from "../support/real-parts";
import { postgres, PostgresServer } from "../support/postgres-server";
import { master, masterPassword, passwordOf, Pod } from "./support/bootstrap-run";
import { asRdsMakesIt, catalogueOf, wipe } from "./support/catalogue";

const wanted = {
  databases: {
    users: { owner: "users_owner", extensions: ["citext", "pg_trgm"], schemas: ["audit"] },
    billing: { owner: "billing_owner", locale: "C" },
  },
  roles: {
    users_owner: { login: false },
    users_app: { memberOf: ["users_owner"], connectionLimit: 20 },
    users_reader: { memberOf: ["pg_monitor"] },
    billing_owner: {},
  },
  grants: [
    { role: "users_reader", database: "users", on: "tables", privileges: ["SELECT"] },
    {
      role: "users_reader",
      database: "users",
      schema: "audit",
      on: "sequences",
      privileges: ["SELECT", "USAGE"],
    },
    { role: "users_reader", database: "billing", on: "database", privileges: ["CONNECT"] },
  ],
};

const as = (user: string, database = "users"): { user: string; password: string; database: string } => ({
  user,
  password: passwordOf(user),
  database,
});

describeWith("the database bootstrap, against a real PostgreSQL", postgres, (bin) => {
  let server: PostgresServer;
  let pod: Pod;
  before(async () => {
    server = await PostgresServer.create(bin());
    await server.start();
  });
  after(async () => {
    await server.stop();
    server.remove();
  });
  beforeEach(() => {
    wipe(server);
    asRdsMakesIt(server, master);
    pod = new Pod(server);
  });
  afterEach(() => {
    pod.remove();
  });

  const done = async (settings: unknown): Promise<string> => {
    const { code, output } = await pod.run({ settings });
    expect(code, output).to.equal(0);
    return output;
  };
  const refused = async (settings: unknown): Promise<string> => {
    const { code, output } = await pod.run({ settings });
    expect(code, output).to.equal(1);
    return output;
  };
  const attempt = (sql: string, whose: ReturnType<typeof as>): string => {
    try {
      return server.query(sql, whose);
    } catch (error) {
      return String((error as { stderr?: unknown }).stderr);
    }
  };

  it("makes databases, roles, extensions, schemas and grants, as a master user that is no superuser", async () => {
    await done(wanted);
    expect(
      server.query("SELECT extname FROM pg_extension ORDER BY 1", { database: "users" }).split("\n"),
    ).to.deep.equal(["citext", "pg_trgm", "plpgsql"]);
    expect(
      server.query(
        "SELECT datname, pg_get_userbyid(datdba), datcollate FROM pg_database WHERE datname IN ('users', 'billing') ORDER BY 1",
      ),
    ).to.equal("billing|billing_owner|C\nusers|users_owner|C.UTF-8");
    expect(
      server.query(
        "SELECT rolname, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname ~ '_' AND rolname !~ '^pg_' ORDER BY 1",
      ),
    ).to.equal("billing_owner|t|-1\nusers_app|t|20\nusers_owner|f|-1\nusers_reader|t|-1");
    // The application makes tables, in both schemas; the reader reads what was made after the grant.
    server.query(
      "CREATE TABLE people (name citext); INSERT INTO people VALUES ('Ada'); CREATE SEQUENCE audit.line",
      as("users_app"),
    );
    expect(server.query("SELECT * FROM people", as("users_reader"))).to.equal("Ada");
    expect(attempt("INSERT INTO people VALUES ('Eve')", as("users_reader"))).to.contain(
      "permission denied for table people",
    );
    expect(attempt("CREATE TABLE mine ()", as("users_reader"))).to.contain(
      "permission denied for schema public",
    );
    expect(server.query("SELECT last_value FROM audit.line", as("users_reader"))).to.equal("1");
    // Nobody is let into a database that nothing was granted in.
    expect(server.query("SELECT 1", as("users_reader", "billing"))).to.equal("1");
    expect(attempt("SELECT 1", as("users_app", "billing"))).to.contain(
      'permission denied for database "billing"',
    );
  });

  it("quotes a database's name with capitals wherever it names it, and takes one that is there as it is", async () => {
    server.query(`CREATE DATABASE "UserData" OWNER ${master.username}`);
    const owned = { owner: "users_owner", extensions: ["citext"], schemas: ["audit"] };
    const settings = {
      databases: { UserData: owned, _Other__Data_: { owner: "users_owner" } },
      roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] }, users_reader: {} },
      grants: [{ role: "users_reader", database: "UserData", on: "tables", privileges: ["SELECT"] }],
    };
    await done(settings);
    expect(
      server.query(
        "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname ILIKE '%data%' ORDER BY 1",
      ),
    ).to.equal("UserData|users_owner\n_Other__Data_|users_owner");
    server.query("CREATE TABLE people (name citext)", as("users_app", "UserData"));
    expect(server.query("SELECT count(*) FROM people", as("users_reader", "UserData"))).to.equal("0");
    expect(await done(settings)).to.equal(
      "bootstrap: roles\nbootstrap: databases\nbootstrap: database UserData\nbootstrap: database _Other__Data_\nbootstrap: done.\n",
    );
  });

  it("lets a role log in by tokens of IAM, and no longer when the settings do not say it any more", async () => {
    server.query(`CREATE ROLE rds_iam NOLOGIN; GRANT rds_iam TO ${master.username} WITH ADMIN OPTION`);
    const member = "SELECT pg_has_role('users_app', 'rds_iam', 'MEMBER')";
    const roles = (memberOf: readonly string[]): unknown => ({
      ...wanted,
      roles: { ...wanted.roles, users_app: { memberOf: ["users_owner", ...memberOf] } },
    });
    await done(roles(["rds_iam"]));
    expect(server.query(member)).to.equal("t");
    expect(await done(roles([]))).to.contain("role users_app: no longer a member of rds_iam");
    expect(server.query(member)).to.equal("f");
  });

  it("changes nothing when it runs again", async () => {
    const first = await done(wanted);
    expect(first).to.contain("role users_app: made").and.to.contain("extension citext: made");
    const before = catalogueOf(server);
    const again = await done(wanted);
    expect(catalogueOf(server)).to.equal(before);
    expect(again).to.equal(
      "bootstrap: roles\nbootstrap: databases\nbootstrap: database billing\nbootstrap: database users\nbootstrap: done.\n",
    );
  });

  it("leaves passwords nowhere but in the files that it read them from", async () => {
    const runs = [
      await pod.fetch({ settings: wanted, watched: true }),
      await pod.bootstrap({ settings: wanted, watched: true }),
    ];
    const seen = runs.map(({ output, processes }) => output + processes).join("") + server.log();
    expect(runs.map(({ code }) => code)).to.deep.equal([0, 0]);
    expect(seen, "what was searched holds statements and arguments")
      .to.contain("COPY")
      .and.to.contain("--single-transaction");
    for (const secret of [
      masterPassword,
      ...Object.keys(wanted.roles).map(passwordOf),
      "SCRAM-SHA-256$4096:",
    ]) {
      expect(seen.includes(secret), secret).to.equal(false);
    }
    const files = readdirSync(pod.memory).map((file) => [
      file,
      (statSync(path.join(pod.memory, file)).mode & 0o777).toString(8),
    ]);
    expect(files).to.deep.equal([
      ["master.json", "400"],
      ["verifiers.json", "400"],
    ]);
  });

  it("keeps a verifier out of the server's log when the server refuses it", async () => {
    await pod.fetch({ settings: wanted });
    server.query(
      "SET log_statement = none; ALTER ROLE groundwork NOCREATEROLE; CREATE ROLE users_app; CREATE ROLE users_owner; CREATE ROLE users_reader; CREATE ROLE billing_owner LOGIN",
    );
    const { code, output } = await pod.bootstrap({ settings: wanted });
    expect(code).to.equal(1);
    expect(output).to.contain("role billing_owner: its password could not be set: ");
    expect((output + server.log()).includes("SCRAM-SHA-256$4096:")).to.equal(false);
  });

  it("takes over what somebody made by hand", async () => {
    server.query(
      "CREATE ROLE users_owner; CREATE ROLE users_app LOGIN CREATEDB NOINHERIT PASSWORD 'by hand'",
    );
    server.query("GRANT users_owner, users_app TO groundwork WITH ADMIN OPTION");
    server.query("CREATE DATABASE billing LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0 OWNER groundwork");
    server.query("CREATE TABLE old (a int); INSERT INTO old VALUES (7); CREATE EXTENSION citext", {
      database: "users",
      user: master.username,
      password: master.password,
    });
    await done(wanted);
    expect(server.query("SELECT rolcreatedb, rolinherit FROM pg_roles WHERE rolname = 'users_app'")).to.equal(
      "f|t",
    );
    expect(
      server.query("SELECT a FROM old", as("users_reader")),
      "the grant reaches what the master user made",
    ).to.equal("7");
    const again = catalogueOf(server);
    expect(await done(wanted)).to.contain("tables here belong to groundwork");
    expect(catalogueOf(server)).to.equal(again);
  });

  it("gives a database and its schemas to another owner", async () => {
    await done(wanted);
    const changed = {
      ...wanted,
      databases: { ...wanted.databases, users: { ...wanted.databases.users, owner: "billing_owner" } },
    };
    const output = await done(changed);
    expect(output)
      .to.contain("database users: from users_owner to billing_owner")
      .and.to.contain("schema audit: now owned by billing_owner");
    expect(server.query("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'users'")).to.equal(
      "billing_owner",
    );
    server.query("CREATE TABLE mine (a int)", as("billing_owner"));
    expect(server.query("SELECT * FROM mine", as("users_reader"))).to.equal("");
  });

  it("adds and takes away grants and memberships, and leaves others' grants alone", async () => {
    await done(wanted);
    server.query(
      "CREATE TABLE people (a int); CREATE TABLE by_hand (a int); GRANT INSERT ON by_hand TO users_reader",
      as("users_app"),
    );
    const output = await done({
      ...wanted,
      roles: { ...wanted.roles, users_app: { connectionLimit: 5 }, users_reader: {} },
      grants: [
        { role: "users_reader", database: "users", on: "schema", privileges: ["USAGE"] },
        { role: "users_app", database: "users", on: "tables", privileges: ["SELECT", "DELETE"] },
        { role: "users_reader", database: "billing", on: "database", privileges: ["CONNECT"] },
      ],
    });
    expect(output)
      .to.contain("role users_reader: SELECT on tables of schema public no longer")
      .and.to.contain("role users_reader: no longer a member of pg_monitor")
      .and.to.contain("role users_app: no longer a member of users_owner");
    expect(attempt("SELECT * FROM people", as("users_reader"))).to.contain("permission denied");
    expect(server.query("INSERT INTO by_hand VALUES (1)", as("users_reader"))).to.equal("");
    expect(attempt("CREATE TABLE mine ()", as("users_app"))).to.contain(
      "permission denied for schema public",
    );
    const before = catalogueOf(server);
    await done({
      ...wanted,
      roles: { ...wanted.roles, users_app: { connectionLimit: 5 }, users_reader: {} },
      grants: [
        { role: "users_reader", database: "users", on: "schema", privileges: ["USAGE"] },
        { role: "users_app", database: "users", on: "tables", privileges: ["SELECT", "DELETE"] },
        { role: "users_reader", database: "billing", on: "database", privileges: ["CONNECT"] },
      ],
    });
    expect(catalogueOf(server)).to.equal(before);
  });

  it("drops no database, role or extension that is taken out of the settings", async () => {
    await done(wanted);
    server.query("CREATE TABLE people (name citext)", as("users_app"));
    await done({
      databases: { users: { owner: "users_owner" } },
      roles: { users_owner: { login: false }, users_reader: {} },
      grants: [{ role: "users_reader", database: "users", on: "tables", privileges: ["SELECT"] }],
    });
    expect(server.query("SELECT count(*) FROM pg_database WHERE datname = 'billing'")).to.equal("1");
    expect(
      server.query("SELECT count(*) FROM pg_roles WHERE rolname IN ('users_app', 'billing_owner')"),
    ).to.equal("2");
    expect(server.query("SELECT count(*) FROM people", as("users_app"))).to.equal("0");
  });

  it("sets a new password", async () => {
    await done(wanted);
    server.query("SET log_statement = none; ALTER ROLE users_app PASSWORD 'of somebody else'");
    expect(attempt("SELECT 1", as("users_app"))).to.contain("password authentication failed");
    await done(wanted);
    expect(server.query("SELECT 1", as("users_app"))).to.equal("1");
  });

  it("refuses a database of another encoding or locale, before anything is done to it", async () => {
    server.query("CREATE DATABASE billing TEMPLATE template0");
    const output = await refused(wanted);
    expect(output).to.contain(
      "database billing: it is there already with encoding UTF8 and locale C.UTF-8. Both are fixed at creation",
    );
    expect(server.query("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'users'")).to.equal(
      "groundwork",
    );
  });

  it("refuses a role that is more than a role of an application, and one of the server's own", async () => {
    server.query("CREATE ROLE users_app SUPERUSER");
    expect(await refused(wanted)).to.contain(
      "role users_app: it is there already with SUPERUSER, REPLICATION or BYPASSRLS",
    );
    expect(
      server.query("SELECT count(*) FROM pg_roles WHERE rolname = 'users_owner'"),
      "all or nothing",
    ).to.equal("0");
    const { output } = await pod.run({
      document: {
        databases: [],
        grants: [],
        roles: [{ name: "groundwork", login: true, connectionLimit: -1, memberOf: [] }],
      },
    });
    expect(output).to.contain("role groundwork: it is the server's or this session's own");
  });

  it("runs nothing that an owner hides in the schema of its own record", async () => {
    await done({ ...wanted, grants: [], roles: { ...wanted.roles, users_reader: { login: false } } });
    server.query("DROP SCHEMA groundwork_bootstrap CASCADE", { database: "users" });
    server.query(
      "CREATE SCHEMA groundwork_bootstrap; CREATE TABLE groundwork_bootstrap.granted (role name, kind text, schema name, privilege text)",
      as("users_app"),
    );
    expect(await refused(wanted)).to.contain(
      "schema groundwork_bootstrap: it is another role's, and should be groundwork's",
    );
  });

  it("takes names for names, whatever is in them", async () => {
    const odd = `o'dd "na;me" -- \\ ü $$`;
    const role = { login: true, connectionLimit: -1, memberOf: [] };
    const document = {
      databases: [
        { name: `db ${odd}`, owner: odd, encoding: "UTF8", locale: null, extensions: [], schemas: [odd] },
      ],
      roles: [
        { name: odd, ...role },
        { name: `reader ${odd}`, ...role, memberOf: ["pg_monitor"] },
      ],
      grants: [
        { role: `reader ${odd}`, database: `db ${odd}`, schema: odd, on: "tables", privileges: ["SELECT"] },
      ],
    };
    for (const run of [1, 2]) {
      const { code, output } = await pod.run({ document });
      expect(code, `run ${run}: ${output}`).to.equal(0);
    }
    expect(server.query("SELECT datname FROM pg_database WHERE datname LIKE 'db %'")).to.equal(`db ${odd}`);
    expect(server.query("SELECT count(*) FROM pg_roles WHERE rolname LIKE '%dd%'")).to.equal("2");
    expect(
      server.query("SELECT current_user", { database: `db ${odd}`, user: odd, password: passwordOf(odd) }),
    ).to.equal(odd);
  });

  it("waits for a server that comes late, and says what for", async () => {
    await pod.fetch({ settings: wanted });
    await server.stop();
    const running = pod.bootstrap({ settings: wanted });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await server.start();
    const { code, output } = await running;
    expect(code, output).to.equal(0);
    expect(output).to.match(/waiting for localhost:\d+ to take connections; the next look is in 1 s\./);
  });

  it("gives up on a server that does not come, and says where to look", async () => {
    await pod.fetch({ settings: wanted });
    const { code, output } = await pod.bootstrap({
      settings: wanted,
      env: { PGPORT: "1", WAIT_SECONDS: "2" },
    });
    expect(code).to.equal(1);
    expect(output)
      .to.contain("localhost:1 takes no connections after 2 s.")
      .and.to.contain("All of this log: kubectl logs of-this-job");
  });

  it("says that a password is refused, without the password", async () => {
    const { code, output } = await pod.run({
      settings: wanted,
      master: { ...master, password: "a-wrong-one" },
    });
    expect(code).to.equal(1);
    expect(output)
      .to.contain('password authentication failed for user "groundwork"')
      .and.to.contain("no session as groundwork at localhost:");
    expect(output).not.to.contain("a-wrong-one");
  });

  it("connects to nobody who cannot prove to be the server", async () => {
    await pod.fetch({ settings: wanted });
    const { code, output } = await pod.bootstrap({ settings: wanted, env: { PGHOST: "127.0.0.1" } });
    expect(code).to.equal(1);
    expect(output).to.contain('server certificate for "localhost"');
  });

  it("reads secrets again when it may not read them yet, and says so when it never may", async () => {
    pod.standInForAws(1);
    const { code, output } = await pod.fetch({ settings: wanted });
    expect(code, output).to.equal(0);
    expect(output)
      .to.contain("AccessDeniedException")
      .and.to.contain("could not be read yet; the next attempt is in 1 s.");
    pod.standInForAws(1000);
    const never = await pod.fetch({ settings: wanted, env: { FETCH_SECONDS: "0" } });
    expect(never.code).to.equal(1);
    expect(never.output).to.contain("secretsmanager:GetSecretValue on it and kms:Decrypt on its key");
  });

  it("lets one bootstrap at a time do anything", async () => {
    await pod.fetch({ settings: wanted });
    const pods = [pod, new Pod(server), new Pod(server)];
    try {
      const ends = await Promise.all(pods.map((one) => one.run({ settings: wanted })));
      for (const { code, output } of ends) {
        expect(code, output).to.equal(0);
      }
      const makers = ends.filter(({ output }) => output.includes("role users_app: made"));
      expect(makers).to.have.length(1);
    } finally {
      pods.slice(1).forEach((one) => one.remove());
    }
  });
});

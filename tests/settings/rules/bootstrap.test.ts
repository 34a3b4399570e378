import { expect } from "chai";
import { changed, problemsOf, settingsOf, type Config } from "../support";

const cluster = {
  version: "1.34",
  accessEntries: {
    platform: { principalArn: "arn:aws:iam::123456789012:role/platform", policy: "clusterAdmin" },
  },
  nodeGroups: { main: { instanceTypes: ["m7g.large"], minSize: 2, maxSize: 4, desiredSize: 2 } },
};

const right = {
  databases: { users: { owner: "users_owner", extensions: ["citext"], schemas: ["audit"] } },
  roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] }, reader: {} },
  grants: [{ role: "reader", database: "users", schema: "audit", on: "tables", privileges: ["SELECT"] }],
};

const configOf = (bootstrap: Config, more: Readonly<Record<string, Config | undefined>> = {}): Config =>
  changed({
    "groundwork:cluster": cluster,
    ...more,
    "groundwork:database": { bootstrap, ...more["groundwork:database"] },
  });
const problems = (
  bootstrap: Config,
  more?: Readonly<Record<string, Config | undefined>>,
): readonly string[] =>
  problemsOf(configOf(bootstrap, more)).map(
    ({ path, message, allowed }) =>
      `${path.replace("groundwork:database.bootstrap", "")}: ${message}; ${String(allowed)}`,
  );

describe("settings rules: bootstrap", () => {
  it("takes what is right, and fills in what is not said", () => {
    const { bootstrap } = settingsOf(configOf(right)).sections.database ?? {};
    expect(bootstrap?.roles["users_app"]).to.deep.equal({
      login: true,
      memberOf: ["users_owner"],
      connectionLimit: -1,
      passwordRevision: 1,
    });
    expect(bootstrap?.databases["users"]?.encoding).to.equal("UTF8");
    expect(bootstrap?.images.psql).to.match(/^docker\.io\/library\/postgres:17\.\d+@sha256:[0-9a-f]{64}$/);
  });

  it("wants a cluster to run in", () => {
    expect(problems(right, { "groundwork:cluster": undefined })).to.deep.equal([
      ": there is no cluster to run it in; a section groundwork:cluster, or no bootstrap",
    ]);
  });

  it("leaves the master user and the servers' own database alone", () => {
    expect(
      problems({ ...right, roles: { ...right.roles, groundwork: { memberOf: ["users_owner"] } } }),
    ).to.deep.equal([
      '.roles.groundwork: "groundwork" is the master user; a name other than masterUsername: RDS makes that role and rotates its password',
    ]);
    expect(
      problems({ ...right, databases: { ...right.databases, postgres: { owner: "users_owner" } } }),
    ).to.deep.equal([
      '.databases.postgres: "postgres" is the server\'s own database for administration; another name',
    ]);
  });

  it("wants log-ins by IAM to be on for a role that has no other", () => {
    const roles = { ...right.roles, users_app: { memberOf: ["users_owner", "rds_iam"] } };
    expect(problems({ ...right, roles })).to.deep.equal([
      '.roles.users_app.memberOf[1]: "rds_iam", and iamAuthentication is false: the role could not log in at all; iamAuthentication: true in groundwork:database, or another role',
    ]);
    expect(
      problems({ ...right, roles }, { "groundwork:database": { iamAuthentication: true } }),
    ).to.deep.equal([]);
  });

  it("refuses databases whose names differ by capitals only, and a role that does so from the master user", () => {
    const databases = {
      ...right.databases,
      Users: { owner: "users_owner" },
      Postgres: { owner: "users_owner" },
    };
    expect(problems({ ...right, databases })).to.deep.equal([
      '.databases.Postgres: "Postgres" differs from the database "postgres" by capitals only; "postgres", or a name that differs by more: PostgreSQL would keep two databases',
      '.databases.Users: "Users" differs from the database "users" by capitals only; "users", or a name that differs by more: PostgreSQL would keep two databases',
    ]);
    const master = { "groundwork:database": { masterUsername: "Users_Owner" } };
    expect(problems(right, master)).to.deep.equal([
      '.roles.users_owner: "Users_Owner" is the master user; a name other than masterUsername: RDS makes that role and rotates its password',
    ]);
  });

  for (const name of [
    "pg_mine",
    "rds_superuser",
    "rdsadmin",
    "Users",
    "user",
    "a-b",
    'a"; DROP ROLE x; --',
    "ü",
    "x".repeat(64),
    "",
  ]) {
    it(`refuses the role ${JSON.stringify(name)}`, () => {
      const found = problems({ ...right, roles: { ...right.roles, [name]: { memberOf: ["users_owner"] } } });
      expect(found).to.have.length(1);
      expect(found[0]).to.contain("up to 63 lower-case letters, digits and single underscores");
    });
  }

  for (const name of ["template1", "rdsadmin", "my db", "users'; --"]) {
    it(`refuses the database ${JSON.stringify(name)}`, () => {
      expect(
        problems({ ...right, databases: { ...right.databases, [name]: { owner: "users_owner" } } }),
      ).to.have.length(1);
    });
  }

  it("finds every name that leads nowhere", () => {
    expect(
      problems({
        databases: { users: { owner: "nobody" } },
        roles: { users_app: { memberOf: ["missing"], database: "none_such" } },
        grants: [
          { role: "users_app", database: "users", schema: "nowhere", on: "tables", privileges: ["SELECT"] },
          { role: "absent", database: "away", on: "database", privileges: ["CONNECT"] },
        ],
      }).map((text) => text.replace(/;.*/, "")),
    ).to.deep.equal([
      '.databases.users.owner: there is no role "nobody"',
      '.grants[0].schema: database users has no schema "nowhere"',
      '.grants[1].database: there is no database "away"',
      '.grants[1].role: there is no role "absent"',
      '.roles.users_app.database: there is no database "none_such"',
      '.roles.users_app.memberOf[0]: there is no role "missing"',
    ]);
  });

  it("refuses memberships in a circle", () => {
    const roles = {
      ...right.roles,
      a: { login: false, memberOf: ["b"] },
      b: { login: false, memberOf: ["a"] },
    };
    expect(problems({ ...right, roles })).to.deep.equal([
      '.roles.a.memberOf: "a" would be a member of itself, directly or through others; memberships without a circle',
      '.roles.b.memberOf: "b" would be a member of itself, directly or through others; memberships without a circle',
    ]);
  });

  it("refuses privileges that there are not, twice, and for the owner", () => {
    const grant = { role: "reader", database: "users" };
    expect(
      problems({
        ...right,
        grants: [
          { ...grant, on: "sequences", privileges: ["INSERT"] },
          { ...grant, on: "tables", privileges: ["SELECT", "SELECT"] },
          { ...grant, role: "users_owner", on: "tables", privileges: ["SELECT"] },
        ],
      }),
    ).to.deep.equal([
      ".grants[0].privileges[0]: there is no INSERT on sequences; one of SELECT, USAGE, UPDATE",
      ".grants[1].privileges[1]: SELECT is listed twice; each privilege once",
      '.grants[2].role: "users_owner" owns database users; a role other than the owner, who may do everything already',
    ]);
  });

  it("refuses a role that may log in but to no database", () => {
    expect(problems({ ...right, roles: { ...right.roles, lonely: {} } })).to.deep.equal([
      ".roles.lonely: may log in, but to no database; login: false, a grant, or a membership in a role that owns or is granted something",
    ]);
  });

  it("refuses an extension that RDS has not, and names the one that was meant", () => {
    const databases = { users: { owner: "users_owner", extensions: ["pg_tgrm", "cite text"] } };
    const found = problems({ ...right, databases, grants: [], roles: { users_owner: {} } });
    expect(found).to.have.length(2);
    expect(found[0]).to.contain(
      '.extensions[0]: "pg_tgrm" is not an extension that RDS for PostgreSQL is known to offer; did you mean pg_trgm?',
    );
  });

  it("wants the library of an extension that works only with it", () => {
    const bootstrap = {
      databases: { users: { owner: "users_owner", extensions: ["pgaudit"] } },
      roles: { users_owner: {} },
    };
    expect(problems(bootstrap)).to.deep.equal([
      '.databases.users.extensions[0]: "pgaudit" works only when the server has loaded pgaudit at its start; with parameters.shared_preload_libraries naming pgaudit (the server restarts for it)',
    ]);
    const parameters = { shared_preload_libraries: "pg_stat_statements, pgaudit" };
    expect(problems(bootstrap, { "groundwork:database": { parameters } })).to.deep.equal([]);
  });

  it("wants locale C with encodings that others are not made for", () => {
    const databases = { users: { owner: "users_owner", encoding: "LATIN1" } };
    expect(problems({ databases, roles: { users_owner: {} } })).to.deep.equal([
      ".databases.users.locale: the server's own with encoding LATIN1; C with every encoding but UTF8: other locales are made for UTF8",
    ]);
  });

  it("knows which roles a server's version has", () => {
    const roles = { ...right.roles, reader: { memberOf: ["pg_read_all_data"] } };
    expect(problems({ ...right, roles })).to.deep.equal([]);
    expect(problems({ ...right, roles }, { "groundwork:database": { engineVersion: "13" } })).to.deep.equal([
      ".roles.reader.memberOf[0]: PostgreSQL 13 has no role pg_read_all_data; engineVersion 14 or later with pg_read_all_data",
    ]);
  });

  it("refuses images by tag", () => {
    const found = problems({ ...right, images: { psql: "postgres:17" } });
    expect(found).to.have.length(1);
    expect(found[0]).to.contain(".images.psql");
  });

  it("refuses a region whose certificate authorities it does not know", () => {
    const config: Config = { ...configOf(right), "aws:region": "mx-central-1" };
    const network = {
      ...(config["groundwork:network"] as Config),
      availabilityZones: ["mx-central-1a", "mx-central-1b"],
    };
    expect(
      problemsOf({ ...config, "groundwork:network": network }).map(({ message }) => message),
    ).to.deep.equal(["the certificate authorities of RDS in mx-central-1 are not known to this program"]);
  });
});

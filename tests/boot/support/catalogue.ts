import type { PostgresServer } from "../../support/postgres-server";

/** What can be told apart of everything that the bootstrap may change, as text: for comparing. */
export function catalogueOf(server: PostgresServer): string {
  const shared = server.query(`
    SELECT 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit,
      -- Those who may make roles made their own password, with a new salt each time.
      CASE WHEN NOT rolcreaterole THEN rolpassword END
      FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY 2;
    SELECT 'member', roleid::regrole, member::regrole, admin_option FROM pg_auth_members
      WHERE roleid::regrole::text !~ '^pg_' OR member::regrole::text !~ '^pg_' ORDER BY 2, 3, 4;
    SELECT 'database', datname, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate,
      ARRAY(SELECT acl::text FROM unnest(datacl) AS acl ORDER BY 1)
      FROM pg_database ORDER BY 2;`);
  const databases = server
    .query("SELECT datname FROM pg_database WHERE datallowconn AND datname NOT LIKE 'template%' ORDER BY 1")
    .split("\n");
  const inside = databases.map((database) =>
    server.query(
      `SELECT current_database(), 'extension', extname FROM pg_extension ORDER BY 3;
      SELECT 'schema', nspname, pg_get_userbyid(nspowner), ARRAY(SELECT acl::text FROM unnest(nspacl) AS acl ORDER BY 1)
        FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 2;
      SELECT 'relation', relname, pg_get_userbyid(relowner), ARRAY(SELECT acl::text FROM unnest(relacl) AS acl ORDER BY 1)
        FROM pg_class WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)' ORDER BY 2;
      SELECT 'default', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype,
        ARRAY(SELECT acl::text FROM unnest(defaclacl) AS acl ORDER BY 1) FROM pg_default_acl ORDER BY 2, 3, 4;`,
      { database },
    ),
  );
  return [shared, ...inside].join("\n\n");
}

/** As RDS leaves a server behind: its superuser, the master user without SUPERUSER, the first database. */
export function asRdsMakesIt(server: PostgresServer, master: { username: string; password: string }): void {
  const literal = `'${master.password.replaceAll("'", "''")}'`;
  server.query(`
    SET log_statement = none;
    SET standard_conforming_strings = on;
    CREATE ROLE ${master.username} LOGIN CREATEDB CREATEROLE PASSWORD ${literal};
    GRANT pg_monitor, pg_signal_backend, pg_read_all_data, pg_write_all_data TO ${master.username} WITH ADMIN OPTION;`);
  server.query(`CREATE DATABASE users OWNER ${master.username}`);
}

/** Back to a server without databases and roles but the superuser's. */
export function wipe(server: PostgresServer): void {
  const databases = server.query(
    "SELECT format('DROP DATABASE %I WITH (FORCE);', datname) FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')",
  );
  for (const statement of databases.split("\n").filter(Boolean)) {
    server.query(statement);
  }
  server.query(
    server.query(
      "SELECT format('DROP OWNED BY %1$I; DROP ROLE %1$I;', rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'rdsadmin'",
    ),
  );
}

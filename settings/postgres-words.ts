/**
 * Key words that PostgreSQL reserves, so that they cannot name a database or a role without quotes.
 * Source: the PostgreSQL 17 manual, appendix C, those marked "reserved" or "reserved (can be function or type)".
 */
const reservedWords: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
  column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
  from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
  localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
  returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
  unique user using variadic verbose when where window with`.split(/\s+/),
);

/** Databases that an RDS instance has by itself. `postgres` too, but RDS takes it as a name and makes no second one. */
const existingDatabases: ReadonlySet<string> = new Set(["rdsadmin", "template0", "template1"]);

/** Roles that an RDS instance has by itself. */
const existingRoles: ReadonlySet<string> = new Set([
  "rdsadmin",
  "rdsrepladmin",
  "rdsproxyadmin",
  "public",
  "none",
]);

/**
 * Why RDS for PostgreSQL would refuse the name, to follow the quoted name in an error; undefined when it would not.
 * `postgres` is allowed for both: RDS itself proposes it.
 */
export function reservedByPostgres(name: string, kind: "database" | "user"): string | undefined {
  if (reservedWords.has(name)) {
    return "is a key word of PostgreSQL";
  }
  // "MasterUsername admin cannot be used as it is a reserved word used by the engine"; the same for DBName.
  if (name === "admin") {
    return "is a word that RDS reserves";
  }
  if (kind === "database") {
    return existingDatabases.has(name) ? "is a database that RDS makes by itself" : undefined;
  }
  if (existingRoles.has(name) || name.startsWith("rds_")) {
    return "is a role that RDS makes by itself";
  }
  return name.startsWith("pg_") ? "begins with pg_, which PostgreSQL keeps for its own roles" : undefined;
}

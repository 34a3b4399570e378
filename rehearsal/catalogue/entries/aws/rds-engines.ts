/** The version that RDS takes by default, by engine; and by engine and major version, its newest minor one. */
export const defaultVersions: Readonly<Record<string, string>> = {
  postgres: "17.6",
  postgres13: "13.22",
  postgres14: "14.19",
  postgres15: "15.14",
  postgres16: "16.10",
  postgres17: "17.6",
  postgres18: "18.1",
  mysql: "8.4.7",
  mariadb: "11.8.3",
  "aurora-postgresql": "16.8",
  "aurora-mysql": "8.0.mysql_aurora.3.08.2",
};

export const defaultPorts: Readonly<Record<string, number>> = {
  postgres: 5432,
  "aurora-postgresql": 5432,
  mysql: 3306,
  mariadb: 3306,
  "aurora-mysql": 3306,
  "sqlserver-ex": 1433,
  "sqlserver-web": 1433,
  "sqlserver-se": 1433,
  "sqlserver-ee": 1433,
  "oracle-se2": 1521,
  "oracle-ee": 1521,
};

/** The part of a version that is a major one: one number for PostgreSQL since 10, two for the others. */
export function majorOf(engine: string, version: string): string {
  const parts = version.split(".");
  const one = engine.endsWith("postgresql") || (engine === "postgres" && Number(parts[0]) >= 10);
  return parts.slice(0, one ? 1 : 2).join(".");
}

/** The parameter group family of a version; undefined for engines that this does not know. */
export function engineFamily(engine: string, version: string): string | undefined {
  return ["postgres", "mysql", "mariadb", "aurora-postgresql"].includes(engine)
    ? `${engine}${majorOf(engine, version)}`
    : undefined;
}

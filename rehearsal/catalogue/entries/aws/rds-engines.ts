/** The version that RDS takes by default, by engine; and by engine and major version, its newest minor one. */
export const defaultVersions: Readonly<Record<string, string>> = {
  postgres: "17.9",
  postgres13: "13.23",
  postgres14: "14.22",
  postgres15: "15.17",
  postgres16: "16.13",
  postgres17: "17.9",
  postgres18: "18.3",
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

/**
 * The newest minor version of each major one that RDS for PostgreSQL makes no more, and has moved every standing instance from.
 * Source: AWS Health's notices of 2026 for the ends of standard support on 31 May and 31 October ("Starting October 1, 2026, you
 * will not be able to create new database instances on …", "RDS will automatically upgrade …"), quoted in
 * CredentialEngine/CredentialRegistry issues 1000 and 1036; of 13, the notice of 31 October 2025 (modernisation-platform 11245).
 */
const lastRetired: Readonly<Record<string, number>> = { "13": 16, "14": 19, "15": 14, "16": 10, "17": 6 };

/** Whether RDS makes no instance of this version any more, and leaves none at it. Of other engines it is not known. */
export function isRetired(engine: string, version: string): boolean {
  const [major = "", minor] = version.split(".");
  if (engine !== "postgres" || !/^\d+$/.test(major)) return false;
  const last = lastRetired[major];
  return Number(major) < 13 || (minor !== undefined && last !== undefined && Number(minor) <= last);
}

/** What a minor version of 16 is ahead of, or behind, the number of the one of another major that was released with it: 16.13, 17.9. */
const releasedWith: Readonly<Record<string, number>> = {
  "13": -12,
  "14": -9,
  "15": -4,
  "16": 0,
  "17": 4,
  "18": 10,
};

/**
 * Whether RDS goes from one major version of PostgreSQL to a minor of another: to none that was released before the one that runs.
 * Source: "Cannot upgrade postgres from 16.13 to 17.6", terraform-aws-modules/terraform-aws-rds 627; PostgreSQL's release notes for
 * which minor versions came out together.
 */
export function reaches(from: string, to: string): boolean {
  const [had, wants] = [from, to].map((version) => {
    const [major = "", minor = "0"] = version.split(".");
    const shift = releasedWith[major];
    return shift === undefined ? undefined : Number(minor) + shift;
  });
  return had === undefined || wants === undefined || wants >= had;
}

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

/** Below zero where the first is the older one. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

import { listed } from "../describe";
import type { Step } from "../step";
import { read } from "../unknown";
import type { Verdict } from "./verdict";

const INSTANCE = "aws:rds/instance:Instance";

/**
 * A database that would go to a minor version before its read replicas have it. RDS refuses that when the run is half way through:
 * "One or more of the DB Instance's read replicas need to be upgraded". To another major version they go along with their source.
 *
 * Sources: aws/aws-cdk issue 26755; Amazon RDS User Guide, "Upgrades of the RDS for PostgreSQL DB engine".
 */
export function replicasBehind(step: Step, steps: readonly Step[]): Verdict | undefined {
  const { type, op, old, new: wanted } = step;
  const wants = read(wanted?.inputs ?? {}, "engineVersion");
  if (type !== INSTANCE || op !== "update" || typeof wants !== "string" || !wants.includes(".")) {
    return undefined;
  }
  const had = versionOf(step);
  const target = parsed(wants);
  if (had[0] !== target[0] || isAsNew(had, target)) {
    return undefined;
  }
  const identifier = read(old?.outputs ?? {}, "identifier");
  const behind = steps.filter(
    (other) =>
      other.type === INSTANCE &&
      read(other.old?.outputs ?? {}, "replicateSourceDb") === identifier &&
      !isAsNew(versionOf(other), target),
  );
  if (identifier === undefined || behind.length === 0) {
    return undefined;
  }
  const names = listed(behind.map(({ urn }) => urn.split("::").at(-1) ?? urn));
  return {
    rule: "replicas-behind",
    loses: `Nothing is lost, but RDS takes a database to ${wants} only when its read replicas have that version: the run would end half way.`,
    why: `By the last state ${names} ${behind.length === 1 ? "is" : "are"} older.`,
    safeWay:
      `Set engineVersion: "${wants}" at each of groundwork:database.replicas first, and leave the database's as it is. When the ` +
      "replicas have it, which waits for the maintenance window where changes do, refresh, and set the database's.",
  };
}

function versionOf({ old }: Step): readonly number[] {
  return parsed(read(old?.outputs ?? {}, "engineVersionActual") ?? read(old?.outputs ?? {}, "engineVersion"));
}

function parsed(version: unknown): readonly number[] {
  return typeof version === "string" ? version.split(".").map(Number) : [];
}

/** Of two versions of one major. What is not known is not as new. */
function isAsNew([major, minor]: readonly number[], [wantedMajor, wantedMinor]: readonly number[]): boolean {
  return (
    major !== undefined &&
    wantedMajor !== undefined &&
    (major > wantedMajor || (major === wantedMajor && minor !== undefined && minor >= (wantedMinor ?? 0)))
  );
}

import type { Step } from "../step";
import { read } from "../unknown";
import type { Verdict } from "./verdict";

const types: readonly string[] = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"];

/**
 * A database that would go to another major version without the word that allows it. RDS refuses that when the run is half way
 * through: the new parameter group is there by then.
 *
 * Source: Amazon RDS API, ModifyDBInstance, `AllowMajorVersionUpgrade`.
 */
export function majorUpgrade({ type, op, old, new: wanted }: Step): Verdict | undefined {
  if (!types.includes(type) || op !== "update" || old === undefined || wanted === undefined) {
    return undefined;
  }
  const had = read(old.outputs, "engineVersionActual") ?? read(old.outputs, "engineVersion");
  const wants = read(wanted.inputs, "engineVersion");
  const engine = read(wanted.inputs, "engine") ?? read(old.inputs, "engine");
  const [from, to] = [majorOf(engine, had), majorOf(engine, wants)];
  if (
    from === undefined ||
    to === undefined ||
    from >= to ||
    read(wanted.inputs, "allowMajorVersionUpgrade") === true
  ) {
    return undefined;
  }
  return {
    rule: "major-upgrade-not-allowed",
    loses: `Nothing is lost, but RDS does not take the database from ${String(had)} to ${String(wants)} unless that is allowed: the run would end half way.`,
    why: "engineVersion goes to another major version, and allowMajorVersionUpgrade is not true.",
    safeWay:
      "Set allowMajorVersionUpgrade: true in groundwork:database, and take it out when the upgrade is done. There is no way back, and no " +
      "service while it is made: try it on a copy first.",
  };
}

/** Of PostgreSQL the first number, of the other engines the first two. */
function majorOf(engine: unknown, version: unknown): number | undefined {
  const [, first, second = "0"] =
    (typeof version === "string" ? /^(\d+)(?:\.(\d+))?/.exec(version) : null) ?? [];
  if (first === undefined || typeof engine !== "string") {
    return undefined;
  }
  return Number(first) * 1000 + (engine.includes("postgres") ? 0 : Number(second));
}

import { downgraded } from "../../guard/life/life";
import type { Refusal, Step } from "../../guard/step";
import { eksVersion } from "../../settings/eks-versions";
import { isReleasedBefore, rdsMajor, rdsRetirement } from "../../settings/rds-versions";
import type { EngineError } from "./diagnostics";

/** How long before the end of a version's support a preview begins to say so: a quarter to test an upgrade, and to make it. */
const DAYS_OF_WARNING = 90;

/** What the days of versions have to say of a plan. */
export interface VersionDates {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly EngineError[];
}

/**
 * Refuses to make, or to move to, a version that AWS makes no more: it would say so when half of the stack is made. What stands at one
 * may say so, and is warned, as is what nears an end of support.
 */
export function judgeVersionDates(steps: readonly Step[], now: Date): VersionDates {
  const today = now.toISOString().slice(0, 10);
  const refusals: Refusal[] = [];
  const warnings: EngineError[] = [];
  for (const step of steps) {
    const { urn, type, op, old, new: wanted } = step;
    const judge = Object.hasOwn(judges, type) ? judges[type] : undefined;
    const version = judge === undefined ? undefined : judge.versionOf(wanted?.inputs ?? {});
    if (
      judge === undefined ||
      wanted === undefined ||
      version === undefined ||
      op === "delete" ||
      op === "read"
    ) {
      continue;
    }
    // A replacement, and what is made again, begins anew; an import finds what is there. What is read is somebody else's.
    const isMade = op === "create" || op === "replace";
    const had = old === undefined ? undefined : judge.versionOf(old.inputs);
    const moves = op === "update" && had !== undefined && had !== version;
    // The guard refuses to go back, in its own words.
    const goesBack = moves && downgraded({ kind: "version", path: "version" }, had, version) !== undefined;
    const refused =
      (isMade || (moves && !goesBack) ? judge.ended(version, today, isMade) : undefined) ??
      (moves && !goesBack
        ? judge.unclear?.(textOf(old?.outputs.engineVersionActual) ?? had, version)
        : undefined);
    if (refused !== undefined) {
      refusals.push({ urn, type, op, id: old?.id ?? null, ...refused });
      continue;
    }
    warnings.push(...judge.warnings(version, wanted.inputs, today).map((message) => ({ urn, message })));
  }
  return { refusals, warnings };
}

type Ended = Pick<Refusal, "rule" | "loses" | "why" | "safeWay">;

interface Judge {
  readonly versionOf: (inputs: Inputs) => string | undefined;
  readonly ended: (version: string, today: string, isMade: boolean) => Ended | undefined;
  readonly warnings: (version: string, inputs: Inputs, today: string) => readonly string[];
  /** An upgrade of which nobody can say before whether AWS makes it. */
  readonly unclear?: (had: string, version: string) => Ended | undefined;
}

type Inputs = Readonly<Record<string, unknown>>;

const judges: Readonly<Record<string, Judge>> = {
  "aws:rds/instance:Instance": {
    versionOf: (inputs) =>
      // What is restored brings a version of its own, and RDS upgrades it on the way.
      inputs.engine === "postgres" &&
      [inputs.snapshotIdentifier, inputs.replicateSourceDb, inputs.restoreToPointInTime].every(
        (source) => source === undefined,
      )
        ? textOf(inputs.engineVersion)
        : undefined,
    ended: endedPostgres,
    warnings: postgresWarnings,
    unclear: minorLeftOpen,
  },
  "aws:eks/cluster:Cluster": {
    versionOf: (inputs) => textOf(inputs.version),
    ended: endedKubernetes,
    warnings: kubernetesWarnings,
  },
};

function endedPostgres(version: string, today: string, isMade: boolean): Ended | undefined {
  const major = rdsMajor(version);
  const retirement = rdsRetirement(version);
  const [notMadeFrom, endOfSupport] =
    major !== undefined && today > major.endOfExtendedSupport
      ? [major.endOfExtendedSupport, major.endOfExtendedSupport]
      : [retirement?.notMadeFrom, retirement?.endOfSupport];
  if (notMadeFrom === undefined || endOfSupport === undefined || today < notMadeFrom) {
    return undefined;
  }
  const answer = isMade
    ? `makes no instance of PostgreSQL ${version} any more ("Cannot find version ${version} for postgres")`
    : `upgrades nothing to PostgreSQL ${version} any more ("Cannot find upgrade path")`;
  return {
    rule: "ended-version",
    loses: `Nothing is lost, but RDS ${answer}, and the run would end there, half way.`,
    why: `RDS makes no ${version} from ${notMadeFrom} on; its support ends on ${endOfSupport}.`,
    safeWay:
      major === undefined || today > major.endOfExtendedSupport
        ? `Set groundwork:database engineVersion to a version that RDS has: ${listPostgres}.`
        : `Set groundwork:database engineVersion to "${major.major}" (RDS chooses the minor) or "${major.made}"; ${listPostgres}.`,
  };
}

/** RDS takes its default minor then, which may have been released before the one that runs: "Cannot upgrade postgres from 16.14 to 17.9". */
function minorLeftOpen(had: string, version: string): Ended | undefined {
  const isMajor = had.split(".")[0] !== version.split(".")[0];
  if (isMajor && isReleasedBefore(version, had)) {
    return {
      rule: "older-minor",
      loses: `Nothing is lost, but RDS does not go from ${had} to ${version} ("Cannot upgrade postgres from ${had} to ${version}"), and the run would end there, half way.`,
      why: `${version} was released before ${had}.`,
      safeWay: `Name a newer minor of it. ${upgradeTargets}`,
    };
  }
  return !isMajor || version.includes(".")
    ? undefined
    : {
        rule: "names-no-minor",
        loses: `Nothing is lost, but RDS may not go from ${had} to the minor of ${version} that it would choose: to none that is older than what runs.`,
        why: `engineVersion goes from ${had} to ${version}, which names no minor.`,
        safeWay:
          `Name one for this one change. ${upgradeTargets} ` +
          `Afterwards engineVersion may be "${version}" again.`,
      };
}

const upgradeTargets =
  "What can be reached from the minor that runs: `aws rds describe-db-engine-versions --engine postgres " +
  "--engine-version MINOR --query 'DBEngineVersions[].ValidUpgradeTarget[?IsMajorVersionUpgrade].EngineVersion'`.";

const listPostgres =
  "`aws rds describe-db-engine-versions --engine postgres --query 'DBEngineVersions[].EngineVersion'` lists what there is";

function postgresWarnings(version: string, _inputs: Inputs, today: string): readonly string[] {
  const retirement = rdsRetirement(version);
  const major = rdsMajor(version);
  const { endOfStandardSupport, endOfExtendedSupport } = major ?? {};
  return [
    ...(retirement !== undefined && isNear(retirement.endOfSupport, today)
      ? [
          `PostgreSQL ${version} ${ends(retirement.endOfSupport, today)} support on ${retirement.endOfSupport}: RDS upgrades it by itself, in a ` +
            `maintenance window of its own choosing${major === undefined ? "" : `. Set groundwork:database engineVersion to "${major.made}" or a later one before`}.`,
        ]
      : []),
    ...(major !== undefined && isNear(endOfExtendedSupport, today)
      ? [
          `PostgreSQL ${major.major} ${ends(endOfExtendedSupport, today)} extended support on ${endOfExtendedSupport}: RDS then upgrades it to another major version by itself.`,
        ]
      : major !== undefined && isNear(endOfStandardSupport, today)
        ? [
            `PostgreSQL ${major.major} ${ends(endOfStandardSupport, today)} standard support on ${endOfStandardSupport}: from then on RDS charges for Extended Support, by ` +
              "the vCPU and hour. To upgrade: allowMajorVersionUpgrade, and a minor of a newer major version.",
          ]
        : []),
  ];
}

function endedKubernetes(version: string, today: string, isMade: boolean): Ended | undefined {
  const known = eksVersion(version);
  if (known === undefined || today < known.endOfExtendedSupport) {
    return undefined;
  }
  return {
    rule: "ended-version",
    loses: `Nothing is lost, but EKS ${isMade ? `makes no cluster of Kubernetes ${version}` : `upgrades none to Kubernetes ${version}`} any more, and the run would end there, half way.`,
    why: `Its extended support ended on ${known.endOfExtendedSupport}.`,
    safeWay:
      "Set groundwork:cluster version to one that EKS offers; `aws eks describe-cluster-versions` lists them.",
  };
}

function kubernetesWarnings(version: string, inputs: Inputs, today: string): readonly string[] {
  const known = eksVersion(version);
  if (known === undefined) {
    return [];
  }
  const { endOfStandardSupport: standard, endOfExtendedSupport: extended } = known;
  const policy = inputs.upgradePolicy as { readonly supportType?: unknown } | undefined;
  const next = "Set groundwork:cluster version to the next one before, and apply it";
  if (isNear(extended, today)) {
    return [
      `Kubernetes ${version} ${ends(extended, today)} extended support on ${extended}: EKS then upgrades the cluster by itself, on a day of its own choosing. ${next}.`,
    ];
  }
  if (!isNear(standard, today)) {
    return [];
  }
  return [
    `Kubernetes ${version} ${ends(standard, today)} standard support on ${standard}: ` +
      (policy?.supportType === "STANDARD"
        ? `EKS then upgrades the cluster by itself (supportType: STANDARD). ${next}.`
        : `from then on a cluster costs six times as much an hour (supportType: EXTENDED). ${next}.`),
  ];
}

/** Whether a day is past, or so near that one has to begin. */
function isNear(day: string | undefined, today: string): boolean {
  return day !== undefined && Date.parse(day) - Date.parse(today) <= DAYS_OF_WARNING * 86_400_000;
}

function ends(day: string | undefined, today: string): string {
  return day !== undefined && today > day ? "left" : "leaves";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

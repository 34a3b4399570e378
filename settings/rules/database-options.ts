import { advancedInsightsDays } from "../sections/database-options";
import {
  dailyMeetsDaily,
  dailyMeetsWeekly,
  parseDailyWindow,
  parseWeeklyWindow,
  type Window,
} from "../windows";
import { entriesOf, finding, repeated, type Rule } from "./rule";

const replicasFollowSomething: Rule = function* ({ database }) {
  const replicas = Object.keys(database?.replicas ?? {});
  if (replicas.length > 0 && database?.backupRetentionDays === 0) {
    yield finding("database", ["backupRetentionDays"], {
      message: "0, and there are replicas",
      allowed:
        "at least 1 with replicas: RDS makes one of a backup, and keeps the database's backups as long as there is one",
    });
  }
  if (replicas.length > mostReplicas) {
    yield finding("database", ["replicas"], {
      message: `${replicas.length} replicas`,
      allowed: `up to ${mostReplicas}, as RDS demands`,
    });
  }
};
/** "You can create up to 15 read replicas from one source DB instance." */
const mostReplicas = 15;

/** What RDS calls an instance: 63 characters at most. */
const longestIdentifier = 63;

const replicasHaveNamesOfTheirOwn: Rule = function* ({ database, project, stack }) {
  const { restored = {}, serving = "first" } = database ?? {};
  const identifier = `${project}-${stack}-database${serving === "first" ? "" : `-${serving}`}`;
  const others = Object.keys(restored).map((own) => `${project}-${stack}-database-${own}`);
  for (const name of Object.keys(database?.replicas ?? {})) {
    const own = `${identifier}-${name}`;
    if (others.includes(own) || own.length > longestIdentifier) {
      yield finding("database", ["replicas", name], {
        message: others.includes(own)
          ? `an instance of restored is called ${own} too`
          : `RDS would call it ${own}, which is longer than ${longestIdentifier} characters`,
        allowed: "a name that no restored instance has, short enough for RDS behind the name of what serves",
        aboutKey: true,
      });
    }
  }
};

const replicasFitTheirPlace: Rule = function* ({ database, newNetwork }) {
  const major = database?.engineVersion?.split(".")[0];
  const zones = newNetwork?.availabilityZones;
  for (const [name, replica] of Object.entries(database?.replicas ?? {})) {
    const { availabilityZone: zone, multiAz, engineVersion } = replica ?? {};
    const at = ["replicas", name];
    if (zone !== undefined && multiAz === true) {
      yield finding("database", [...at, "availabilityZone"], {
        message: "is set, and multiAz is true",
        allowed: "one of the two: RDS chooses the zones of a replica with a standby",
      });
    } else if (zone !== undefined && zones !== undefined && !zones.includes(zone)) {
      yield finding("database", [...at, "availabilityZone"], {
        message: `found ${JSON.stringify(zone)}`,
        allowed: `one of network.availabilityZones: ${zones.join(", ")}`,
      });
    }
    if (engineVersion !== undefined && major !== undefined && !engineVersion.startsWith(`${major}.`)) {
      yield finding("database", [...at, "engineVersion"], {
        message: `${JSON.stringify(engineVersion)}, and the database has ${JSON.stringify(database?.engineVersion)}`,
        allowed: `a minor version of ${major}: to another major version replicas are upgraded with the database`,
      });
    }
  }
};

const insightsAreOn: Rule = function* ({ database }) {
  const { performanceInsights, performanceInsightsRetentionDays: days, databaseInsights } = database ?? {};
  if (performanceInsights === false && days !== undefined) {
    yield finding("database", ["performanceInsightsRetentionDays"], {
      message: "is set, and performanceInsights is false",
      allowed: "performanceInsights true, or no number of days",
    });
  }
  if (databaseInsights === "advanced" && performanceInsights === false) {
    yield finding("database", ["performanceInsights"], {
      message: "false, with databaseInsights advanced",
      allowed: "true with databaseInsights advanced, which is made of it",
    });
  }
  if (databaseInsights === "advanced" && days !== undefined && days < advancedInsightsDays) {
    yield finding("database", ["performanceInsightsRetentionDays"], {
      message: `found ${days}, with databaseInsights advanced`,
      allowed: `at least ${advancedInsightsDays} with databaseInsights advanced, as RDS demands, or nothing`,
    });
  }
};

const tokensAreTaken: Rule = function* ({ database }) {
  for (const [name, role] of Object.entries(database?.bootstrap?.roles ?? {})) {
    for (const [index, parent] of entriesOf(role?.memberOf)) {
      if (parent === "rds_iam" && database?.iamAuthentication === false) {
        yield finding("database", ["bootstrap", "roles", name, "memberOf", index], {
          message: '"rds_iam", and iamAuthentication is false: the role could not log in at all',
          allowed: "iamAuthentication: true in groundwork:database, or another role",
        });
      }
    }
  }
};

const copiesGoElsewhere: Rule = function* ({ database, region }) {
  const copies = database?.backupCopies;
  if (copies?.region !== undefined && copies.region === region) {
    yield finding("database", ["backupCopies", "region"], {
      message: `${JSON.stringify(region)} is the stack's own region`,
      allowed: "another region than aws:region",
    });
  }
  for (const [index, day] of repeated(copies?.days)) {
    yield finding("database", ["backupCopies", "days", index], {
      message: `${JSON.stringify(day)} is listed twice`,
      allowed: "each day once",
    });
  }
};

const locksFitTheCopies: Rule = function* ({ database, guardLevel }) {
  const copies = database?.backupCopies;
  const { mode = "governance", minRetentionDays: least, changeableForDays, irrevocable } = copies?.lock ?? {};
  const at = ["backupCopies", "lock"];
  if (least !== undefined && copies?.retentionDays !== undefined && copies.retentionDays < least) {
    yield finding("database", ["backupCopies", "retentionDays"], {
      message: `found ${copies.retentionDays}, and the lock keeps everything for ${least} days`,
      allowed: `at least ${least}, the lock's minRetentionDays: AWS Backup makes no copy for less`,
    });
  }
  if (mode === "governance") {
    for (const key of ["changeableForDays", "irrevocable"] as const) {
      if (copies?.lock?.[key] !== undefined) {
        yield finding("database", [...at, key], {
          message: "is set, with mode governance",
          allowed: "nothing with mode governance, whose lock can be taken off; or mode compliance",
        });
      }
    }
    return;
  }
  if (guardLevel === "disposable") {
    yield finding("database", [...at, "mode"], {
      message: '"compliance" at guard level disposable',
      allowed: "governance at guard level disposable: a vault under compliance outlives every destroy",
    });
  }
  if (irrevocable === undefined) {
    yield finding("database", [...at, "irrevocable"], {
      message: "is missing, with mode compliance: nobody can ever undo that lock, AWS neither",
      allowed: "true with mode compliance, or mode governance",
    });
  }
  if (changeableForDays === undefined) {
    yield finding("database", [...at, "changeableForDays"], {
      message: "is missing, with mode compliance",
      allowed: "a whole number of days from 3, in which the lock can still be taken off",
    });
  }
};

/** Minutes before a window of RDS in which AWS Backup begins nothing, and after startTime in which it may begin. */
const anHour = 60;

/**
 * Source: AWS Backup Developer Guide, "Backup plan options and configuration": services for databases cannot start backups in the
 * hour before, or during, their maintenance window or automated backup window.
 */
const copiesKeepOffTheWindows: Rule = function* ({ database }) {
  const { backupWindow, maintenanceWindow, backupCopies: { startTime } = {} } = database ?? {};
  const start = startTime === undefined ? undefined : parseDailyWindow(`${startTime}-${startTime}`)?.start;
  const began = start === undefined ? undefined : { start, length: anHour };
  const before = (window: Window | undefined): Window | undefined =>
    window && { start: window.start - anHour, length: window.length + anHour };
  const daily = before(backupWindow === undefined ? undefined : parseDailyWindow(backupWindow));
  const weekly = before(maintenanceWindow === undefined ? undefined : parseWeeklyWindow(maintenanceWindow));
  const met =
    began === undefined
      ? undefined
      : daily !== undefined && dailyMeetsDaily(began, daily)
        ? "backupWindow"
        : weekly !== undefined && dailyMeetsWeekly(began, weekly)
          ? "maintenanceWindow"
          : undefined;
  if (met !== undefined) {
    yield finding("database", ["backupCopies", "startTime"], {
      message: `${JSON.stringify(startTime)}: the hour after it meets ${met} or the hour before that`,
      allowed: "a time that is two hours or more before each of the two windows begins, or after it ends",
    });
  }
};

export const databaseOptionRules: readonly Rule[] = [
  copiesGoElsewhere,
  locksFitTheCopies,
  copiesKeepOffTheWindows,
  replicasFollowSomething,
  replicasHaveNamesOfTheirOwn,
  replicasFitTheirPlace,
  insightsAreOn,
  tokensAreTaken,
];

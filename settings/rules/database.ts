import { dailyMeetsWeekly, parseDailyWindow, parseWeeklyWindow } from "../windows";
import { databaseAccessRules } from "./database-access";
import { databaseOptionRules } from "./database-options";
import { databaseSubnetCount } from "./network";
import { finding, type Rule } from "./rule";

/** RDS wants the ceiling of automatic growth at least this much above the storage at creation. */
const growthFactor = 1.1;
/** From here on gp3 is striped over four volumes, and its IOPS can be provisioned (PostgreSQL). */
const gp3ProvisionableFrom = 400;
const gp3Iops = { min: 12_000, max: 64_000 };
const io2SmallestStorage = 100;
const io2IopsPerGib = 1_000;

const databaseHasANetwork: Rule = function* (input) {
  if (!input.declared.has("database")) {
    return;
  }
  if (!input.declared.has("network")) {
    yield finding("database", [], {
      message: "there is no network to place the database in",
      allowed: "a section groundwork:network with two database subnets or more",
    });
    return;
  }
  const subnets = databaseSubnetCount(input);
  if (subnets !== undefined && subnets < 2) {
    const tier = input.existingNetwork === undefined ? "databaseSubnets" : "databaseSubnetIds";
    yield finding("network", [tier], {
      message: `${subnets === 0 ? "no database subnet" : "1 database subnet"}, but there is a database`,
      allowed: "two or more, in different zones: RDS takes no fewer",
    });
  }
};

const productionDatabaseHasAStandby: Rule = function* ({ database, guardLevel }) {
  if (guardLevel === "production" && database?.multiAz === false) {
    yield finding("database", ["multiAz"], {
      message: "false (the default) at guard level production",
      allowed: "true at guard level production",
    });
  }
};

const productionWaitsForTheWindow: Rule = function* ({ database, guardLevel }) {
  if (guardLevel === "production" && database?.applyImmediately === true) {
    yield finding("database", ["applyImmediately"], {
      message: "true at guard level production",
      allowed:
        "false at guard level production: changes that interrupt the service wait for maintenanceWindow",
    });
  }
};

const storageCanGrow: Rule = function* ({ database }) {
  const { allocatedStorage, maxAllocatedStorage } = database ?? {};
  if (allocatedStorage === undefined || maxAllocatedStorage === undefined) {
    return;
  }
  // Rounded first: 1.1 * 100 is a little more than 110 to a computer.
  const least = Math.ceil(Math.round(allocatedStorage * growthFactor * 10) / 10);
  if (maxAllocatedStorage < least) {
    yield finding("database", ["maxAllocatedStorage"], {
      message: `found ${maxAllocatedStorage}, with allocatedStorage ${allocatedStorage}`,
      allowed: `at least ${least}, a tenth more than allocatedStorage, as RDS demands`,
    });
  }
};

const iopsFitTheStorage: Rule = function* ({ database }) {
  const { storageType, allocatedStorage, iops } = database ?? {};
  if (storageType === undefined || allocatedStorage === undefined || database === undefined) {
    return;
  }
  if (storageType === "io2" && allocatedStorage < io2SmallestStorage) {
    yield finding("database", ["allocatedStorage"], {
      message: `found ${allocatedStorage}, with storageType io2`,
      allowed: `at least ${io2SmallestStorage} with io2, or storageType gp3`,
    });
  }
  if (iops === undefined) {
    return;
  }
  const most = Math.min(256_000, allocatedStorage * io2IopsPerGib);
  if (storageType === "io2" && iops > most) {
    yield finding("database", ["iops"], {
      message: `found ${iops}, for ${allocatedStorage} GiB of io2`,
      allowed: `up to ${most}: ${io2IopsPerGib} a GiB`,
    });
  }
  if (storageType === "gp3" && allocatedStorage < gp3ProvisionableFrom) {
    yield finding("database", ["iops"], {
      message: `found ${iops}, for ${allocatedStorage} GiB of gp3`,
      allowed: `no iops with gp3 under ${gp3ProvisionableFrom} GiB (it has 3000), or more storage, or storageType io2`,
    });
  } else if (storageType === "gp3" && (iops < gp3Iops.min || iops > gp3Iops.max)) {
    yield finding("database", ["iops"], {
      message: `found ${iops}, with storageType gp3`,
      allowed: `from ${gp3Iops.min} to ${gp3Iops.max} with gp3`,
    });
  }
};

const throughputFitsTheStorage: Rule = function* ({ database }) {
  const { storageType, allocatedStorage, iops = gp3Iops.min, storageThroughput } = database ?? {};
  if (storageThroughput === undefined || storageType === undefined || allocatedStorage === undefined) {
    return;
  }
  if (storageType !== "gp3" || allocatedStorage < gp3ProvisionableFrom) {
    yield finding("database", ["storageThroughput"], {
      message: `found ${storageThroughput}, for ${allocatedStorage} GiB of ${storageType}`,
      allowed: `no storageThroughput but with gp3 of ${gp3ProvisionableFrom} GiB or more`,
    });
  } else if (storageThroughput > iops / 4) {
    yield finding("database", ["storageThroughput"], {
      message: `found ${storageThroughput}, with ${iops} IOPS`,
      allowed: `up to ${Math.floor(iops / 4)}, a quarter of the IOPS`,
    });
  }
};

const io2NamesItsIops: Rule = function* ({ database }) {
  if (database?.storageType === "io2" && !("iops" in database) && database.allocatedStorage !== undefined) {
    yield finding("database", ["iops"], {
      message: "is missing, with storageType io2",
      allowed: "a whole number from 1000 to 256000: io2 includes none",
    });
  }
};

const windowsDoNotOverlap: Rule = function* ({ database }) {
  const { backupWindow, maintenanceWindow } = database ?? {};
  const backup = backupWindow === undefined ? undefined : parseDailyWindow(backupWindow);
  const maintenance = maintenanceWindow === undefined ? undefined : parseWeeklyWindow(maintenanceWindow);
  if (backup !== undefined && maintenance !== undefined && dailyMeetsWeekly(backup, maintenance)) {
    yield finding("database", ["maintenanceWindow"], {
      message: `${JSON.stringify(maintenanceWindow)} overlaps the daily backupWindow ${JSON.stringify(backupWindow)}`,
      allowed: "a window that begins after the backup's ends or ends before it begins, as RDS demands",
    });
  }
};

/** Parameters with which a crash takes what was committed, or breaks what is on disk, and the values that do not. */
const durable: Readonly<Record<string, readonly string[]>> = {
  synchronous_commit: ["on", "remote_apply", "remote_write"],
  fsync: ["on", "1", "true", "yes"],
  full_page_writes: ["on", "1", "true", "yes"],
};

const productionKeepsWhatIsCommitted: Rule = function* ({ database, guardLevel }) {
  for (const [name, value] of Object.entries(database?.parameters ?? {})) {
    const safe = Object.hasOwn(durable, name) ? durable[name] : undefined;
    if (guardLevel === "production" && safe !== undefined && !safe.includes(String(value).toLowerCase())) {
      yield finding("database", ["parameters", name], {
        message: `${JSON.stringify(value)} at guard level production: a crash would take what was committed`,
        allowed: `${safe.slice(0, 3).join(" or ")} at guard level production`,
      });
    }
  }
};

/** An instance is made of one copy. What is there and wrong is said already. */
const restoredHasOneSource: Rule = function* ({ database }) {
  for (const [name, copy = {}] of Object.entries(database?.restored ?? {})) {
    const [ofSnapshot, moment, of] = ["snapshot" in copy, "moment" in copy, "of" in copy];
    if (ofSnapshot ? moment || of : !moment || !of) {
      yield finding("database", ["restored", name], {
        message: "does not name the one copy that it is made of",
        allowed: "either snapshot, or moment and of",
      });
    }
  }
};

const servingStands: Rule = function* ({ database }) {
  const { restored = {}, serving, first } = database ?? {};
  const all = Object.entries({ first: { state: first }, ...restored });
  const names = all.filter(([, one]) => one?.state !== "givenUp").map(([name]) => name);
  if (typeof serving === "string" && !names.includes(serving)) {
    const isGivenUp = all.some(([name]) => name === serving);
    yield finding("database", ["serving"], {
      message: `there is no instance ${JSON.stringify(serving)}${isGivenUp ? ": it is given up" : ""}`,
      allowed: names.length === 0 ? "an instance that is kept" : names.join(" or "),
    });
  }
};

export const databaseRules: readonly Rule[] = [
  restoredHasOneSource,
  servingStands,
  databaseHasANetwork,
  productionDatabaseHasAStandby,
  productionWaitsForTheWindow,
  storageCanGrow,
  iopsFitTheStorage,
  throughputFitsTheStorage,
  io2NamesItsIops,
  windowsDoNotOverlap,
  productionKeepsWhatIsCommitted,
  ...databaseAccessRules,
  ...databaseOptionRules,
];

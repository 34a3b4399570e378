import { eachFleet, isSingleDraft } from "./fleet-rule";
import { repeated, type Rule } from "./rule";

/** AWS waits no longer for the word of a machine. Source: Auto Scaling, PutLifecycleHook, HeartbeatTimeout. */
const longestHookSeconds = 7200;

/** What the program adds for starting and, of a role with volumes, for the machine before it to let go. */
const bootMarginSeconds = 180;
const drainMarginSeconds = 180;

const noMajorityAtOnce: Rule = eachFleet(function* ({ fleet, at }) {
  const surge = fleet.roll?.surge;
  if (surge === undefined || surge === 1) {
    return;
  }
  if (isSingleDraft(fleet)) {
    yield at(["roll", "surge"], {
      message: `found ${surge}, and the role has a volume or an address that only one machine can have`,
      allowed: "1, or nothing",
    });
    return;
  }
  const [machines, key] =
    "scaling" in fleet
      ? ([fleet.scaling?.min, "scaling.min"] as const)
      : ([fleet.count ?? 1, "count"] as const);
  if (machines !== undefined && surge * 2 > machines) {
    yield at(["roll", "surge"], {
      message: `${surge} of ${machines} machines (${key}) at a time are a majority`,
      allowed: `up to ${Math.max(1, Math.floor(machines / 2))}`,
    });
  }
});

const checkAsksOnePlace: Rule = eachFleet(function* ({ fleet, at }) {
  const check = fleet.roll?.check;
  if (check === undefined) {
    return;
  }
  const asked = (["cloudWatch", "url", "command"] as const).filter((key) => key in check);
  if (asked.length !== 1) {
    yield at(["roll", "check"], {
      message: asked.length === 0 ? "does not say where the number is" : `has ${asked.join(" and ")}`,
      allowed: "one of cloudWatch, url and command",
    });
  }
});

const singlesMoveInAWindow: Rule = eachFleet(function* ({ fleet, at }) {
  if (isSingleDraft(fleet) && !("maintenanceWindow" in fleet)) {
    yield at(["maintenanceWindow"], {
      message: "is missing, and while its volume or address moves to another machine the role stands still",
      allowed: "when that may be: days, start, durationMinutes, timeZone",
      suggestion: 'Where it may be at any time: start: "00:00", durationMinutes: 1440.',
    });
  }
  const { days, durationMinutes } = fleet.maintenanceWindow ?? {};
  for (const [index, day] of repeated(days)) {
    yield at(["maintenanceWindow", "days", index], {
      message: `${JSON.stringify(day)} is listed twice`,
      allowed: "each day once",
    });
  }
  const needed = (fleet.roll?.drainSeconds ?? 0) + (fleet.boot?.timeoutSeconds ?? 0);
  if (durationMinutes !== undefined && durationMinutes * 60 < needed) {
    yield at(["maintenanceWindow", "durationMinutes"], {
      message: `${durationMinutes} minutes, and one machine may take ${Math.ceil(needed / 60)} to be replaced (roll.drainSeconds and boot.timeoutSeconds)`,
      allowed: `at least ${Math.ceil(needed / 60)}`,
    });
  }
});

const bootEndsWithinItsHook: Rule = eachFleet(function* ({ fleet, at }) {
  const waits = Object.keys(fleet.volumes ?? {}).length > 0;
  const { drainSeconds } = fleet.roll ?? {};
  const { timeoutSeconds } = fleet.boot ?? {};
  if (timeoutSeconds === undefined || drainSeconds === undefined) {
    return;
  }
  const most = longestHookSeconds - bootMarginSeconds - (waits ? drainSeconds + drainMarginSeconds : 0);
  if (timeoutSeconds > most) {
    yield at(["boot", "timeoutSeconds"], {
      message: `${timeoutSeconds} seconds, after up to ${drainSeconds + drainMarginSeconds} in which the machine before it lets go of volumes, are more than AWS waits (${longestHookSeconds})`,
      allowed: `up to ${most}, or less roll.drainSeconds`,
    });
  }
});

export const fleetRollRules: readonly Rule[] = [
  noMajorityAtOnce,
  checkAsksOnePlace,
  singlesMoveInAWindow,
  bootEndsWithinItsHook,
];

import { DRAIN_MARGIN_SECONDS, FAILED_BOOT_SECONDS } from "../worker-times";
import type { Rule } from "./rule";
import { eachGroup, isMixed, isOnDemandOnly } from "./worker-input";

/** What a machine without an image of its own takes to install everything, when all goes well. */
const INSTALL_SECONDS = 240;

const countIsWithinSizes: Rule = eachGroup(function* ({ group, at }) {
  const { count, minSize, maxSize, schedules } = group;
  if (minSize === undefined || maxSize === undefined) {
    return;
  }
  if (minSize > maxSize) {
    yield at(["minSize"], {
      message: `found ${minSize}, with maxSize ${maxSize}`,
      allowed: `${maxSize} at most`,
    });
    return;
  }
  const allowed = `a number from minSize to maxSize: ${minSize} to ${maxSize}`;
  if (count !== undefined && (count < minSize || count > maxSize)) {
    yield at(["count"], { message: `found ${count}, outside of minSize and maxSize`, allowed });
  }
  for (const [name, schedule] of Object.entries(schedules ?? {})) {
    if (schedule?.count !== undefined && (schedule.count < minSize || schedule.count > maxSize)) {
      yield at(["schedules", name, "count"], {
        message: `found ${schedule.count}, outside of minSize and maxSize: Auto Scaling would not carry it out`,
        allowed,
      });
    }
  }
});

/** In a group with schedules the count is only read by schedules; a count that none reads would be a dead setting. */
const schedulesReadTheCount: Rule = eachGroup(function* ({ group, at }) {
  const schedules = Object.values(group.schedules ?? {});
  if (schedules.length > 0 && schedules.every((schedule) => schedule !== undefined && "count" in schedule)) {
    yield at(["schedules"], {
      message:
        "every schedule has a count of its own, so that a changed count of the group would never have an effect",
      allowed: "one schedule or more without a count: it sets the group's",
    });
  }
});

const hooksOutlastWhatTheyWaitFor: Rule = eachGroup(function* ({ group, at }) {
  const { drainTimeoutSeconds, launchHookSeconds, registrationTimeoutSeconds, terminateHookSeconds } = group;
  if (drainTimeoutSeconds !== undefined && terminateHookSeconds !== undefined) {
    const least = drainTimeoutSeconds + DRAIN_MARGIN_SECONDS;
    if (terminateHookSeconds < least) {
      yield at(["terminateHookSeconds"], {
        message:
          `found ${terminateHookSeconds}, with drainTimeoutSeconds ${drainTimeoutSeconds}: Auto Scaling would end machines whose ` +
          "jobs still have time",
        allowed: `${least} at least, which is the drain and ${DRAIN_MARGIN_SECONDS} seconds; or leave the key out`,
      });
    }
  }
  if (registrationTimeoutSeconds !== undefined && launchHookSeconds !== undefined) {
    const least = registrationTimeoutSeconds + FAILED_BOOT_SECONDS + INSTALL_SECONDS;
    if (launchHookSeconds < least) {
      yield at(["launchHookSeconds"], {
        message: `found ${launchHookSeconds}, with registrationTimeoutSeconds ${registrationTimeoutSeconds}: machines would be ended before they can be ready`,
        allowed:
          `${least} at least: ${INSTALL_SECONDS} to install, the registration, and ${FAILED_BOOT_SECONDS} that a failed machine stays ` +
          "to be looked at",
      });
    }
  }
});

const warmPoolsAreOnDemand: Rule = eachGroup(function* ({ group, at }) {
  if (!("warmPool" in group)) {
    return;
  }
  if (isMixed(group)) {
    yield at(["warmPool"], {
      message: "stands beside overrides: Auto Scaling takes no warm pool in a mixed instances group",
      allowed: "no warmPool, or one instanceType without overrides and with profile ondemand",
    });
  } else if (isOnDemandOnly(group) === false) {
    yield at(["warmPool"], {
      message: "stands beside profile spot: Auto Scaling takes no warm pool of spot machines",
      allowed: "no warmPool, or profile ondemand",
    });
  }
  const { maxPreparedCapacity, minSize } = group.warmPool ?? {};
  if (maxPreparedCapacity !== undefined && minSize !== undefined && maxPreparedCapacity < minSize) {
    yield at(["warmPool", "maxPreparedCapacity"], {
      message: `found ${maxPreparedCapacity}, less than the pool's minSize ${minSize}`,
      allowed: `${minSize} at least`,
    });
  }
});

const refreshesFire: Rule = eachGroup(function* ({ group, at }) {
  const { instanceRefresh, scaleInProtection } = group;
  if (instanceRefresh === undefined) {
    return;
  }
  const { enabled, maxHealthyPercentage, minHealthyPercentage, protectedInstances } = instanceRefresh;
  if (enabled === false && "imageBuild" in group) {
    yield at(["instanceRefresh", "enabled"], {
      message:
        "false, beside imageBuild: a refresh would never fire, and no image that is deployed would reach a machine",
      allowed: "true with imageBuild, which is the default",
    });
  }
  if (enabled === true && scaleInProtection === true && protectedInstances === "ignore") {
    yield at(["instanceRefresh", "protectedInstances"], {
      message:
        '"ignore", beside scaleInProtection: every machine is protected, and a refresh would never replace one',
      allowed: '"refresh" with scaleInProtection, which is the default',
    });
  }
  if (
    minHealthyPercentage !== undefined &&
    maxHealthyPercentage !== undefined &&
    maxHealthyPercentage - minHealthyPercentage > 100
  ) {
    yield at(["instanceRefresh", "maxHealthyPercentage"], {
      message: `found ${maxHealthyPercentage}, with minHealthyPercentage ${minHealthyPercentage}: Auto Scaling takes no more than 100 between them`,
      allowed: `${minHealthyPercentage + 100} at most`,
    });
  }
});

export const workerScalingRules: readonly Rule[] = [
  countIsWithinSizes,
  schedulesReadTheCount,
  hooksOutlastWhatTheyWaitFor,
  warmPoolsAreOnDemand,
  refreshesFire,
];

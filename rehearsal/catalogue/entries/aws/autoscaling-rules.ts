import type { CloudView, InputRule, Refusal } from "../../../interpreter/entry";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../../../interpreter/values";
import { dataOfVersion, templateType } from "./template-versions";

// What Auto Scaling refuses of a group, its hooks and its scheduled actions, by the API reference and the user guide.

const DAY = 86_400;

function refused(message: string): Refusal {
  return { code: "ValidationError", message };
}

function outside(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && (value < least || value > most);
}

function mixedTemplate(inputs: Values): Values {
  return recordOf(
    recordOf(recordOf(inputs, "mixedInstancesPolicy"), "launchTemplate"),
    "launchTemplateSpecification",
  );
}

const isMixed = (inputs: Values): boolean => isRecord(inputs["mixedInstancesPolicy"]);

/** Whether the template asks for spot machines by itself. */
function asksForSpot(inputs: Values, cloud: CloudView): boolean {
  const id =
    textOf(recordOf(inputs, "launchTemplate"), "id") || textOf(mixedTemplate(inputs), "launchTemplateId");
  const template = cloud.find(templateType, id);
  if (!template) return false;
  const version =
    textOf(recordOf(inputs, "launchTemplate"), "version") || textOf(mixedTemplate(inputs), "version");
  const number = /^\d+$/.test(version) ? Number(version) : (numberOf(template.outputs, "latestVersion") ?? 1);
  const options = recordOf(dataOfVersion(template, number, cloud), "instanceMarketOptions");
  return textOf(options, "marketType") === "spot";
}

/** PutWarmPool: not for mixed instances groups, nor for templates that request spot machines. */
export const warmPoolIsAllowed: InputRule = (inputs, cloud) => {
  if (!isRecord(inputs["warmPool"])) return undefined;
  if (isMixed(inputs)) {
    return refused("You can't add a warm pool to an Auto Scaling group that has a mixed instances policy.");
  }
  return asksForSpot(inputs, cloud)
    ? refused(
        "You can't add a warm pool to an Auto Scaling group that has a launch template that requests Spot Instances.",
      )
    : undefined;
};

export const mixedTemplateIsPlain: InputRule = (inputs, cloud) =>
  isMixed(inputs) && asksForSpot(inputs, cloud)
    ? refused(
        "Incompatible launch template: a launch template that requests Spot Instances can't be used with a mixed instances policy.",
      )
    : undefined;

export const distributionFits: InputRule = (inputs) => {
  const distribution = recordOf(recordOf(inputs, "mixedInstancesPolicy"), "instancesDistribution");
  if (outside(numberOf(distribution, "onDemandPercentageAboveBaseCapacity"), 0, 100)) {
    return refused("OnDemandPercentageAboveBaseCapacity must be between 0 and 100");
  }
  const strategy = textOf(distribution, "spotAllocationStrategy");
  const known = [
    "",
    "lowest-price",
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "price-capacity-optimized",
  ];
  return known.includes(strategy)
    ? undefined
    : refused(
        `The SpotAllocationStrategy ${strategy} is not valid. Valid values are ${known.slice(1).join(", ")}`,
      );
};

/** Zero takes it away. */
export const lifetimeFits: InputRule = ({ maxInstanceLifetime = 0 }) =>
  typeof maxInstanceLifetime === "number" &&
  maxInstanceLifetime !== 0 &&
  outside(maxInstanceLifetime, DAY, 365 * DAY)
    ? refused(
        `expected max_instance_lifetime to be 0 or in the range (${DAY} - ${365 * DAY}), got ${maxInstanceLifetime}`,
      )
    : undefined;

export const percentagesFit: InputRule = (inputs) => {
  const preferences = recordOf(recordOf(inputs, "instanceRefresh"), "preferences");
  for (const bounds of [recordOf(inputs, "instanceMaintenancePolicy"), preferences]) {
    const least = numberOf(bounds, "minHealthyPercentage");
    const most = numberOf(bounds, "maxHealthyPercentage");
    if (outside(least, 0, 100) || outside(most, 100, 200)) {
      return refused(
        "MinHealthyPercentage must be between 0 and 100, and MaxHealthyPercentage between 100 and 200",
      );
    }
    if (least !== undefined && most !== undefined && most - least > 100) {
      return refused(
        "The difference between MaxHealthyPercentage and MinHealthyPercentage must not exceed 100",
      );
    }
  }
  return undefined;
};

/** A rollback needs a configuration that it can go back to. */
export const rollbackIsPossible: InputRule = (inputs) => {
  const preferences = recordOf(recordOf(inputs, "instanceRefresh"), "preferences");
  const versions = [recordOf(inputs, "launchTemplate"), mixedTemplate(inputs)].map((one) =>
    textOf(one, "version"),
  );
  if (preferences["autoRollback"] !== true) return undefined;
  if (textOf(inputs, "launchConfiguration") !== "") {
    return refused(
      "The AutoRollback parameter cannot be set to true when the DesiredConfiguration parameter is empty.",
    );
  }
  return versions.some((version) => /^\$(Latest|Default)$/.test(version))
    ? refused(
        "AutoRollback is not supported when the Auto Scaling group uses the launch template's $Latest or $Default version.",
      )
    : undefined;
};

export const firstHooksFit: InputRule = (inputs) => {
  for (const hook of listOf(inputs, "initialLifecycleHooks").filter(isRecord)) {
    const refusal = hookFits(hook);
    if (refusal) return refusal;
  }
  return undefined;
};

export const ofHook: InputRule = (inputs) => hookFits(inputs);

function hookFits(hook: Values): Refusal | undefined {
  if (outside(numberOf(hook, "heartbeatTimeout"), 30, 7200)) {
    return refused(
      `Heartbeat timeout must be between 30 and 7200 seconds; it is ${String(numberOf(hook, "heartbeatTimeout"))}`,
    );
  }
  const transition = textOf(hook, "lifecycleTransition");
  return /^autoscaling:EC2_INSTANCE_(LAUNCHING|TERMINATING)$/.test(transition)
    ? undefined
    : refused(`Invalid lifecycle transition ${transition}`);
}

export const scheduleFits: InputRule = (inputs) => {
  const recurrence = textOf(inputs, "recurrence");
  if (recurrence === "" && textOf(inputs, "startTime") === "") {
    return refused("Either start time or recurrence must be specified");
  }
  return recurrence === "" || /^\S+( \S+){4}$/.test(recurrence)
    ? undefined
    : refused(`Given recurrence string: ${recurrence} is invalid`);
};

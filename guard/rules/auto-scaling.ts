import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "../unknown";

export const groupType = "aws:autoscaling/group:Group";
export const hookType = "aws:autoscaling/lifecycleHook:LifecycleHook";

const LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";

/**
 * A machine that has not said that it is ready is not put into service when its time is over: a launch hook abandons it. Those
 * of a group that is only being made are looked at as well, since they are what its first machines go through.
 */
export function checkLaunchHooks({ type, inputs }: Wanted): Finding[] {
  if (type === hookType) {
    return checkHook(inputs, "");
  }
  const hooks = read(inputs, "initialLifecycleHooks");
  if (isUnknown(hooks)) {
    return [notKnown("initialLifecycleHooks")];
  }
  return Array.isArray(hooks)
    ? hooks.flatMap((hook: unknown, index) =>
        isRecord(hook)
          ? checkHook(hook, `initialLifecycleHooks[${index}].`)
          : [notKnown(`initialLifecycleHooks[${index}]`)],
      )
    : [];
}

function checkHook(hook: Wanted["inputs"], prefix: string): Finding[] {
  const transition = read(hook, "lifecycleTransition");
  const property = `${prefix}defaultResult`;
  const result = read(hook, "defaultResult");
  if (isUnknown(transition)) {
    return [notKnown(`${prefix}lifecycleTransition`)];
  }
  if (transition !== LAUNCHING) {
    return [];
  }
  if (isUnknown(result)) {
    return [notKnown(property)];
  }
  return result === undefined || result === "ABANDON"
    ? []
    : [
        {
          property,
          message:
            `${property} of a launch hook is ${shown(result)}: a machine that never became ready would go into service. ` +
            "Set it to ABANDON.",
        },
      ];
}

/** What a mixed instances policy buys on demand needs types to mix; spot machines of one type alone are a group that stands empty. */
export function checkMixedInstances({ inputs }: Wanted): Finding[] {
  const policy = "mixedInstancesPolicy";
  const overrides = `${policy}.launchTemplate.overrides`;
  if (read(inputs, policy) === undefined) {
    return [];
  }
  for (const path of [policy, overrides]) {
    if (isUnknown(read(inputs, path))) {
      return [notKnown(path)];
    }
  }
  const types = read(inputs, overrides);
  return Array.isArray(types) && types.length > 0
    ? []
    : [
        {
          property: overrides,
          message: `${overrides} is empty: with one instance type there is nothing to mix. Name the types, or leave mixedInstancesPolicy out.`,
        },
      ];
}

import { checkLaunchHooks, groupType, hookType } from "../../../guard/auto-scaling";
import { resourceRule } from "../../rule";

export const launchHooksAbandon = resourceRule({
  name: "autoscaling/launch-hooks-abandon",
  description: "Machines that do not say that they are ready are ended, and not put into service.",
  types: [groupType, hookType],
  check: ({ wanted }) => checkLaunchHooks(wanted),
});

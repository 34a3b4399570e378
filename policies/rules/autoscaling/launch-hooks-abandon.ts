import { checkLaunchHooks, groupType, hookType } from "../../../guard/rules/auto-scaling";
import { resourceRule } from "../../rule";

export const launchHooksAbandon = resourceRule({
  name: "autoscaling/launch-hooks-abandon",
  description: "Machines that do not say that they are ready are ended, and not put into service.",
  why: "A machine whose boot failed half way would otherwise take work that it cannot do.",
  reference: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html",
  types: [groupType, hookType],
  check: ({ wanted }) => checkLaunchHooks(wanted),
});

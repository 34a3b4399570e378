import { checkMixedInstances, groupType } from "../../../guard/auto-scaling";
import { resourceRule } from "../../rule";

export const mixedTypesNamed = resourceRule({
  name: "autoscaling/mixed-types-named",
  description: "Groups that mix machines on spot and on demand name the types that they mix.",
  types: [groupType],
  check: ({ wanted }) => checkMixedInstances(wanted),
});

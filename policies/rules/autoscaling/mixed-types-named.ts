import { checkMixedInstances, groupType } from "../../../guard/rules/auto-scaling";
import { resourceRule } from "../../rule";

export const mixedTypesNamed = resourceRule({
  name: "autoscaling/mixed-types-named",
  description: "Groups that mix machines on spot and on demand name the types that they mix.",
  why: "Without a list AWS has one type of machine to choose from, and when that has run out there is none.",
  reference:
    "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html",
  types: [groupType],
  check: ({ wanted }) => checkMixedInstances(wanted),
});

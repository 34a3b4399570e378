import { checkTrailWhole, trailTypes } from "../../../guard/rules/keys-and-trails";
import { resourceRule } from "../../rule";

export const whole = resourceRule({
  name: "cloudtrail/whole",
  description: "Trails log, in every region, and show when somebody altered them.",
  why: "Who breaks in goes to the region that nobody looks at, and tidies up.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html#cloudtrail-1",
  types: trailTypes,
  check: ({ wanted }) => checkTrailWhole(wanted),
});

import { checkRetention } from "../../../guard/inputs";
import { statefulType } from "../../../guard/stateful-types";
import { resourceRule } from "../../rule";

export const retention = resourceRule({
  name: "guard/retention",
  description: "What is overwritten or deleted by mistake can be had back, and for long enough.",
  types: (type) => statefulType(type) !== undefined,
  check: ({ wanted, context }) => checkRetention(wanted, context.level),
});

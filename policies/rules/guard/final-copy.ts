import { checkFinalCopy } from "../../../guard/inputs";
import { statefulType } from "../../../guard/stateful-types";
import { resourceRule } from "../../rule";

export const finalCopy = resourceRule({
  name: "guard/final-copy",
  description: "A database leaves a last snapshot behind when it is deleted, under a known name.",
  types: (type) => statefulType(type) !== undefined,
  check: ({ wanted, context }) => checkFinalCopy(wanted, context.level),
});

import { checkOptions } from "../../../guard/rules/inputs";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { resourceRule } from "../../rule";

export const options = resourceRule({
  name: "guard/options",
  description: "No resource option keeps the engine from seeing what the guard depends on.",
  why: "With them the engine plans something else than it is shown.",
  reference: "https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/",
  types: (type) => statefulType(type) !== undefined,
  check: ({ wanted, context }) => checkOptions(wanted, context.level),
});

import { checkTags } from "../../../guard/tags";
import { resourceRule } from "../../rule";

export const requiredTags = resourceRule({
  name: "aws/required-tags",
  description: "Every resource that takes tags says which project, environment and program it belongs to.",
  types: (type) => type.startsWith("aws:"),
  check: ({ wanted, context, providerInputs }) => checkTags(wanted, context.requiredTags, providerInputs),
});

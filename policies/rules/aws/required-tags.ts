import { checkTags } from "../../../guard/rules/tags";
import { resourceRule } from "../../rule";

export const requiredTags = resourceRule({
  name: "aws/required-tags",
  description: "Every resource that takes tags says which project, environment and program it belongs to.",
  why: "If nobody knows the owner, nobody repairs or deletes it.",
  reference:
    "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  types: (type) => type.startsWith("aws:"),
  check: ({ wanted, context, providerInputs }) => checkTags(wanted, context.requiredTags, providerInputs),
});

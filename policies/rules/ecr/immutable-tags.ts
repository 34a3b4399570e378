import { checkTagsImmutable, repositoryTypes } from "../../../guard/rules/sharing";
import { resourceRule } from "../../rule";

export const immutableTags = resourceRule({
  name: "ecr/immutable-tags",
  description:
    "A tag stays on the image that it was pushed for, except tags that the repository excludes by name.",
  why: "Whoever may push could put other code in the place of what runs.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecr-controls.html#ecr-2",
  types: repositoryTypes,
  check: ({ wanted }) => checkTagsImmutable(wanted),
});

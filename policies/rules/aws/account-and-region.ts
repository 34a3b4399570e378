import { checkProviderBound, checkRegion } from "../../../guard/account";
import { resourceRule } from "../../rule";

export const accountAndRegion = resourceRule({
  name: "aws/account-and-region",
  description:
    "Everything is in the stack's account and region, but for machines in regions that its settings name; the provider refuses credentials of another account.",
  types: (type) => type === "pulumi:providers:aws" || type.startsWith("aws:"),
  check: ({ wanted, context }) =>
    wanted.type === "pulumi:providers:aws"
      ? checkProviderBound(wanted, context.place)
      : checkRegion(wanted, context.place),
});

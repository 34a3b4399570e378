import { checkProviderBound, checkRegion } from "../../../guard/rules/account";
import { resourceRule } from "../../rule";

export const accountAndRegion = resourceRule({
  name: "aws/account-and-region",
  description:
    "Everything is in the stack's account and region, except machines in regions that its settings name; the provider refuses credentials of another account.",
  why: "With credentials of another account, everything would be created again there, and nobody would manage what is here.",
  reference: "https://www.pulumi.com/registry/packages/aws/installation-configuration/",
  types: (type) => type === "pulumi:providers:aws" || type.startsWith("aws:"),
  check: ({ wanted, context }) =>
    wanted.type === "pulumi:providers:aws"
      ? checkProviderBound(wanted, context.place)
      : checkRegion(wanted, context.place),
});

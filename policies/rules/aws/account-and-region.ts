import { checkProviderBound, checkRegion } from "../../../guard/rules/account";
import { resourceRule } from "../../rule";

export const accountAndRegion = resourceRule({
  name: "aws/account-and-region",
  description:
    "Everything is in the stack's account and region, but for machines in regions that its settings name; the provider refuses credentials of another account.",
  why: "Credentials of another account make everything anew there, and leave what is here without a keeper.",
  reference: "https://www.pulumi.com/registry/packages/aws/installation-configuration/",
  types: (type) => type === "pulumi:providers:aws" || type.startsWith("aws:"),
  check: ({ wanted, context }) =>
    wanted.type === "pulumi:providers:aws"
      ? checkProviderBound(wanted, context.place)
      : checkRegion(wanted, context.place),
});

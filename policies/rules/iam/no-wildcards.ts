import { checkIdentityPolicy, identityPolicyTypes } from "../../../guard/rules/iam-policies";
import { resourceRule } from "../../rule";

export const noWildcards = resourceRule({
  name: "iam/no-wildcards",
  description:
    "On everything, or everything of a kind, a user, role or group may do only what harms nothing.",
  why: "What is allowed on everything is allowed on what comes tomorrow, too.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
  types: identityPolicyTypes,
  check: ({ wanted }) => checkIdentityPolicy(wanted),
});

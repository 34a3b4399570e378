import { checkIdentityPolicy, identityPolicyTypes } from "../../../guard/iam-policies";
import { resourceRule } from "../../rule";

export const noWildcards = resourceRule({
  name: "iam/no-wildcards",
  description: "No user, role or group may do everything, or anything with all data of a kind.",
  why: "What is allowed on everything is allowed on what comes tomorrow, too.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
  types: identityPolicyTypes,
  check: ({ wanted }) => checkIdentityPolicy(wanted),
});

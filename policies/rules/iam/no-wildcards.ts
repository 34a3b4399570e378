import { checkIdentityPolicy, identityPolicyTypes } from "../../../guard/iam-policies";
import { resourceRule } from "../../rule";

export const noWildcards = resourceRule({
  name: "iam/no-wildcards",
  description: "No user, role or group may do everything, or anything with all data of a kind.",
  types: identityPolicyTypes,
  check: ({ wanted }) => checkIdentityPolicy(wanted),
});

import { isCiApplyPolicy } from "../../../guard/rules/ci-trust";
import { checkIdentityPolicy, identityPolicyTypes } from "../../../guard/rules/iam-policies";
import { resourceRule } from "../../rule";

export const noWildcards = resourceRule({
  name: "iam/no-wildcards",
  description:
    "On everything, or everything of a kind, a user, role or group may do only what harms nothing; `apply` of `groundwork:ci` alone has the one policy that this section makes.",
  why: "What is allowed on everything is allowed on what comes tomorrow, too.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
  types: identityPolicyTypes,
  // Whole services, for who makes and removes everything. It is compared to the letter, so that nothing else passes as it.
  check: ({ wanted, context }) => (isCiApplyPolicy(wanted, context.ci) ? [] : checkIdentityPolicy(wanted)),
});

import { checkResourcePolicy, resourcePolicyTypes } from "../../../guard/rules/iam-policies";
import { resourceRule } from "../../rule";

export const noPublicPrincipals = resourceRule({
  name: "iam/no-public-principals",
  description: "No bucket, queue, topic, table, key, secret or role is open to everybody.",
  why: "Everybody is everybody with an AWS account, or without one.",
  reference:
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
  types: resourcePolicyTypes,
  check: ({ wanted }) => checkResourcePolicy(wanted),
});

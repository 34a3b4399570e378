import { checkResourcePolicy, resourcePolicyTypes } from "../../../guard/iam-policies";
import { resourceRule } from "../../rule";

export const noPublicPrincipals = resourceRule({
  name: "iam/no-public-principals",
  description: "No bucket, queue, topic, table, key, secret or role is open to everybody.",
  types: resourcePolicyTypes,
  check: ({ wanted }) => checkResourcePolicy(wanted),
});

import { checkCiTrust } from "../../../guard/rules/ci-trust";
import { resourceRule } from "../../rule";

export const ciTrust = resourceRule({
  name: "iam/ci-trust",
  description:
    "CI's roles can be assumed by the repository, branch and environment of `groundwork:ci`, and no other role by jobs of GitHub.",
  why: "Whoever can be CI has everything that CI may do.",
  reference:
    "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws",
  types: ["aws:iam/role:Role"],
  check: ({ wanted, context }) => checkCiTrust(wanted, context.ci),
});

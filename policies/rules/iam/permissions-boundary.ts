import { boundedTypes, checkBoundary } from "../../../guard/rules/iam-boundary";
import { resourceRule } from "../../rule";

export const permissionsBoundary = resourceRule({
  name: "iam/permissions-boundary",
  description: "Where the stack names a permissions boundary, every role and user has it.",
  why: "A role without it can be given what the account lets nobody have, and its account refuses to make it.",
  reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
  types: boundedTypes,
  check: ({ wanted, context }) => checkBoundary(wanted, context.permissionsBoundary),
});

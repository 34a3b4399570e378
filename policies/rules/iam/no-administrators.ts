import {
  attachmentTypes,
  checkAttachedPolicy,
  checkUnknownAttachments,
} from "../../../guard/rules/iam-policies";
import { stackRule } from "../../rule";

export const noAdministrators = stackRule({
  name: "iam/no-administrators",
  description: "No identity has one of AWS's policies that allow a whole service, or all of them.",
  why: "Whoever has its key has everything.",
  reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  check: (resources) => checkUnknownAttachments(resources),
  resource: {
    types: attachmentTypes,
    check: ({ wanted }) => checkAttachedPolicy(wanted),
  },
});

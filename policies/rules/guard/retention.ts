import { mayBeLoosened } from "../../../guard/approvals/approved-inputs";
import { checkRetention } from "../../../guard/rules/inputs";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { resourceRule } from "../../rule";

export const retention = resourceRule({
  name: "guard/retention",
  description: "What is overwritten or deleted by mistake can be restored, and for long enough.",
  why: "A mistake is seen after days, not after minutes.",
  reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
  types: (type) => statefulType(type) !== undefined,
  check: ({ urn, wanted, context }) =>
    mayBeLoosened(context.approvals, urn) ? [] : checkRetention(wanted, context.level),
});

import { mayBeLoosened } from "../../../guard/approvals/approved-inputs";
import { checkFinalCopy } from "../../../guard/rules/inputs";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { resourceRule } from "../../rule";

export const finalCopy = resourceRule({
  name: "guard/final-copy",
  description: "A database leaves a last snapshot behind when it is deleted, under a known name.",
  why: "It is the last that is left after a mistake.",
  reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
  types: (type) => statefulType(type) !== undefined,
  check: ({ urn, wanted, context }) =>
    mayBeLoosened(context.approvals, urn) ? [] : checkFinalCopy(wanted, context.level),
});

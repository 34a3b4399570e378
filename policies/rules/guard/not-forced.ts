import { mayBeLoosened } from "../../../guard/approvals/approved-inputs";
import { checkNotForced } from "../../../guard/rules/inputs";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { resourceRule } from "../../rule";

export const notForced = resourceRule({
  name: "guard/not-forced",
  description: "Nothing that holds data may be deleted together with its contents.",
  why: "The cloud refuses to delete what is not empty; this would have it not ask.",
  reference: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
  types: (type) => statefulType(type) !== undefined,
  check: ({ urn, wanted, context }) =>
    mayBeLoosened(context.approvals, urn) ? [] : checkNotForced(wanted, context.level),
});

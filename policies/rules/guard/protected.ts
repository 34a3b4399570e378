import { mayStandFree } from "../../../guard/approvals/approved-inputs";
import { checkProtected } from "../../../guard/rules/inputs";
import { isKnownStateful, statefulType } from "../../../guard/catalogue/stateful-types";
import { resourceRule } from "../../rule";

export const isProtected = resourceRule({
  name: "guard/protected",
  description:
    "What holds data is protected: the engine deletes and replaces it only after protect was taken off in an earlier run.",
  why: "It holds in plain Pulumi too.",
  reference: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
  types: (type) => statefulType(type) !== undefined,
  // A component, which has no provider, may be named after what it holds; that is under it.
  check: ({ urn, wanted, context, providerInputs }) =>
    (providerInputs === undefined && !isKnownStateful(wanted.type)) || mayStandFree(context.approvals, urn)
      ? []
      : checkProtected(wanted, context.level),
});

import { checkProtected } from "../../../guard/inputs";
import { isKnownStateful, statefulType } from "../../../guard/stateful-types";
import { resourceRule } from "../../rule";

export const isProtected = resourceRule({
  name: "guard/protected",
  description:
    "What holds data is protected: the engine deletes and replaces it only after protect was taken off in an earlier run.",
  types: (type) => statefulType(type) !== undefined,
  // A component, which has no provider, may be named after what it holds; that is under it.
  check: ({ wanted, context, providerInputs }) =>
    providerInputs === undefined && !isKnownStateful(wanted.type)
      ? []
      : checkProtected(wanted, context.level),
});

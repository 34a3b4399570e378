import { checkNotForced } from "../../../guard/inputs";
import { statefulType } from "../../../guard/stateful-types";
import { resourceRule } from "../../rule";

export const notForced = resourceRule({
  name: "guard/not-forced",
  description: "Nothing that holds data may be deleted together with its contents.",
  types: (type) => statefulType(type) !== undefined,
  check: ({ wanted, context }) => checkNotForced(wanted, context.level),
});

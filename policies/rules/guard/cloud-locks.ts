import { checkCloudLocks } from "../../../guard/inputs";
import { statefulType } from "../../../guard/stateful-types";
import { resourceRule } from "../../rule";

export const cloudLocks = resourceRule({
  name: "guard/cloud-locks",
  description:
    "What holds data has the cloud's own deletion locks on: they hold against consoles and other programs too.",
  types: (type) => statefulType(type) !== undefined,
  check: ({ wanted, context }) => checkCloudLocks(wanted, context.level),
});

import { checkQuiet, remoteTypes } from "../../../guard/remote-commands";
import { resourceRule } from "../../rule";

export const quiet = resourceRule({
  name: "command/quiet",
  description: "What remote commands print is not logged.",
  types: remoteTypes,
  check: ({ wanted }) => checkQuiet(wanted),
});

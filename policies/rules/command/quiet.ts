import { checkQuiet, remoteTypes } from "../../../guard/rules/remote-commands";
import { resourceRule } from "../../rule";

export const quiet = resourceRule({
  name: "command/quiet",
  description: "What remote commands print is not logged.",
  why: "What a command prints lands in logs and in the state, and nobody knows beforehand what that is.",
  reference: "https://cwe.mitre.org/data/definitions/532.html",
  types: remoteTypes,
  check: ({ wanted }) => checkQuiet(wanted),
});

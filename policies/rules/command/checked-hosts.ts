import { checkHostKey, remoteTypes } from "../../../guard/remote-commands";
import { resourceRule } from "../../rule";

export const checkedHosts = resourceRule({
  name: "command/checked-hosts",
  description: "A machine that is reached over SSH is known by its public key.",
  types: remoteTypes,
  check: ({ wanted }) => checkHostKey(wanted),
});

import { checkHostKey, remoteTypes } from "../../../guard/rules/remote-commands";
import { resourceRule } from "../../rule";

export const checkedHosts = resourceRule({
  name: "command/checked-hosts",
  description: "A machine that is reached over SSH is known by its public key.",
  why: "Whoever answers in the machine's place is else given the commands and everything in them.",
  reference: "https://man.openbsd.org/ssh#VERIFYING_HOST_KEYS",
  types: remoteTypes,
  check: ({ wanted }) => checkHostKey(wanted),
});

import { checkNoSecretsInCommands, remoteTypes } from "../../../guard/remote-commands";
import { resourceRule } from "../../rule";

export const noSecrets = resourceRule({
  name: "command/no-secrets",
  description: "Command lines and variables of remote commands hold no secrets.",
  types: remoteTypes,
  check: ({ wanted }) => checkNoSecretsInCommands(wanted),
});

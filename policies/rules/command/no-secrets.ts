import { checkNoSecretsInCommands, remoteTypes } from "../../../guard/rules/remote-commands";
import { resourceRule } from "../../rule";

export const noSecrets = resourceRule({
  name: "command/no-secrets",
  description: "Command lines and variables of remote commands hold no secrets.",
  why: "Command lines and variables are in the state, in logs and in lists of processes.",
  reference: "https://cwe.mitre.org/data/definitions/214.html",
  types: remoteTypes,
  check: ({ wanted }) => checkNoSecretsInCommands(wanted),
});

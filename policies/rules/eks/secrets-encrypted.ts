import { clusterTypes, checkSecretsEncrypted } from "../../../guard/clusters";
import { resourceRule } from "../../rule";

export const secretsEncrypted = resourceRule({
  name: "eks/secrets-encrypted",
  description: "Secrets of a cluster are encrypted with a key of the account.",
  types: clusterTypes,
  check: ({ wanted }) => checkSecretsEncrypted(wanted),
});

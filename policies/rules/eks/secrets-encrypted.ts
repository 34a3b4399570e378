import { clusterTypes, checkSecretsEncrypted } from "../../../guard/rules/clusters";
import { resourceRule } from "../../rule";

export const secretsEncrypted = resourceRule({
  name: "eks/secrets-encrypted",
  description: "Secrets of a cluster are encrypted with a key of the account.",
  why: "A copy of them is worth nothing without the key, and the key's log says who read them.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html#eks-3",
  types: clusterTypes,
  check: ({ wanted }) => checkSecretsEncrypted(wanted),
});

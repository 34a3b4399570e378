import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "redshift/encrypted",
  description: "Redshift clusters are encrypted at rest.",
  types: ["aws:redshift/cluster:Cluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

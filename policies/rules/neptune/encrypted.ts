import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "neptune/encrypted",
  description: "Neptune clusters are encrypted at rest.",
  types: ["aws:neptune/cluster:Cluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

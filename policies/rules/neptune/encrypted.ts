import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "neptune/encrypted",
  description: "Neptune clusters are encrypted at rest.",
  why: "It cannot be switched on later: data would have to move.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/neptune-controls.html#neptune-1",
  types: ["aws:neptune/cluster:Cluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

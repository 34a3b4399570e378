import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "docdb/encrypted",
  description: "DocumentDB clusters are encrypted at rest.",
  types: ["aws:docdb/cluster:Cluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "docdb/encrypted",
  description: "DocumentDB clusters are encrypted at rest.",
  why: "It cannot be switched on later: data would have to move.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/documentdb-controls.html#documentdb-1",
  types: ["aws:docdb/cluster:Cluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

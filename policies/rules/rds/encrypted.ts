import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "rds/encrypted",
  description: "Databases are encrypted at rest.",
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:rds/globalCluster:GlobalCluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

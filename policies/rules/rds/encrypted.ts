import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "rds/encrypted",
  description: "Databases are encrypted at rest.",
  why: "It cannot be switched on later: data would have to move.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
  types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:rds/globalCluster:GlobalCluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

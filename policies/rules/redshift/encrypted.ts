import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "redshift/encrypted",
  description: "Redshift clusters are encrypted at rest.",
  why: "Snapshots of an open cluster are open too.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/redshift-controls.html#redshift-10",
  types: ["aws:redshift/cluster:Cluster"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

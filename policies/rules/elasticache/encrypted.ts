import { checkEncrypted } from "../../../guard/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "elasticache/encrypted",
  description: "Redis and Valkey replication groups are encrypted at rest.",
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

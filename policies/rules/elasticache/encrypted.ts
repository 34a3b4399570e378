import { checkEncrypted } from "../../../guard/rules/encryption";
import { resourceRule } from "../../rule";

export const encrypted = resourceRule({
  name: "elasticache/encrypted",
  description: "Redis and Valkey replication groups are encrypted at rest.",
  why: "It cannot be switched on later: data would have to move.",
  reference:
    "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html#elasticache-4",
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check: ({ wanted }) => checkEncrypted(wanted),
});

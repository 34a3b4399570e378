import { checkInTransit } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "elasticache/encrypted-transport",
  description: "Redis and Valkey replication groups take TLS only.",
  why: "What goes in the clear can be read and changed on its way.",
  reference:
    "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html#elasticache-5",
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check: ({ wanted }) => checkInTransit(wanted),
});

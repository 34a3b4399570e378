import { checkNotPublic } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "dms/not-public",
  description: "No replication instance has an address on the internet.",
  why: "It holds the credentials of both databases.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-1",
  types: ["aws:dms/replicationInstance:ReplicationInstance"],
  check: ({ wanted }) => checkNotPublic(wanted),
});

import { checkNotPublic } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "dms/not-public",
  description: "No replication instance has an address on the internet.",
  types: ["aws:dms/replicationInstance:ReplicationInstance"],
  check: ({ wanted }) => checkNotPublic(wanted),
});

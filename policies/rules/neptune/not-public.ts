import { checkNotPublic } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "neptune/not-public",
  description: "No graph database has an address on the internet.",
  types: ["aws:neptune/clusterInstance:ClusterInstance"],
  check: ({ wanted }) => checkNotPublic(wanted),
});

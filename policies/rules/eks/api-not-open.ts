import { clusterTypes, checkApiNotOpen } from "../../../guard/clusters";
import { resourceRule } from "../../rule";

export const apiNotOpen = resourceRule({
  name: "eks/api-not-open",
  description: "The Kubernetes API of a cluster is not open to the world.",
  types: clusterTypes,
  check: ({ wanted }) => checkApiNotOpen(wanted),
});

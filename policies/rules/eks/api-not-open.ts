import { clusterTypes, checkApiNotOpen } from "../../../guard/rules/clusters";
import { resourceRule } from "../../rule";

export const apiNotOpen = resourceRule({
  name: "eks/api-not-open",
  description: "The Kubernetes API of a cluster is not open to the world.",
  why: "The next hole in authentication would be open to everybody.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html#eks-1",
  types: clusterTypes,
  check: ({ wanted }) => checkApiNotOpen(wanted),
});

import { clusterTypes, checkControlPlaneLogs } from "../../../guard/rules/clusters";
import { resourceRule } from "../../rule";

export const controlPlaneLogs = resourceRule({
  name: "eks/control-plane-logs",
  description: "The control plane of a cluster logs API calls, audit and authentication.",
  why: "Nobody can else tell afterwards who did what.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html#eks-8",
  types: clusterTypes,
  check: ({ wanted }) => checkControlPlaneLogs(wanted),
});

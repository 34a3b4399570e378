import { clusterTypes, checkControlPlaneLogs } from "../../../guard/clusters";
import { resourceRule } from "../../rule";

export const controlPlaneLogs = resourceRule({
  name: "eks/control-plane-logs",
  description: "The control plane of a cluster logs API calls, audit and authentication.",
  types: clusterTypes,
  check: ({ wanted }) => checkControlPlaneLogs(wanted),
});

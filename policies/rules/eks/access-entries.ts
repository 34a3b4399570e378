import { clusterTypes, checkAuthenticationByApi } from "../../../guard/clusters";
import { resourceRule } from "../../rule";

export const accessEntries = resourceRule({
  name: "eks/access-entries",
  description: "Access to a cluster is given by access entries alone.",
  types: clusterTypes,
  check: ({ wanted }) => checkAuthenticationByApi(wanted),
});

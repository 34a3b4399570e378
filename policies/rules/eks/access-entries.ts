import { clusterTypes, checkAuthenticationByApi } from "../../../guard/rules/clusters";
import { resourceRule } from "../../rule";

export const accessEntries = resourceRule({
  name: "eks/access-entries",
  description: "Access to a cluster is given by access entries alone.",
  why: "A map inside the cluster may be edited by anybody who may edit maps, and locks everybody out when it is broken.",
  reference: "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
  types: clusterTypes,
  check: ({ wanted }) => checkAuthenticationByApi(wanted),
});

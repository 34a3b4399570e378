import { clusterTypes, checkCreatorNotAdmin } from "../../../guard/clusters";
import { resourceRule } from "../../rule";

export const creatorNotAdmin = resourceRule({
  name: "eks/creator-not-admin",
  description: "Whoever makes a cluster is no administrator of it by that.",
  types: clusterTypes,
  check: ({ wanted }) => checkCreatorNotAdmin(wanted),
});

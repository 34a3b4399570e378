import { clusterTypes, checkCreatorNotAdmin } from "../../../guard/clusters";
import { resourceRule } from "../../rule";

export const creatorNotAdmin = resourceRule({
  name: "eks/creator-not-admin",
  description: "Whoever makes a cluster is no administrator of it by that.",
  why: "It is an administrator that no list shows.",
  reference: "https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
  types: clusterTypes,
  check: ({ wanted }) => checkCreatorNotAdmin(wanted),
});

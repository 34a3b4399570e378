import { clusterTypes, checkCreatorNotAdmin } from "../../../guard/rules/clusters";
import { resourceRule } from "../../rule";

export const creatorNotAdmin = resourceRule({
  name: "eks/creator-not-admin",
  description: "Whoever makes a cluster is no administrator of it by that.",
  why: "EKS makes it one by an entry that this program has not written and does not take away.",
  reference: "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html",
  types: clusterTypes,
  check: ({ wanted }) => checkCreatorNotAdmin(wanted),
});

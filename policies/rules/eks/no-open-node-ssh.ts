import { checkNodeSshNotOpen, nodeGroupTypes } from "../../../guard/rules/clusters";
import { resourceRule } from "../../rule";

export const noOpenNodeSsh = resourceRule({
  name: "eks/no-open-node-ssh",
  description: "SSH to nodes is open to named security groups, if to any.",
  why: "EKS opens port 22 to the world where no group is named.",
  reference: "https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html",
  types: nodeGroupTypes,
  check: ({ wanted }) => checkNodeSshNotOpen(wanted),
});

import type { Reference } from "../../../interpreter/entry";

export const clusterType = "aws:eks/cluster:Cluster";
export const nodeGroupType = "aws:eks/nodeGroup:NodeGroup";
export const addonType = "aws:eks/addon:Addon";
export const accessEntryType = "aws:eks/accessEntry:AccessEntry";
export const accessAssociationType = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";
export const podIdentityType = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

export const toCluster: Reference = {
  property: "clusterName",
  type: clusterType,
  code: "ResourceNotFoundException",
  message: (name) => `No cluster found for name: ${name}.`,
  status: 404,
};

export const toRole = (property: string): Reference => ({
  property,
  type: "aws:iam/role:Role",
  by: "arn",
  only: /:role\//,
  code: "InvalidParameterException",
  message: (arn) => `The role with ARN ${arn} could not be found.`,
});

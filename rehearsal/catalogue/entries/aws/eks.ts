import { createHash } from "node:crypto";
import type { Entries, InputRule, Reference, Rule, UpdateRule } from "../../../interpreter/entry";
import { numberOf, recordOf, textOf, textsAt } from "../../../interpreter/values";
import { lockedBy, nameIsFree } from "./common-rules";
import { toSecurityGroup, toSubnet } from "./network-references";

const clusterType = "aws:eks/cluster:Cluster";
const nodeGroupType = "aws:eks/nodeGroup:NodeGroup";
const newestVersion = "1.34";

const toCluster: Reference = {
  property: "clusterName",
  type: clusterType,
  code: "ResourceNotFoundException",
  message: (name) => `No cluster found for name: ${name}.`,
  status: 404,
};

const toRole = (property: string): Reference => ({
  property,
  type: "aws:iam/role:Role",
  by: "arn",
  only: /:role\//,
  code: "InvalidParameterException",
  message: (arn) => `The role with ARN ${arn} could not be found.`,
});

function minor(version: string): number {
  return Number(version.split(".")[1] ?? "0");
}

/** Control planes go up, one minor version at a time. */
const oneMinorAtATime: UpdateRule = ({ outputs }, wanted) => {
  const [had, want] = [textOf(outputs, "version"), textOf(wanted, "version")];
  if (had === "" || want === "" || minor(want) === minor(had) || minor(want) === minor(had) + 1)
    return undefined;
  const message =
    minor(want) < minor(had)
      ? `Kubernetes version downgrade from ${had} to ${want} is not supported`
      : `Unsupported Kubernetes minor version update from ${had} to ${want}`;
  return { code: "InvalidParameterException", message };
};

const twoZones: Rule = ({ inputs }, cloud) => {
  const subnets = textsAt(inputs, "vpcConfig.subnetIds").map((id) => cloud.find("aws:ec2/subnet:Subnet", id));
  const zones = new Set(subnets.map((subnet) => textOf(subnet?.outputs ?? {}, "availabilityZone")));
  if (zones.size >= 2) return undefined;
  const message = "Subnets specified must be in at least two different AZs";
  return { code: "InvalidParameterException", message };
};

const nodesNotNewer: InputRule = (inputs, cloud) => {
  const control = textOf(cloud.find(clusterType, textOf(inputs, "clusterName"))?.outputs ?? {}, "version");
  const want = textOf(inputs, "version");
  if (want === "" || control === "" || minor(want) <= minor(control)) return undefined;
  const message = `Nodegroup Kubernetes version should be equal to or less than the cluster version: ${control}`;
  return { code: "InvalidParameterException", message };
};

const sizesFit: InputRule = (inputs) => {
  const scaling = recordOf(inputs, "scalingConfig");
  const [min = 0, desired = 0, max = 0] = ["minSize", "desiredSize", "maxSize"].map((name) =>
    numberOf(scaling, name),
  );
  if (min <= desired && desired <= max) return undefined;
  const message = `desired capacity ${String(desired)} must be between min size ${String(min)} and max size ${String(max)}`;
  return { code: "InvalidParameterException", message };
};

export const entries: Entries = {
  [clusterType]: {
    api: { service: "EKS", title: "EKS Cluster", update: "UpdateClusterConfig" },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: ({ inputs, random, place }) => {
      const id = random.hex(32).toUpperCase();
      const host = `${id}.${random.pick(["gr7", "sk1", "yl4"])}.${place.region}.eks.amazonaws.com`;
      const vpc = recordOf(inputs, "vpcConfig");
      return {
        endpoint: `https://${host}`,
        version: textOf(inputs, "version") || newestVersion,
        platformVersion: "eks.1",
        status: "ACTIVE",
        clusterId: "",
        certificateAuthority: {
          data: Buffer.from(
            `-----BEGIN CERTIFICATE-----\n${random.lower(64)}\n-----END CERTIFICATE-----\n`,
          ).toString("base64"),
        },
        identities: [{ oidcs: [{ issuer: `https://oidc.eks.${place.region}.amazonaws.com/id/${id}` }] }],
        vpcConfig: {
          endpointPrivateAccess: false,
          endpointPublicAccess: true,
          publicAccessCidrs: ["0.0.0.0/0"],
          ...vpc,
          clusterSecurityGroupId: `sg-${random.hex(17)}`,
          vpcId: textOf(vpc, "vpcId"),
        },
        kubernetesNetworkConfig: {
          ipFamily: "ipv4",
          serviceIpv4Cidr: "172.20.0.0/16",
          ...recordOf(inputs, "kubernetesNetworkConfig"),
        },
        accessConfig: { authenticationMode: "CONFIG_MAP", ...recordOf(inputs, "accessConfig") },
        upgradePolicy: { supportType: "EXTENDED", ...recordOf(inputs, "upgradePolicy") },
      };
    },
    references: [
      toRole("roleArn"),
      toSubnet("vpcConfig.subnetIds"),
      toSecurityGroup("vpcConfig.securityGroupIds"),
    ],
    refuseCreate: [
      nameIsFree("name", {
        code: "ResourceInUseException",
        message: (name) => `Cluster already exists with name: ${name}`,
        status: 409,
      }),
      twoZones,
    ],
    refuseUpdate: [oneMinorAtATime],
    refuseDelete: [
      lockedBy("deletionProtection", {
        code: "InvalidRequestException",
        message: () => "Cluster has deletion protection enabled",
      }),
    ],
    dependants: [nodeGroupType, "aws:eks/fargateProfile:FargateProfile"].map((type) => ({
      type,
      property: "clusterName",
      code: "ResourceInUseException",
      message: () => "Cluster has nodegroups attached",
      status: 409,
    })),
    seconds: { create: 540, update: 600, delete: 180 },
  },

  [nodeGroupType]: {
    api: {
      service: "EKS",
      title: "EKS Node Group",
      create: "CreateNodegroup",
      update: "UpdateNodegroupConfig",
      delete: "DeleteNodegroup",
    },
    id: ({ inputs, random, name }) =>
      `${textOf(inputs, "clusterName")}:${textOf(inputs, "nodeGroupName") || `${name}-${random.hex(7)}`}`,
    outputs: ({ id, inputs, random }, cloud) => {
      const control = textOf(
        cloud.find(clusterType, textOf(inputs, "clusterName"))?.outputs ?? {},
        "version",
      );
      const group = id.split(":")[1] ?? "";
      return {
        nodeGroupName: group,
        status: "ACTIVE",
        version: textOf(inputs, "version") || control,
        releaseVersion: `${textOf(inputs, "version") || control}.1-20260401`,
        amiType: textOf(inputs, "amiType") || "AL2023_x86_64_STANDARD",
        capacityType: textOf(inputs, "capacityType") || "ON_DEMAND",
        diskSize: inputs["diskSize"] ?? 20,
        instanceTypes: inputs["instanceTypes"] ?? ["t3.medium"],
        resources: [
          { autoscalingGroups: [{ name: `eks-${group}-${random.uuid()}` }], remoteAccessSecurityGroupId: "" },
        ],
      };
    },
    references: [toCluster, toRole("nodeRoleArn"), toSubnet("subnetIds")],
    refuseInputs: [nodesNotNewer, sizesFit],
    seconds: { create: 120, update: 120, delete: 180 },
  },

  "aws:eks/addon:Addon": {
    api: { service: "EKS", title: "EKS Add-On" },
    id: ({ inputs }) => `${textOf(inputs, "clusterName")}:${textOf(inputs, "addonName")}`,
    outputs: ({ inputs }) => ({ addonVersion: textOf(inputs, "addonVersion") || "v1.0.0-eksbuild.1" }),
    references: [toCluster],
    seconds: { create: 30, update: 30, delete: 15 },
  },
  "aws:eks/accessEntry:AccessEntry": {
    api: { service: "EKS", title: "EKS Access Entry" },
    id: ({ inputs }) => `${textOf(inputs, "clusterName")}:${textOf(inputs, "principalArn")}`,
    outputs: ({ inputs, place, random }) => ({
      accessEntryArn: `arn:aws:eks:${place.region}:${place.account}:access-entry/${textOf(inputs, "clusterName")}/role/${random.uuid()}`,
      userName: textOf(inputs, "userName") || textOf(inputs, "principalArn"),
    }),
    references: [toCluster],
  },
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": {
    api: {
      service: "EKS",
      title: "EKS Access Policy Association",
      create: "AssociateAccessPolicy",
      delete: "DisassociateAccessPolicy",
    },
    id: ({ inputs }) =>
      ["clusterName", "principalArn", "policyArn"].map((name) => textOf(inputs, name)).join("#"),
    references: [toCluster],
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": {
    api: { service: "EKS", title: "EKS Pod Identity Association" },
    id: ({ random }) => `a-${random.lower(17)}`,
    outputs: ({ id, inputs, place }) => ({
      associationId: id,
      associationArn: `arn:aws:eks:${place.region}:${place.account}:podidentityassociation/${textOf(inputs, "clusterName")}/${id}`,
      externalId: createHash("sha256").update(id).digest("hex").slice(0, 32),
    }),
    references: [toCluster, toRole("roleArn")],
  },
};

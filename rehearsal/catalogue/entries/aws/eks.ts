import type { CloudView, Entries, InputRule, Rule, UpdateRule } from "../../../interpreter/entry";
import { listOf, recordOf, textOf, textsAt, type Values } from "../../../interpreter/values";
import { forgetObjects } from "../../../packages/kubernetes/eks";
import { lockedBy, nameIsFree } from "./common-rules";
import { entries as accessEntries } from "./eks-access";
import { entries as nodeEntries } from "./eks-nodes";
import {
  accessAssociationType,
  accessEntryType,
  addonType,
  clusterType,
  nodeGroupType,
  podIdentityType,
  toRole,
} from "./eks-references";
import { defaultVersion, kubernetesVersions, minor } from "./eks-versions";
import { block, subnetType, toSecurityGroup, toSubnet } from "./network-references";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

/** Control planes go up, one minor version at a time. */
const oneMinorAtATime: UpdateRule = ({ outputs }, wanted) => {
  const [had, want] = [textOf(outputs, "version"), textOf(wanted, "version")];
  if (had === "" || want === "" || minor(want) === minor(had) || minor(want) === minor(had) + 1)
    return undefined;
  const message =
    minor(want) < minor(had)
      ? `Kubernetes version downgrade from ${had} to ${want} is not supported`
      : `Unsupported Kubernetes minor version update from ${had} to ${want}`;
  return { code: "InvalidParameterException", message, operation: "UpdateClusterVersion" };
};

/** What stands may stay where it is until EKS upgrades it. */
const versionIsOffered: InputRule = (inputs, _cloud, subject) => {
  const version = textOf(inputs, "version");
  const stands = textOf(subject.outputs, "version") === version;
  if (version === "" || stands || kubernetesVersions.some((known) => known === version)) return undefined;
  return { code: "InvalidParameterException", message: `unsupported Kubernetes version ${version}` };
};

const nameIsOne: Rule = ({ inputs }) => {
  if (/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(textOf(inputs, "name"))) return undefined;
  return { code: "InvalidParameterException", message: "The cluster name is not valid" };
};

function zonesOf(values: Values, cloud: CloudView): readonly string[] {
  const subnets = textsAt(values, "vpcConfig.subnetIds").map((id) => cloud.find(subnetType, id));
  return [...new Set(subnets.map((subnet) => textOf(subnet?.outputs ?? {}, "availabilityZone")))].sort();
}

const twoZones: Rule = ({ inputs }, cloud) => {
  if (zonesOf(inputs, cloud).length >= 2) return undefined;
  const message = "Subnets specified must be in at least two different AZs";
  return { code: "InvalidParameterException", message };
};

/** Other subnets may be given to a cluster, in its zones. Source: aws/containers-roadmap #170 and #2258, which has the words. */
const zonesOfItsCreation: UpdateRule = ({ outputs }, wanted, cloud) => {
  const [had, want] = [zonesOf(outputs, cloud), zonesOf(wanted, cloud)].map((zones) => zones.join(","));
  // Whoever wrote down a cluster without its subnets has said nothing of its zones.
  if (had === want || had === "") return undefined;
  const message =
    `Provided subnets belong to the AZs '${want}'. But they should belong to the exact set of AZs '${had}' ` +
    "in which subnets were provided during cluster creation.";
  return { code: "InvalidParameterException", message };
};

/** Addresses that nobody has on the internet. */
const nobodys = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
];

const publicCidrsArePublic: InputRule = (inputs) => {
  const wrong = textsAt(inputs, "vpcConfig.publicAccessCidrs").filter((text) =>
    nobodys.some((range) => {
      const given = block(text);
      return given !== undefined && block(range)?.contains(given) === true;
    }),
  );
  if (wrong.length === 0) return undefined;
  const message = `The following CIDRs are invalid in publicAccessCidrs: [${wrong.join(", ")}]`;
  return { code: "InvalidParameterException", message };
};

/** The API is reached somehow. */
const someEndpoint: InputRule = (inputs) => {
  const vpc = recordOf(inputs, "vpcConfig");
  if (vpc["endpointPublicAccess"] !== false || vpc["endpointPrivateAccess"] === true) return undefined;
  const message = "Private and public endpoint access cannot both be false";
  return { code: "InvalidParameterException", message };
};

export const entries: Entries = {
  [clusterType]: {
    api: { service: "EKS", title: "EKS Cluster", update: "UpdateClusterConfig" },
    id: ({ inputs }) => textOf(inputs, "name"),
    outputs: ({ inputs, random, place }, cloud) => {
      const id = random.hex(32).toUpperCase();
      const host = `${id}.${random.pick(["gr7", "sk1", "yl4"])}.${place.region}.eks.amazonaws.com`;
      const vpc = recordOf(inputs, "vpcConfig");
      const [subnet = ""] = textsAt(inputs, "vpcConfig.subnetIds");
      return {
        endpoint: `https://${host}`,
        version: textOf(inputs, "version") || defaultVersion,
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
          vpcId: textOf(cloud.find(subnetType, subnet)?.outputs ?? {}, "vpcId"),
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
      {
        property: "encryptionConfig.provider.keyArn",
        type: "aws:kms/key:Key",
        by: "arn",
        only: /:key\//,
        code: "InvalidParameterException",
        message: (arn) => `The KMS key ${arn} could not be found`,
      },
    ],
    refuseInputs: [versionIsOffered, publicCidrsArePublic, someEndpoint],
    // At the end of its extended support EKS upgrades a cluster by itself.
    byItself: ({ outputs }): Values | undefined => {
      const [oldest] = kubernetesVersions;
      const version = textOf(outputs, "version");
      return version !== "" && minor(version) < minor(oldest) ? { version: oldest } : undefined;
    },
    unique: [
      nameIsFree("name", {
        code: "ResourceInUseException",
        message: (name) => `Cluster already exists with name: ${name}`,
        status: 409,
      }),
    ],
    refuseCreate: [nameIsOne, twoZones],
    refuseUpdate: [oneMinorAtATime, zonesOfItsCreation],
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
    afterCreate: ({ id, inputs, outputs }, cloud) => {
      const vpc = recordOf(outputs, "vpcConfig");
      const group = textOf(vpc, "clusterSecurityGroupId");
      const name = `eks-cluster-sg-${id}-${group.slice(3, 13)}`;
      const description = "EKS created security group applied to ENI that is attached to EKS control plane.";
      const inputsOfGroup = { name, description, vpcId: textOf(vpc, "vpcId") };
      cloud.put({ type: groupType, id: group, name, inputs: inputsOfGroup });
      // Where nobody made the log's group before, EKS does, and leaves it.
      const log = `/aws/eks/${id}/cluster`;
      if (listOf(inputs, "enabledClusterLogTypes").length > 0 && !cloud.find(logGroupType, log))
        cloud.put({ type: logGroupType, id: log, name: log, inputs: { name: log, retentionInDays: 0 } });
    },
    afterDelete: (subject, cloud) => {
      cloud.remove(groupType, textOf(recordOf(subject.outputs, "vpcConfig"), "clusterSecurityGroupId"));
      for (const type of [addonType, accessAssociationType, accessEntryType, podIdentityType])
        for (const record of cloud.ofType(type))
          if (record.outputs["clusterName"] === subject.id) cloud.remove(type, record.id);
      forgetObjects(subject, cloud);
    },
  },

  ...nodeEntries,
  ...accessEntries,
};

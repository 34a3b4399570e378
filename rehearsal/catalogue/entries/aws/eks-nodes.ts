import type { Draft, Entries, InputRule, Rule, UpdateRule } from "../../../interpreter/entry";
import { isRecord, listOf, numberOf, recordOf, textOf } from "../../../interpreter/values";
import { endSettings } from "./autoscaling";
import { addonType, clusterType, nodeGroupType, toCluster, toRole } from "./eks-references";
import { addonVersion, minor, newestRelease, offersAddonVersion, versionOf } from "./eks-versions";
import { refuseDiskKeys } from "./key-use";
import { toSubnet } from "./network-references";
import { dataOfVersion, templateType, versionNumber } from "./template-versions";

// Node groups and add-ons, each of which may need the other. Codes and wording: the EKS API reference.

/** Nodes are not taken back either. */
const nodesGoUp: UpdateRule = ({ outputs }, wanted) => {
  const [had, want] = [textOf(outputs, "version"), textOf(wanted, "version")];
  if (had === "" || want === "" || minor(want) >= minor(had)) return undefined;
  const message = `Requested version ${want} is lower than the nodegroup's version ${had}`;
  return { code: "InvalidParameterException", message, operation: "UpdateNodegroupVersion" };
};

const nodesNotNewer: InputRule = (inputs, cloud) => {
  const control = textOf(cloud.find(clusterType, textOf(inputs, "clusterName"))?.outputs ?? {}, "version");
  const want = textOf(inputs, "version");
  if (want === "" || control === "" || minor(want) <= minor(control)) return undefined;
  const message = `Nodegroup Kubernetes version should be equal to or less than the cluster version: ${control}`;
  return { code: "InvalidParameterException", message };
};

/** Words: eksctl-io/eksctl issue 7976. */
const releaseIsOfTheVersion: InputRule = (inputs, cloud) => {
  const control = versionOf(cloud.find(clusterType, textOf(inputs, "clusterName"))?.outputs);
  const [release, version] = [textOf(inputs, "releaseVersion"), textOf(inputs, "version") || control];
  if (release === "" || release.startsWith(`${version}.`)) return undefined;
  const message = `Requested release version ${release} is not valid for kubernetes version ${version}.`;
  return { code: "InvalidParameterException", message };
};

const sizesFit: InputRule = (inputs) => {
  const scaling = recordOf(inputs, "scalingConfig");
  const [min = 0, desired = 0, max = 0] = ["minSize", "desiredSize", "maxSize"].map((name) =>
    numberOf(scaling, name),
  );
  if (min <= desired && desired <= max && max >= 1) return undefined;
  const message = `desired capacity ${String(desired)} must be between min size ${String(min)} and max size ${String(max)}`;
  return { code: "InvalidParameterException", message };
};

const hasAddon = (cluster: string, addon: string, cloud: Parameters<Rule>[1]): boolean =>
  cloud
    .ofType(addonType)
    .some(({ outputs }) => outputs["clusterName"] === cluster && outputs["addonName"] === addon);

/** Without a network plug-in, and EKS puts none there when it is told not to, no node becomes ready. */
const nodesBecomeReady: Rule = ({ inputs }, cloud) => {
  const name = textOf(inputs, "clusterName");
  const cluster = cloud.find(clusterType, name);
  if (cluster?.inputs["bootstrapSelfManagedAddons"] !== false || hasAddon(name, "vpc-cni", cloud))
    return undefined;
  const message =
    "unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: NodeCreationFailure: Unhealthy nodes in the kubernetes cluster";
  return { code: "NodeCreationFailure", message, byProvider: true };
};

/** Add-ons that are Deployments: their pods need a node. */
const onNodes = new Set(["coredns", "aws-ebs-csi-driver", "metrics-server"]);

const addonBecomesActive: Rule = ({ inputs }, cloud) => {
  const [cluster, addon] = [textOf(inputs, "clusterName"), textOf(inputs, "addonName")];
  const nodes = cloud
    .ofType(nodeGroupType)
    .some(
      ({ outputs }) =>
        outputs["clusterName"] === cluster &&
        numberOf(recordOf(outputs, "scalingConfig"), "desiredSize") !== 0,
    );
  const fargate = cloud
    .ofType("aws:eks/fargateProfile:FargateProfile")
    .some(({ outputs }) => outputs["clusterName"] === cluster);
  if (nodes || fargate || !onNodes.has(addon)) return undefined;
  const message = `timeout while waiting for state to become 'ACTIVE' (last state: 'DEGRADED', timeout: 20m0s): InsufficientNumberOfReplicas: The add-on is unhealthy because it doesn't have the desired number of replicas.`;
  return { code: "InsufficientNumberOfReplicas", message, byProvider: true };
};

const addonIsOffered: InputRule = (inputs, cloud) => {
  const [addon, version] = [textOf(inputs, "addonName"), textOf(inputs, "addonVersion")];
  const cluster = cloud.find(clusterType, textOf(inputs, "clusterName"));
  const kubernetes = versionOf(cluster?.outputs);
  if (addonVersion(addon, kubernetes, cloud) === undefined)
    return { code: "InvalidParameterException", message: `Addon ${addon} specified is not supported` };
  if (version === "" || offersAddonVersion(addon, version, kubernetes)) return undefined;
  return { code: "InvalidParameterException", message: "Addon version specified is not supported" };
};

const addonIsNew: Rule = ({ inputs }, cloud) =>
  hasAddon(textOf(inputs, "clusterName"), textOf(inputs, "addonName"), cloud)
    ? { code: "ResourceInUseException", message: "Addon already exists.", status: 409 }
    : undefined;

/** EKS starts nodes by an Auto Scaling group of its own. Source: Amazon EKS API reference, Issue, AsgInstanceLaunchFailures. */
const nodesStart: InputRule = (inputs, cloud, { place }) => {
  const named = recordOf(inputs, "launchTemplate");
  const template = cloud.find(templateType, textOf(named, "id"));
  const number = template && versionNumber(template, textOf(named, "version"));
  if (template === undefined || number === undefined) return undefined;
  const refusal = refuseDiskKeys(dataOfVersion(template, number, cloud), place, cloud);
  if (refusal === undefined) return undefined;
  const message = `unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: AsgInstanceLaunchFailures: Could not launch On-Demand Instances. ${refusal.message}`;
  return { code: "AsgInstanceLaunchFailures", message, byProvider: true };
};

function releaseOf({ inputs }: Draft, control: string): Readonly<Record<string, string>> {
  const version = textOf(inputs, "version") || control;
  return { version, releaseVersion: textOf(inputs, "releaseVersion") || newestRelease(version) };
}

export const entries: Entries = {
  [nodeGroupType]: {
    api: {
      service: "EKS",
      title: "EKS Node Group",
      create: "CreateNodegroup",
      update: "UpdateNodegroupConfig",
      delete: "DeleteNodegroup",
    },
    id: ({ inputs, random, name }) => {
      const prefix = textOf(inputs, "nodeGroupNamePrefix");
      const made = prefix === "" ? `${name}-${random.hex(7)}` : `${prefix}${random.hex(26)}`;
      return `${textOf(inputs, "clusterName")}:${textOf(inputs, "nodeGroupName") || made}`;
    },
    outputs: (draft, cloud) => {
      const { id, inputs, random } = draft;
      const control = versionOf(cloud.find(clusterType, textOf(inputs, "clusterName"))?.outputs);
      const group = id.split(":")[1] ?? "";
      return {
        nodeGroupName: group,
        status: "ACTIVE",
        ...releaseOf(draft, control),
        amiType: textOf(inputs, "amiType") || "AL2023_x86_64_STANDARD",
        capacityType: textOf(inputs, "capacityType") || "ON_DEMAND",
        // Of a group with a launch template that is the template's business.
        diskSize: inputs["launchTemplate"] === undefined ? (inputs["diskSize"] ?? 20) : 0,
        instanceTypes: inputs["instanceTypes"] ?? ["t3.medium"],
        resources: [
          { autoscalingGroups: [{ name: `eks-${group}-${random.uuid()}` }], remoteAccessSecurityGroupId: "" },
        ],
      };
    },
    updated: (draft) => releaseOf(draft, textOf(draft.outputs, "version")),
    references: [
      toCluster,
      toRole("nodeRoleArn"),
      toSubnet("subnetIds"),
      {
        property: "launchTemplate.id",
        type: "aws:ec2/launchTemplate:LaunchTemplate",
        code: "InvalidRequestException",
        message: (id) => `Launch template ${id} was not found`,
      },
    ],
    refuseInputs: [nodesNotNewer, releaseIsOfTheVersion, sizesFit, nodesStart],
    refuseCreate: [nodesBecomeReady],
    refuseUpdate: [nodesGoUp],
    // Its Auto Scaling group goes with it, and the tags of that.
    afterDelete: ({ outputs }, cloud) => {
      const [made] = listOf(outputs, "resources").filter(isRecord);
      const names = made === undefined ? [] : listOf(made, "autoscalingGroups").filter(isRecord);
      for (const group of names) endSettings(textOf(group, "name"), cloud);
    },
  },

  [addonType]: {
    api: { service: "EKS", title: "EKS Add-On" },
    id: ({ inputs }) => `${textOf(inputs, "clusterName")}:${textOf(inputs, "addonName")}`,
    outputs: ({ inputs }, cloud) => {
      const cluster = cloud.find(clusterType, textOf(inputs, "clusterName"));
      const usual = addonVersion(textOf(inputs, "addonName"), versionOf(cluster?.outputs), cloud) ?? "";
      return { addonVersion: textOf(inputs, "addonVersion") || usual };
    },
    references: [toCluster, toRole("podIdentityAssociations.roleArn")],
    refuseInputs: [addonIsOffered],
    refuseCreate: [addonIsNew, addonBecomesActive],
  },
};

import type { CloudRecord } from "../../cloud/store";
import type { CloudHands } from "../../interpreter/entry";
import { textOf } from "../../interpreter/values";
import { addonType, clusterType, nodeGroupType } from "../entries/aws/eks-references";
import { entries as eks } from "../entries/aws/eks";
import {
  addonVersion,
  kubernetesVersions,
  minor,
  movedDefaultType,
  versionOf,
} from "../entries/aws/eks-versions";
import { subnetType, vpcType } from "../entries/aws/network-references";
import { move, type Happening } from "./happening";

const groupType = "aws:ec2/securityGroup:SecurityGroup";
const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint";
const listenerType = "aws:lb/listener:Listener";
const certificateType = "aws:acm/certificate:Certificate";

const guardDutyGroup = (vpc: string): string => `GuardDutyManagedSecurityGroup-${vpc}`;

/** What EKS makes its default after this one: the next patch of the add-on. */
function movedVersion(addon: CloudRecord, cloud: CloudHands): string | undefined {
  const cluster = cloud.find(clusterType, textOf(addon.inputs, "clusterName"));
  const usual = addonVersion(textOf(addon.inputs, "addonName"), versionOf(cluster?.outputs), cloud);
  const [, head = "", patch = ""] = /^(v\d+\.\d+\.)(\d+)-/.exec(usual ?? "") ?? [];
  return head === "" ? undefined : `${head}${String(Number(patch) + 1)}-eksbuild.1`;
}

const nextOffered = (version: string): string | undefined =>
  kubernetesVersions.find((offered) => minor(offered) === minor(version) + 1);

/** Days from now, as AWS writes a moment. */
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

/** A certificate that nobody made here: what ACM says of the one that a listener names. */
function certificate(status: "ISSUED" | "EXPIRED", days: number, said: string): Happening {
  return {
    type: listenerType,
    source:
      "ACM user guide, Managed certificate renewal: one that is imported, or whose validation fails, is not renewed; what uses it goes on handing it out",
    can: ({ inputs }) => textOf(inputs, "certificateArn").includes(":acm:"),
    happen: ({ inputs }, cloud) => {
      const arn = textOf(inputs, "certificateArn");
      cloud.put({
        ...{ type: certificateType, id: arn, name: arn },
        inputs: { arn, status, notAfter: inDays(days), renewalEligibility: "INELIGIBLE" },
      });
      return `${arn}, which it hands out, ${said}`;
    },
  };
}

export const network = {
  "guardduty-arrives": {
    type: vpcType,
    source:
      "GuardDuty user guide, Runtime Monitoring: agents are managed automatically through a VPC endpoint and a security group that GuardDuty makes, and does not delete with the VPC",
    can: ({ id }, cloud) =>
      !cloud.ofType(groupType).some(({ inputs }) => inputs["name"] === guardDutyGroup(id)),
    happen: (vpc, cloud, { random, place }) => {
      const tags = { GuardDutyManaged: "true" };
      const group = `sg-${random.hex(17)}`;
      const name = guardDutyGroup(vpc.id);
      cloud.put({ type: groupType, id: group, name, inputs: { name, vpcId: vpc.id, tags } });
      const subnets = cloud
        .ofType(subnetType)
        .filter(({ inputs }) => inputs["vpcId"] === vpc.id && inputs["mapPublicIpOnLaunch"] !== true);
      const oneAZone = new Map(subnets.map(({ id, outputs }) => [textOf(outputs, "availabilityZone"), id]));
      cloud.put({
        ...{ type: endpointType, id: `vpce-${random.hex(17)}`, name: "guardduty" },
        inputs: {
          serviceName: `com.amazonaws.${place.region}.guardduty-data`,
          vpcEndpointType: "Interface",
          vpcId: vpc.id,
          subnetIds: [...oneAZone].sort(([one], [other]) => one.localeCompare(other)).map(([, id]) => id),
          securityGroupIds: [group],
          tags,
        },
      });
      return "GuardDuty has put an endpoint and a security group into it";
    },
  },
  "certificate-nears-end": certificate("ISSUED", 20, "ends in 20 days, and is not renewed"),
  "certificate-expires": certificate("EXPIRED", -1, "has expired"),
  "addon-default-moves": {
    type: addonType,
    source: "aws/containers-roadmap 1973: AWS moves the default version of an add-on some times a year",
    can: (addon, cloud) => movedVersion(addon, cloud) !== undefined,
    happen: (addon, cloud) => {
      const addonName = textOf(addon.inputs, "addonName");
      const version = movedVersion(addon, cloud) ?? "";
      const inputs = { addonName, addonVersion: version };
      cloud.keep({
        ...{ package: "aws", type: movedDefaultType, id: addonName, name: addonName, scope: "" },
        ...{ inputs, outputs: inputs, createdAt: new Date().toISOString() },
      });
      return `EKS has made ${version} its default version of ${addonName}`;
    },
  },
  "kubernetes-is-upgraded": {
    type: clusterType,
    source:
      "EKS user guide, Kubernetes version lifecycle: at the end of a version's support EKS upgrades the control plane by itself, and no node group",
    can: ({ outputs }) => nextOffered(versionOf(outputs)) !== undefined,
    happen: (cluster, cloud) => {
      const had = versionOf(cluster.outputs);
      const next = nextOffered(had) ?? had;
      move(cluster, { version: next }, cloud);
      return `EKS has upgraded its control plane from ${had} to ${next}`;
    },
  },
  "cluster-is-deleted": {
    type: clusterType,
    source: "EKS API reference, DeleteCluster and DeleteNodegroup: what a person may do in the console",
    happen: (cluster, cloud, { random, place }) => {
      const nodes = cloud
        .ofType(nodeGroupType)
        .filter(({ outputs }) => outputs["clusterName"] === cluster.id);
      for (const record of [...nodes, cluster]) {
        cloud.drop(record);
        eks[record.type]?.afterDelete?.({ ...record, place, random, now: new Date().toISOString() }, cloud);
      }
      return "somebody has deleted it, with its node groups";
    },
  },
} satisfies Readonly<Record<string, Happening>>;

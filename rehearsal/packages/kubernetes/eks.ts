import type { CloudRecord } from "../../cloud/store";
import type { CloudHands, CloudView, Subject } from "../../interpreter/entry";
import { isRecord, listOf, numberOf, recordOf, textOf, textsAt, type Values } from "../../interpreter/values";

const clusterType = "aws:eks/cluster:Cluster";
const subnetType = "aws:ec2/subnet:Subnet";

/** The EKS cluster behind a kubeconfig: where Kubernetes makes load balancers and volumes. */
export interface EksCluster {
  readonly name: string;
  /** Of AWS: `<account>/<region>`. */
  readonly scope: string;
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  /** What nodes and pods are behind. */
  readonly securityGroupId: string;
}

/**
 * The EKS cluster that an API server belongs to; undefined where the API server is somebody else's, of which nothing is
 * known but its address.
 *
 * @param host the API server's address without its scheme, as Kubernetes records are scoped.
 */
export function eksCluster(host: string, cloud: CloudView): EksCluster | undefined {
  const record = cloud
    .everywhere(clusterType)
    .find(({ outputs }) => hostOf(outputs) === host.toLowerCase() && host !== "");
  if (!record) return undefined;
  const [account = "", region = ""] = record.scope.split("/");
  const vpc = recordOf(record.outputs, "vpcConfig");
  const [subnet] = textsAt(record.outputs, "vpcConfig.subnetIds");
  const found = inAccount(record.scope, subnetType, cloud).find(({ id }) => id === subnet);
  return {
    name: textOf(record.outputs, "name") || record.id,
    scope: record.scope,
    account,
    region,
    vpcId: textOf(vpc, "vpcId") || textOf(found?.outputs ?? {}, "vpcId"),
    securityGroupId: textOf(vpc, "clusterSecurityGroupId"),
  };
}

function hostOf(outputs: Values): string {
  return textOf(outputs, "endpoint")
    .replace(/^https?:\/\//, "")
    .toLowerCase();
}

/** What AWS has of a type where a cluster is, and what belongs to nobody in particular. */
export function inAccount(scope: string, type: string, cloud: CloudView): readonly CloudRecord[] {
  return cloud.everywhere(type).filter((record) => record.scope === scope || record.scope === "");
}

/** Subnets in which the cluster's nodes run; none when it has no nodes. */
export function nodeSubnets(cluster: EksCluster, cloud: CloudView): readonly string[] {
  const groups = inAccount(cluster.scope, "aws:eks/nodeGroup:NodeGroup", cloud).filter(
    ({ outputs }) =>
      textOf(outputs, "clusterName") === cluster.name &&
      (numberOf(recordOf(outputs, "scalingConfig"), "desiredSize") ?? 0) > 0,
  );
  const fargate = inAccount(cluster.scope, "aws:eks/fargateProfile:FargateProfile", cloud).filter(
    ({ outputs }) => textOf(outputs, "clusterName") === cluster.name,
  );
  return [...groups, ...fargate].flatMap(({ outputs }) => textsAt(outputs, "subnetIds"));
}

/** How many nodes the cluster's groups want. */
export function nodeCount(cluster: EksCluster, cloud: CloudView): number {
  return inAccount(cluster.scope, "aws:eks/nodeGroup:NodeGroup", cloud)
    .filter(({ outputs }) => textOf(outputs, "clusterName") === cluster.name)
    .reduce(
      (sum, { outputs }) => sum + (numberOf(recordOf(outputs, "scalingConfig"), "desiredSize") ?? 0),
      0,
    );
}

export function hasAddon(cluster: EksCluster, name: string, cloud: CloudView): boolean {
  return inAccount(cluster.scope, "aws:eks/addon:Addon", cloud).some(
    ({ outputs }) => outputs["clusterName"] === cluster.name && outputs["addonName"] === name,
  );
}

/** A resource's tags, those that were put on it from beside included. */
export function tagsOf(record: CloudRecord, cloud: CloudView): Readonly<Record<string, string>> {
  const own = { ...recordOf(record.outputs, "tags"), ...recordOf(record.outputs, "tagsAll") };
  const beside = inAccount(record.scope, "aws:ec2/tag:Tag", cloud)
    .filter(({ outputs }) => outputs["resourceId"] === record.id)
    .map(({ outputs }): [string, string] => [textOf(outputs, "key"), textOf(outputs, "value")]);
  const texts = Object.entries(own).filter((tag): tag is [string, string] => typeof tag[1] === "string");
  return Object.fromEntries([...texts, ...beside]);
}

/** Whether what runs in a subnet can be reached from the internet: its route table leads to an internet gateway. */
export function isPublic(subnet: CloudRecord, cloud: CloudView): boolean {
  const { scope } = subnet;
  const vpcId = textOf(subnet.outputs, "vpcId");
  const tables = inAccount(scope, "aws:ec2/routeTable:RouteTable", cloud).filter(
    ({ outputs }) => textOf(outputs, "vpcId") === vpcId,
  );
  const routes = inAccount(scope, "aws:ec2/route:Route", cloud);
  // Of a VPC that somebody only noted down, the routes are not known: then the subnet's own word counts.
  if (tables.length === 0)
    return (
      subnet.outputs["mapPublicIpOnLaunch"] === true || "kubernetes.io/role/elb" in tagsOf(subnet, cloud)
    );
  const association = inAccount(scope, "aws:ec2/routeTableAssociation:RouteTableAssociation", cloud).find(
    ({ outputs }) => outputs["subnetId"] === subnet.id,
  );
  const tableId = textOf(association?.outputs ?? {}, "routeTableId");
  const table = tables.find(({ id }) => id === tableId);
  const inline = listOf(table?.outputs ?? {}, "routes").filter(isRecord);
  return [
    ...inline,
    ...routes.map(({ outputs }) => outputs).filter(({ routeTableId }) => routeTableId === tableId),
  ].some((route) => textOf(route, "gatewayId").startsWith("igw-"));
}

/** What is in a cluster goes with it; what Kubernetes made outside of it, load balancers and volumes, stays. */
export function forgetObjects({ outputs }: Subject, cloud: CloudHands): void {
  const host = hostOf(outputs);
  if (host === "") return;
  for (const record of cloud.ofPackage("kubernetes"))
    if (record.scope.toLowerCase() === host) cloud.drop(record);
}

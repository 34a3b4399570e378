import type { Values } from "../../rehearsal/interpreter/values";
import { kubernetesProvider } from "../../rehearsal/packages/kubernetes/provider";
import { textOf } from "../../rehearsal/interpreter/values";
import type { Made, RehearsedProvider } from "./rehearsed-cloud";

/** A kubeconfig of a cluster with this address. */
export function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "it",
    contexts: [{ name: "it", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server, "certificate-authority-data": "QQ==" } }],
    users: [{ name: "u", user: { token: "a" } }],
  });
}

/** An EKS cluster `shop` in a VPC of its own, with what its parts are called. */
export interface RehearsedEks {
  readonly vpc: Made;
  readonly gateway: Made;
  readonly route: Made;
  readonly publicSubnets: readonly Made[];
  readonly privateSubnets: readonly Made[];
  readonly cluster: Made;
  /** Absent when it was asked to have none. */
  readonly nodes?: Made;
  /** What the provider of Kubernetes is asked, with the cluster's kubeconfig. */
  readonly kubernetes: RehearsedProvider<unknown>;
}

export interface EksWishes {
  /** Default: yes. */
  readonly nodes?: boolean;
  /** What else the group of nodes has. */
  readonly nodeGroup?: Values;
  /** Whether subnets are tagged for the cluster. Default: yes. */
  readonly tagged?: boolean;
  /** Default: yes. */
  readonly volumeDriver?: boolean;
}

/** Makes a cluster through the rehearsal's AWS provider, as a program would. */
export async function rehearsedEks(
  aws: RehearsedProvider<unknown>,
  { nodes = true, nodeGroup = {}, tagged = true, volumeDriver = true }: EksWishes = {},
): Promise<RehearsedEks> {
  const vpc = await aws.create("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
  const gateway = await aws.create("aws:ec2/internetGateway:InternetGateway", "igw", { vpcId: vpc.id });
  const table = await aws.create("aws:ec2/routeTable:RouteTable", "public", { vpcId: vpc.id });
  const route = await aws.create("aws:ec2/route:Route", "out", {
    routeTableId: table.id,
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: gateway.id,
  });
  const subnet = (name: string, zone: string, block: string, tags: Values): Promise<Made> =>
    aws.create("aws:ec2/subnet:Subnet", name, {
      vpcId: vpc.id,
      availabilityZone: `eu-west-1${zone}`,
      cidrBlock: block,
      ...(tagged && { tags: { "kubernetes.io/cluster/shop": "shared", ...tags } }),
    });
  const publicSubnets = [
    await subnet("public-a", "a", "10.0.0.0/24", { "kubernetes.io/role/elb": "1" }),
    await subnet("public-b", "b", "10.0.1.0/24", { "kubernetes.io/role/elb": "1" }),
  ];
  const privateSubnets = [
    await subnet("private-a", "a", "10.0.2.0/24", { "kubernetes.io/role/internal-elb": "1" }),
    await subnet("private-b", "b", "10.0.3.0/24", { "kubernetes.io/role/internal-elb": "1" }),
  ];
  for (const { id, target } of publicSubnets) {
    const association = { routeTableId: table.id, subnetId: id };
    await aws.create("aws:ec2/routeTableAssociation:RouteTableAssociation", target.name, association);
  }
  const assumeRolePolicy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "eks.amazonaws.com" } }],
  });
  const role = await aws.create("aws:iam/role:Role", "cluster", { name: "shop", assumeRolePolicy });
  const cluster = await aws.create("aws:eks/cluster:Cluster", "cluster", {
    name: "shop",
    roleArn: textOf(role.outputs, "arn"),
    vpcConfig: { subnetIds: privateSubnets.map(({ id }) => id) },
  });
  const group = nodes
    ? await aws.create("aws:eks/nodeGroup:NodeGroup", "nodes", {
        clusterName: "shop",
        nodeRoleArn: textOf(role.outputs, "arn"),
        subnetIds: privateSubnets.map(({ id }) => id),
        scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
        ...nodeGroup,
      })
    : undefined;
  // It becomes active on nodes only.
  if (nodes && volumeDriver)
    await aws.create("aws:eks/addon:Addon", "ebs", { clusterName: "shop", addonName: "aws-ebs-csi-driver" });
  const kubernetes = aws.as<unknown>(kubernetesProvider, {
    kubeconfig: kubeconfigOf(textOf(cluster.outputs, "endpoint")),
  });
  return {
    vpc,
    gateway,
    route,
    publicSubnets,
    privateSubnets,
    cluster,
    ...(group && { nodes: group }),
    kubernetes,
  };
}

/** A deployment `name` whose pods have the label `app: name`. */
export function deploymentOf(
  name: string,
  spec: Values = {},
  pod: Values = {},
  image = "nginx@sha256:0",
): Values {
  return {
    metadata: { name },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name, image }], ...pod },
      },
      ...spec,
    },
  };
}

/** A service of type LoadBalancer before the pods of `deploymentOf(name)`. */
export function balancedService(name: string, annotations: Values = {}, spec: Values = {}): Values {
  return {
    metadata: { name, annotations },
    spec: { type: "LoadBalancer", selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }], ...spec },
  };
}

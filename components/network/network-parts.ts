import type { Eip } from "@pulumi/aws/ec2/eip";
import type { NatGateway } from "@pulumi/aws/ec2/natGateway";
import type { RouteTable } from "@pulumi/aws/ec2/routeTable";
import type { Subnet } from "@pulumi/aws/ec2/subnet";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkSettings } from "../../settings/sections/network";
import type { StackContext } from "../../settings/stack-context";

/** What the network is made from. */
export interface NetworkArgs {
  readonly context: StackContext;
  /** Either what a VPC of one's own looks like, or the ids of one that exists. */
  readonly settings: NetworkSettings;
  /**
   * What the Kubernetes cluster in it is called, where there is to be one: the subnets of a new VPC then carry the tags
   * by which it finds them. Those of a VPC that existed are tagged by the cluster.
   */
  readonly clusterName?: string;
}

/** What both kinds of network come down to. */
export interface NetworkParts {
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnetIds: pulumi.Input<string>[];
  readonly privateSubnetIds: pulumi.Input<string>[];
  /** The same, each known as soon as the subnet itself is there: for what needs no way out of it. */
  readonly barePrivateSubnetIds: pulumi.Input<string>[];
  readonly workerSubnetIds: pulumi.Input<string>[];
  readonly publicWorkerSubnetIds: pulumi.Input<string>[];
  readonly databaseSubnetIds: pulumi.Input<string>[];
  readonly natAddresses: pulumi.Input<string>[];
  /** By `nat:ZONE`, what CloudWatch knows its gateway by. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface RoutedTier {
  /** By zone. */
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** In the order of the zones. */
  readonly subnetIds: pulumi.Output<string>[];
  /** By what comes behind the network's name in theirs. */
  readonly routeTables: ReadonlyMap<string, RouteTable>;
}

export interface PublicTier extends RoutedTier {
  /** What has to be there before anything in the tier reaches the internet. */
  readonly internetRoute: pulumi.Resource[];
}

export interface Nat {
  /** By the zone that each stands in. */
  readonly gateways: ReadonlyMap<string, NatGateway>;
  readonly addresses: readonly Eip[];
  /** Zone of the private subnet to zone of its gateway. */
  readonly routes: ReadonlyMap<string, string>;
}

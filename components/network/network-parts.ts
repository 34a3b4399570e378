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
  readonly workerSubnetIds: pulumi.Input<string>[];
  readonly publicWorkerSubnetIds: pulumi.Input<string>[];
  readonly databaseSubnetIds: pulumi.Input<string>[];
  readonly natAddresses: pulumi.Input<string>[];
}

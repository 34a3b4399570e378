import * as pulumi from "@pulumi/pulumi";
import type { ExistingNetworkSettings, NetworkSettings } from "../../settings/sections/network";
import type { StackContext } from "../stack-context";
import { NewNetwork } from "./new-network";

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

/**
 * The network that everything else stands in: a new VPC, or one that exists already and stays untouched.
 * The outputs are the same either way.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** One a zone, in the order of the zones; machines here get a public address only where they ask for one. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** One a zone; they reach the internet through NAT, or not at all. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** One a zone, with no way to or from the internet. */
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** Addresses that outgoing traffic of private subnets comes from; empty without NAT and for a VPC that existed. */
  readonly natAddresses: pulumi.Output<string[]>;
  /** Zone of subnet i of every tier; undefined for a VPC that existed. */
  readonly availabilityZones?: readonly string[];
  /** Of a VPC that existed, as the settings have them; undefined for a new one. */
  readonly existingSubnets?: {
    readonly publicSubnetIds: readonly string[];
    readonly privateSubnetIds: readonly string[];
  };

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:network:Network", name, {}, opts);

    const parts = isExisting(args.settings)
      ? existingNetwork(args.settings)
      : new NewNetwork(name, args, args.settings, this);
    if (isExisting(args.settings)) {
      const { publicSubnetIds, privateSubnetIds } = args.settings;
      this.existingSubnets = { publicSubnetIds, privateSubnetIds };
    } else {
      this.availabilityZones = args.settings.availabilityZones;
    }

    this.vpcId = pulumi.output(parts.vpcId);
    this.publicSubnetIds = pulumi.output(parts.publicSubnetIds);
    this.privateSubnetIds = pulumi.output(parts.privateSubnetIds);
    this.databaseSubnetIds = pulumi.output(parts.databaseSubnetIds);
    this.natAddresses = pulumi.output(parts.natAddresses);
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      databaseSubnetIds: this.databaseSubnetIds,
      natAddresses: this.natAddresses,
    });
  }
}

/** What both kinds of network come down to. */
export interface NetworkParts {
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnetIds: pulumi.Input<string>[];
  readonly privateSubnetIds: pulumi.Input<string>[];
  readonly databaseSubnetIds: pulumi.Input<string>[];
  readonly natAddresses: pulumi.Input<string>[];
}

function isExisting(settings: NetworkSettings): settings is ExistingNetworkSettings {
  return "vpcId" in settings;
}

/** Nothing is looked up: the ids are all that others need, and a wrong one is refused by what is put into it. */
function existingNetwork(settings: ExistingNetworkSettings): NetworkParts {
  return {
    vpcId: settings.vpcId,
    publicSubnetIds: [...settings.publicSubnetIds],
    privateSubnetIds: [...settings.privateSubnetIds],
    databaseSubnetIds: [...settings.databaseSubnetIds],
    natAddresses: [],
  };
}

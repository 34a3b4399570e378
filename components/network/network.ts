import * as pulumi from "@pulumi/pulumi";
import type { ExistingNetworkSettings, NetworkSettings } from "../../settings/sections/network";
import type { NetworkArgs, NetworkParts } from "./network-parts";
import { NewNetwork } from "./new-network";
import { workerPlaces, type WorkerPlaces } from "./worker-places";

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
  /** The same one by one: each is known as soon as it is there, whatever is still to be made beside it. */
  readonly privateSubnets: readonly pulumi.Input<string>[];
  /** The same before they have their routes: for what needs no way out, and would wait minutes for NAT. */
  readonly barePrivateSubnets: readonly pulumi.Input<string>[];
  /** One a zone, or none: for other people's code, with a way out and none to the databases' subnets. */
  readonly workerSubnetIds: pulumi.Output<string[]>;
  /** The same for machines with public addresses. */
  readonly publicWorkerSubnetIds: pulumi.Output<string[]>;
  /** One a zone, with no way to or from the internet. */
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** Addresses that outgoing traffic of private subnets comes from; empty without NAT and for a VPC that existed. */
  readonly natAddresses: pulumi.Output<string[]>;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  /** Where worker groups and metal workers stand. */
  readonly workerPlaces: WorkerPlaces;
  /** Zone of subnet i of every tier; undefined for a VPC that existed. */
  readonly availabilityZones?: readonly string[];
  /** Days that its flow log is kept; undefined for a VPC that existed. */
  readonly flowLogRetentionDays?: number;
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
      if (args.settings.flowLogs !== undefined) {
        this.flowLogRetentionDays = args.settings.flowLogs.retentionDays;
      }
    }

    this.watched = parts.watched;
    this.workerPlaces = workerPlaces(parts);
    this.vpcId = pulumi.output(parts.vpcId);
    this.publicSubnetIds = pulumi.output(parts.publicSubnetIds);
    this.privateSubnets = parts.privateSubnetIds;
    this.barePrivateSubnets = parts.barePrivateSubnetIds;
    this.privateSubnetIds = pulumi.output(parts.privateSubnetIds);
    this.workerSubnetIds = pulumi.output(parts.workerSubnetIds);
    this.publicWorkerSubnetIds = pulumi.output(parts.publicWorkerSubnetIds);
    this.databaseSubnetIds = pulumi.output(parts.databaseSubnetIds);
    this.natAddresses = pulumi.output(parts.natAddresses);
    this.registerOutputs({
      vpcId: this.vpcId,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
      workerSubnetIds: this.workerSubnetIds,
      publicWorkerSubnetIds: this.publicWorkerSubnetIds,
      databaseSubnetIds: this.databaseSubnetIds,
      natAddresses: this.natAddresses,
    });
  }
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
    barePrivateSubnetIds: [...settings.privateSubnetIds],
    workerSubnetIds: [...settings.workerSubnetIds],
    publicWorkerSubnetIds: [...settings.publicWorkerSubnetIds],
    databaseSubnetIds: [...settings.databaseSubnetIds],
    natAddresses: [],
    watched: {},
  };
}

import * as pulumi from "@pulumi/pulumi";
import {
  mapsPorts,
  type StaticServiceSettings,
  type StaticServicesSettings,
} from "../../settings/sections/static-services";
import type { AliasTarget } from "../dns/zone-records";
import type { StackContext } from "../../settings/stack-context";
import { HealthGate } from "./health-gate";
import { RegionalNetwork } from "./regional-network";
import { StaticService, type Place } from "./static-service";

/** The default of network.flowLogs.retentionDays. */
const FLOW_LOG_DAYS = 30;

export interface StaticServicesArgs {
  readonly context: StackContext;
  readonly settings: StaticServicesSettings;
  /** The stack's tags, for what takes none from the provider: machines and their disks. */
  readonly tags: Readonly<Record<string, string>>;
  /** The stack's network; without one the services make their own in the home region, too. */
  readonly network?: HomeNetwork;
}

interface HomeNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnetIds: pulumi.Input<string[]>;
  readonly privateSubnetIds: pulumi.Input<string[]>;
  /** As long the flow logs of the services' own networks are kept. Default: 30 days, as for a network of one's own. */
  readonly flowLogRetentionDays?: number;
}

/** Every static service, and the networks of regions in which only they are. */
export class StaticServices extends pulumi.ComponentResource {
  /** Service to region to the static addresses of its machines; services without a port map are not in it. */
  readonly addresses: pulumi.Output<Record<string, Record<string, string[]>>>;

  /** Of the machines of each service in the stack's region, as `staticService:NAME`. */
  readonly securityGroups: Readonly<Record<string, pulumi.Output<string>>>;

  /** What names of DNS can be given to: `staticService:KEY`, all addresses of its machines. */
  readonly aliasTargets: Readonly<Record<string, AliasTarget>>;

  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;

  /** Where there are machines. */
  readonly regions: readonly string[];

  private readonly networks = new Map<string, RegionalNetwork>();

  constructor(
    private readonly name: string,
    private readonly args: StaticServicesArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:staticServices:StaticServices", name, {}, opts);
    const { context, settings, tags } = args;
    const gate = new HealthGate(this);
    const groups: Record<string, pulumi.Output<string>> = {};
    const watched: Record<string, pulumi.Input<string>> = {};
    this.watched = watched;
    const addresses = Object.entries(settings).map(([key, service]) => {
      const regions = Object.keys(service.regions ?? { [context.region]: {} });
      const places = Object.fromEntries(regions.map((region) => [region, this.place(region, service)]));
      const made = new StaticService(
        `${name}-${key}`,
        { context, key, settings: service, tags, places, gate },
        { parent: this },
      );
      const { addresses: own, securityGroups } = made;
      Object.assign(watched, made.watched);
      const here = securityGroups[context.region];
      if (here !== undefined) {
        groups[`staticService:${key}`] = here;
      }
      return [key, mapsPorts(service) ? own : undefined] as const;
    });
    this.addresses = pulumi.output(
      Object.fromEntries(addresses.flatMap(([key, own]) => (own === undefined ? [] : [[key, own] as const]))),
    );
    this.aliasTargets = Object.fromEntries(
      addresses.flatMap(([key, own]) =>
        own === undefined
          ? []
          : [
              [
                `staticService:${key}`,
                { addresses: own.apply((known) => Object.values(known).flat().sort()) },
              ],
            ],
      ),
    );
    this.regions = [
      ...new Set(
        Object.values(settings).flatMap(({ regions }) => Object.keys(regions ?? { [context.region]: {} })),
      ),
    ];
    this.securityGroups = groups;
    this.registerOutputs({ addresses: this.addresses });
  }

  private place(region: string, service: StaticServiceSettings): Place {
    const given = service.regions?.[region];
    const securityGroups = [...service.securityGroups, ...(given?.securityGroups ?? [])];
    const isPublic = (service.subnets ?? (mapsPorts(service) ? "public" : "private")) === "public";
    if (given?.vpcId !== undefined && given.subnetIds !== undefined) {
      return { vpcId: given.vpcId, subnetIds: given.subnetIds, publicAddress: isPublic, securityGroups };
    }
    const { context, network } = this.args;
    if (region === context.region && network !== undefined) {
      const subnetIds = isPublic ? network.publicSubnetIds : network.privateSubnetIds;
      return {
        vpcId: network.vpcId,
        subnetIds,
        publicAddress: isPublic,
        securityGroups,
        ...(pulumi.Resource.isInstance(network) && { network }),
      };
    }
    const { vpcId, subnetIds } = this.ownNetwork(region);
    return { vpcId, subnetIds, publicAddress: true, securityGroups };
  }

  private ownNetwork(region: string): RegionalNetwork {
    const { context, network } = this.args;
    const own =
      this.networks.get(region) ??
      new RegionalNetwork(
        `${this.name}-${region}`,
        { context, region, flowLogRetentionDays: network?.flowLogRetentionDays ?? FLOW_LOG_DAYS },
        { parent: this },
      );
    this.networks.set(region, own);
    return own;
  }
}

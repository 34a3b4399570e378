import * as pulumi from "@pulumi/pulumi";
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { Eip } from "@pulumi/aws/ec2/eip";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { NatGateway } from "@pulumi/aws/ec2/natGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint";
import { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2/vpcEndpointRouteTableAssociation";
import type { NewNetworkSettings } from "../../settings/sections/network";
import { subnetTags } from "../cluster/subnet-tags";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { createFlowLog } from "./flow-log";
import type { Nat, NetworkArgs, NetworkParts, PublicTier, RoutedTier } from "./network-parts";
import { planNat, planTier, type SubnetPlan, type Tier } from "./subnets";
import { createWorkerAcl } from "./worker-acl";

const INTERNET = "0.0.0.0/0";

/**
 * A VPC with its subnets, routes, gateways and flow log. Everything in a zone is named by the zone, so that adding,
 * removing or reordering zones touches no other zone's subnets.
 */
export class NewNetwork implements NetworkParts {
  readonly vpcId: pulumi.Output<string>;
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly privateSubnetIds: pulumi.Output<string>[];
  readonly barePrivateSubnetIds: pulumi.Output<string>[];
  readonly workerSubnetIds: pulumi.Output<string>[];
  readonly publicWorkerSubnetIds: pulumi.Output<string>[];
  readonly databaseSubnetIds: pulumi.Output<string>[];
  readonly natAddresses: pulumi.Output<string>[];
  readonly watched: Readonly<Record<string, pulumi.Output<string>>>;

  private readonly vpc: Vpc;
  private readonly child: pulumi.CustomResourceOptions;
  private readonly context: StackContext;
  private readonly clusterName: string | undefined;

  constructor(
    private readonly name: string,
    { context, clusterName }: Pick<NetworkArgs, "context" | "clusterName">,
    settings: NewNetworkSettings,
    parent: pulumi.Resource,
  ) {
    this.context = context;
    this.clusterName = clusterName;
    this.child = { parent };
    this.vpc = new Vpc(
      name,
      {
        cidrBlock: settings.cidrBlock,
        // Both: private DNS names of endpoints and of RDS resolve only then.
        enableDnsSupport: true,
        enableDnsHostnames: true,
        tags: this.tags(),
      },
      this.child,
    );
    this.vpcId = this.vpc.id;

    // Every VPC comes with a group that lets its members talk and out to the world, and that whatever names no group
    // gets. It cannot be deleted, only emptied. Empty lists, not absent ones: only these are held against drift.
    new DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: this.vpc.id, ingress: [], egress: [], tags: this.tags("default-unused") },
      this.child,
    );

    const plan = (tier: Tier, blocks: readonly string[]): SubnetPlan[] =>
      planTier(tier, settings.availabilityZones, blocks);
    const publicPlans = plan("public", settings.publicSubnets);
    const publicWorkerPlans = plan("public-worker", settings.publicWorkerSubnets);
    const gateway =
      publicPlans.length + publicWorkerPlans.length === 0
        ? undefined
        : new InternetGateway(name, { vpcId: this.vpc.id, tags: this.tags() }, this.child);
    const publicTier = this.createPublicTier("public", publicPlans, gateway);
    const publicWorkers = this.createPublicTier("public-worker", publicWorkerPlans, gateway);
    const nat = this.createNat(planNat(settings), publicTier);
    const privateTier = this.createPrivateTier("private", plan("private", settings.privateSubnets), nat);
    const workers = this.createPrivateTier("worker", plan("worker", settings.workerSubnets), nat);
    createWorkerAcl(`${name}-worker`, {
      vpcId: this.vpc.id,
      subnets: [...workers.subnets.values(), ...publicWorkers.subnets.values()],
      databaseBlocks: settings.databaseSubnets,
      tags: this.tags("worker"),
      parent,
    });
    this.databaseSubnetIds = this.createDatabaseTier(plan("database", settings.databaseSubnets));

    this.createGatewayEndpoints(
      settings.gatewayEndpoints,
      new Map(
        [publicTier, privateTier, workers, publicWorkers].flatMap(({ routeTables }) => [...routeTables]),
      ),
    );
    if (settings.flowLogs !== undefined) {
      createFlowLog(`${name}-flow-log`, {
        context,
        network: "network",
        vpcId: this.vpc.id,
        retentionDays: settings.flowLogs.retentionDays,
        parent,
      });
    }

    this.publicSubnetIds = publicTier.subnetIds;
    this.privateSubnetIds = privateTier.subnetIds;
    this.barePrivateSubnetIds = [...privateTier.subnets.values()].map(({ id }) => id);
    this.workerSubnetIds = workers.subnetIds;
    this.publicWorkerSubnetIds = publicWorkers.subnetIds;
    this.watched = Object.fromEntries([...nat.gateways].map(([zone, { id }]) => [`nat:${zone}`, id]));
    this.natAddresses = nat.addresses.map(({ publicIp }) => publicIp);
  }

  private tags(suffix?: string): Record<string, string> {
    return { Name: physicalName(this.context, suffix === undefined ? this.name : `${this.name}-${suffix}`) };
  }

  private createSubnets(plans: readonly SubnetPlan[]): Map<string, Subnet> {
    return new Map(
      plans.map(({ tier, zone, cidrBlock }) => [
        zone,
        new Subnet(
          `${this.name}-${tier}-${zone}`,
          {
            vpcId: this.vpc.id,
            availabilityZone: zone,
            cidrBlock,
            // No tier hands out public addresses by itself: what is meant to be reached asks for one.
            mapPublicIpOnLaunch: false,
            tags: {
              ...this.tags(`${tier}-${zone}`),
              tier,
              // The cluster has nothing to look for among databases and workers.
              ...(this.clusterName !== undefined &&
                (tier === "public" || tier === "private") &&
                subnetTags(tier, this.clusterName)),
            },
          },
          this.child,
        ),
      ]),
    );
  }

  private createRouteTable(suffix: string): RouteTable {
    // Routes are resources of their own: a table with inline routes would take the endpoints' routes for drift.
    return new RouteTable(
      `${this.name}-${suffix}`,
      { vpcId: this.vpc.id, tags: this.tags(suffix) },
      this.child,
    );
  }

  /**
   * Returns the subnet's id for others to use: known only when the subnet has its routes, so that no machine is started
   * in a subnet that leads nowhere yet, or loses its way out before it is stopped.
   */
  private associate(
    suffix: string,
    subnet: Subnet,
    routeTable: RouteTable,
    routes: readonly pulumi.Resource[],
  ): pulumi.Output<string> {
    const association = new RouteTableAssociation(
      `${this.name}-${suffix}`,
      { subnetId: subnet.id, routeTableId: routeTable.id },
      { ...this.child, dependsOn: [...routes] },
    );
    return pulumi.all([subnet.id, association.id]).apply(([subnetId]) => subnetId);
  }

  /** One table for the whole tier: there is one internet gateway, in no zone. */
  private createPublicTier(
    tier: Tier,
    plans: readonly SubnetPlan[],
    gateway: InternetGateway | undefined,
  ): PublicTier {
    const subnets = this.createSubnets(plans);
    if (plans.length === 0 || gateway === undefined) {
      return { subnets, subnetIds: [], routeTables: new Map(), internetRoute: [] };
    }
    const table = this.createRouteTable(tier);
    const route = new Route(
      `${this.name}-${tier}-internet`,
      { routeTableId: table.id, destinationCidrBlock: INTERNET, gatewayId: gateway.id },
      this.child,
    );
    return {
      subnets,
      subnetIds: [...subnets].map(([zone, subnet]) =>
        this.associate(`${tier}-${zone}`, subnet, table, [route]),
      ),
      routeTables: new Map([[tier, table]]),
      internetRoute: [gateway, route],
    };
  }

  private createNat(routes: ReadonlyMap<string, string>, publicTier: PublicTier): Nat {
    const gateways = new Map<string, NatGateway>();
    const addresses: Eip[] = [];
    for (const zone of new Set(routes.values())) {
      const subnet = publicTier.subnets.get(zone);
      if (subnet === undefined) {
        throw new Error(`network: no public subnet in zone ${zone} for its NAT gateway.`);
      }
      const suffix = `nat-${zone}`;
      // EC2 refuses an address to a VPC without an internet gateway, and a NAT gateway without a route is of no use.
      const options = { ...this.child, dependsOn: publicTier.internetRoute };
      const address = new Eip(`${this.name}-${suffix}`, { domain: "vpc", tags: this.tags(suffix) }, options);
      addresses.push(address);
      gateways.set(
        zone,
        new NatGateway(
          `${this.name}-${suffix}`,
          { subnetId: subnet.id, allocationId: address.allocationId, tags: this.tags(suffix) },
          // Two gateways cannot have one address, and the address is what the outside world has let in.
          { ...options, deleteBeforeReplace: true },
        ),
      );
    }
    return { gateways, addresses, routes };
  }

  /**
   * One table a zone whatever the NAT choice is (tables cost nothing): changing the choice then moves each zone's
   * route in place, and no subnet is without one in between.
   */
  private createPrivateTier(tier: Tier, plans: readonly SubnetPlan[], nat: Nat): RoutedTier {
    const subnetIds: pulumi.Output<string>[] = [];
    const routeTables = new Map<string, RouteTable>();
    const subnets = this.createSubnets(plans);
    for (const [zone, subnet] of subnets) {
      const suffix = `${tier}-${zone}`;
      const table = this.createRouteTable(suffix);
      routeTables.set(suffix, table);
      subnetIds.push(this.associate(suffix, subnet, table, this.createNatRoute(suffix, zone, table, nat)));
    }
    return { subnets, subnetIds, routeTables };
  }

  private createNatRoute(suffix: string, zone: string, table: RouteTable, nat: Nat): Route[] {
    const gateway = nat.gateways.get(nat.routes.get(zone) ?? "");
    if (gateway === undefined) {
      return [];
    }
    return [
      new Route(
        `${this.name}-${suffix}-internet`,
        { routeTableId: table.id, destinationCidrBlock: INTERNET, natGatewayId: gateway.id },
        this.child,
      ),
    ];
  }

  /** A table with nothing but the VPC's own route. Endpoints are left out too: a database calls nobody. */
  private createDatabaseTier(plans: readonly SubnetPlan[]): pulumi.Output<string>[] {
    if (plans.length === 0) {
      return [];
    }
    const table = this.createRouteTable("database");
    return [...this.createSubnets(plans)].map(([zone, subnet]) =>
      this.associate(`database-${zone}`, subnet, table, []),
    );
  }

  /** Ways to S3 and DynamoDB that pass no NAT gateway, which bills what it passes. */
  private createGatewayEndpoints(
    services: NewNetworkSettings["gatewayEndpoints"],
    routeTables: ReadonlyMap<string, RouteTable>,
  ): void {
    for (const service of services) {
      const endpoint = new VpcEndpoint(
        `${this.name}-${service}`,
        {
          vpcId: this.vpc.id,
          vpcEndpointType: "Gateway",
          serviceName: `com.amazonaws.${this.context.region}.${service}`,
          tags: this.tags(service),
        },
        this.child,
      );
      for (const [suffix, table] of routeTables) {
        new VpcEndpointRouteTableAssociation(
          `${this.name}-${service}-${suffix}`,
          { vpcEndpointId: endpoint.id, routeTableId: table.id },
          this.child,
        );
      }
    }
  }
}

import * as pulumi from "@pulumi/pulumi";
import { getAvailabilityZonesOutput } from "@pulumi/aws/getAvailabilityZones";
import { DefaultSecurityGroup } from "@pulumi/aws/ec2/defaultSecurityGroup";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway";
import { Route } from "@pulumi/aws/ec2/route";
import { RouteTable } from "@pulumi/aws/ec2/routeTable";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation";
import { Subnet } from "@pulumi/aws/ec2/subnet";
import { Vpc } from "@pulumi/aws/ec2/vpc";
import { createFlowLog } from "../network/flow-log";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";

/** Seen by nobody outside the VPC: it is never peered, and the machines in it talk to the internet only. */
const VPC_BLOCK = "10.255.0.0/24";
const SUBNET_BLOCKS = ["10.255.0.0/25", "10.255.0.128/25"] as const;

export interface RegionalNetworkArgs {
  readonly context: StackContext;
  readonly region: string;
  /** Days that its flow log is kept. */
  readonly flowLogRetentionDays: number;
}

/**
 * The network of the static services in a region that has none: a VPC with a public subnet in two zones, so that a lost
 * zone does not keep a machine from coming back in the other. Nothing in it but its flow log costs anything.
 */
export class RegionalNetwork extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Known when the subnets have their way out. */
  readonly subnetIds: pulumi.Output<string>[];

  constructor(name: string, args: RegionalNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:staticServices:RegionalNetwork", name, {}, opts);
    const { context, region } = args;
    const child = { parent: this };
    const tags = { Name: physicalName(context, name) };

    const vpc = new Vpc(
      name,
      { region, cidrBlock: VPC_BLOCK, enableDnsSupport: true, enableDnsHostnames: true, tags },
      child,
    );
    createFlowLog(`${name}-flow-log`, {
      context,
      network: name,
      vpcId: vpc.id,
      region,
      retentionDays: args.flowLogRetentionDays,
      parent: this,
    });
    // Comes with the VPC and lets its members talk to each other: emptied.
    new DefaultSecurityGroup(
      `${name}-default`,
      { region, vpcId: vpc.id, ingress: [], egress: [], tags },
      child,
    );
    const gateway = new InternetGateway(name, { region, vpcId: vpc.id, tags }, child);
    const table = new RouteTable(name, { region, vpcId: vpc.id, tags }, child);
    const route = new Route(
      `${name}-internet`,
      { region, routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
      child,
    );
    const zones = getAvailabilityZonesOutput(
      { region, state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
      child,
    );
    this.subnetIds = SUBNET_BLOCKS.map((cidrBlock, index) => {
      const subnet = new Subnet(
        `${name}-${index}`,
        {
          region,
          vpcId: vpc.id,
          cidrBlock,
          availabilityZone: zones.names.apply((names) => [...names].sort()[index] ?? ""),
          mapPublicIpOnLaunch: false,
          tags,
        },
        // Which zones there are is asked once: one that AWS adds or closes later moves no subnet.
        { ...child, ignoreChanges: ["availabilityZone"] },
      );
      const association = new RouteTableAssociation(
        `${name}-${index}`,
        { region, subnetId: subnet.id, routeTableId: table.id },
        { ...child, dependsOn: [route] },
      );
      return pulumi.all([subnet.id, association.id]).apply(([subnetId]) => subnetId);
    });
    this.vpcId = vpc.id;
    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { Eip } from "@pulumi/aws/ec2/eip";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import type { FleetIngressSettings, FleetSettings } from "../../settings/sections/fleets";
import type { MachineTier } from "../../settings/rules/network";
import type { LogBucket } from "../buckets/bucket";
import type { Certificates } from "../dns/certificate";
import { kept } from "../guard/guarded";
import { createMachineRole } from "../machines/machine-role";
import { physicalName } from "../names";
import { zonesOfSubnets } from "../network/subnet-zones";
import type { StackContext } from "../../settings/stack-context";
import { createHttpBalancer, createNetworkBalancer, type Balancer } from "./balancers";
import { fleetFailureName, fleetGroupName, fleetReportName, roleTags } from "./fleet-data";
import { createFleetGroup } from "./group";
import { certificatesOf } from "./listener-certificates";
import { fleetStatements } from "./machine-statements";
import { createFleetTemplate } from "./template";
import { createVolumes } from "./volumes";

/** The stack's network, as far as fleets need it. */
export interface FleetNetwork {
  readonly vpcId: pulumi.Input<string>;
  readonly publicSubnetIds: pulumi.Input<string[]>;
  readonly privateSubnetIds: pulumi.Input<string[]>;
  readonly workerSubnetIds: pulumi.Input<string[]>;
  readonly publicWorkerSubnetIds: pulumi.Input<string[]>;
  /** Zone of subnet i of every tier; AWS is asked where it is not known. */
  readonly availabilityZones?: readonly string[];
}

export interface FleetArgs {
  readonly context: StackContext;
  readonly role: string;
  readonly settings: FleetSettings;
  /** The stack's tags, for what takes none from the provider: machines and their disks. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: FleetNetwork;
  readonly certificates: Certificates;
  /** Where its load balancer for HTTP logs who asks for what. Default: nowhere. */
  readonly logs?: LogBucket | undefined;
  /** For volumes that say ownKey. Default: none. */
  readonly diskKey?: pulumi.Input<string> | undefined;
}

/** Where a load balancer is reached; an alias record needs both. */
export interface BalancerHost {
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
}

/**
 * The machines of a role: an Auto Scaling group, the load balancers before it, and what outlives machines. A change of
 * image, size or files makes a new version of the template, and exchanges no machine: `./groundwork fleet STACK roll ROLE`
 * does, with care, and in its maintenance window.
 */
export class Fleet extends pulumi.ComponentResource {
  /** Of the machines. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Version of the template that new machines are started from. */
  readonly templateVersion: pulumi.Output<number>;
  readonly loadBalancers: { readonly http?: BalancerHost; readonly network?: BalancerHost };
  /** The static address, where the role has one. */
  readonly address?: pulumi.Output<string>;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  /** Names in the settings to ids of volumes. */
  readonly volumeIds: pulumi.Output<Record<string, string>>;

  constructor(
    private readonly name: string,
    private readonly args: FleetArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:fleets:Fleet", name, {}, opts);
    const { context, role, settings } = args;
    const child = { parent: this };
    const machineRole = createMachineRole(name, {
      context,
      description: `Machines of the role ${role} of ${context.project}-${context.stack}.`,
      statements: fleetStatements(context, role, settings),
      parent: this,
    });
    const reports = this.createReports();
    const volumes = createVolumes(name, {
      context,
      role,
      settings,
      diskKey: args.diskKey,
      parent: this,
    });
    const address = settings.address
      ? new Eip(
          name,
          {
            domain: "vpc",
            // The machine finds it by these tags, with those that the provider adds.
            tags: { ...roleTags(context, role), Name: physicalName(context, role) },
          },
          // The world knows it: once given back it is somebody else's.
          kept(context, child),
        )
      : undefined;

    const { group: securityGroup, rules } = this.createSecurityGroup();
    const { http, network } = this.createBalancers(securityGroup.id);
    const template = createFleetTemplate(name, {
      context,
      role,
      settings,
      profileName: machineRole.profileName,
      securityGroupId: securityGroup.id,
      tier: this.tier(),
      parent: this,
    });
    createFleetGroup(name, {
      context,
      role,
      settings,
      tags: args.tags,
      template,
      subnetIds: this.subnetIds(),
      ...(http !== undefined && { http }),
      ...(network !== undefined && { network }),
      dependsOn: [
        machineRole.policy,
        ...reports,
        ...rules,
        ...Object.values(volumes),
        ...(address === undefined ? [] : [address]),
        ...(http?.ways ?? []),
        ...(network?.ways ?? []),
        // Its routes: without them machines boot in vain, and could not drain while all is destroyed.
        ...(pulumi.Resource.isInstance(args.network) ? [args.network] : []),
      ],
      parent: this,
    });

    this.securityGroupId = securityGroup.id;
    this.templateVersion = template.latestVersion;
    this.loadBalancers = {
      ...(http !== undefined && { http: hostOf(http) }),
      ...(network !== undefined && { network: hostOf(network) }),
    };
    this.watched = {
      [`fleet:${role}`]: fleetGroupName(context, role),
      ...watchedBalancer(`fleet:${role}:http`, http),
      ...watchedBalancer(`fleet:${role}:network`, network),
    };
    if (address !== undefined) {
      this.address = address.publicIp;
    }
    this.volumeIds = pulumi.output(
      Object.fromEntries(Object.entries(volumes).map(([key, volume]) => [key, volume.id])),
    );
    this.registerOutputs({
      securityGroupId: this.securityGroupId,
      templateVersion: this.templateVersion,
      loadBalancers: this.loadBalancers,
      address: this.address,
      volumeIds: this.volumeIds,
    });
  }

  /** Opens ports of the machines to the machines of another role. */
  allowFrom(other: string, securityGroupId: pulumi.Input<string>, ingress: FleetIngressSettings): void {
    this.createIngress(ingress, other, { referencedSecurityGroupId: securityGroupId });
  }

  private createReports(): Parameter[] {
    const { context, role } = this.args;
    const parameters = [
      ["report", fleetReportName(context, role), "What a machine said last", '{"status":"none"}'],
      ["failure", fleetFailureName(context, role), "Why the last machine that failed has failed", "{}"],
    ] as const;
    return parameters.map(
      ([suffix, name, description, insecureValue]) =>
        new Parameter(
          `${this.name}-${suffix}`,
          { name, description, type: "String", insecureValue },
          // Machines write them.
          { parent: this, ignoreChanges: ["insecureValue"] },
        ),
    );
  }

  private tier(): MachineTier {
    const { settings } = this.args;
    return settings.subnets ?? (settings.address ? "public" : "private");
  }

  /** All of the tier, or those of the role's one zone. */
  private subnetIds(): pulumi.Output<string[]> {
    const { network, role, settings } = this.args;
    const ids = pulumi.output(network[`${this.tier()}SubnetIds`]);
    const { availabilityZone } = settings;
    if (availabilityZone === undefined) {
      return ids;
    }
    const zones = zonesOfSubnets(ids, network.availabilityZones, this);
    return pulumi.all([ids, zones]).apply(([known, zoneOf]) => {
      const there = known.filter((_, index) => zoneOf[index] === availabilityZone);
      if (there.length === 0) {
        throw new Error(
          `groundwork:fleets.${role}.availabilityZone: none of the ${this.tier()} subnets ` +
            `of the stack's network is in ${availabilityZone}. They are in ${zoneOf.join(", ")}.`,
        );
      }
      return there;
    });
  }

  private createBalancers(machineGroupId: pulumi.Input<string>): { http?: Balancer; network?: Balancer } {
    const { context, network, role, settings } = this.args;
    const { loadBalancer } = settings;
    if (loadBalancer === undefined) {
      return {};
    }
    const args = {
      context,
      role,
      settings: loadBalancer,
      drainSeconds: settings.roll.drainSeconds,
      vpcId: network.vpcId,
      subnetIds: loadBalancer.internal ? network.privateSubnetIds : network.publicSubnetIds,
      machineGroupId,
      tags: { role, Name: physicalName(context, role) },
      parent: this,
    };
    return {
      ...(loadBalancer.http !== undefined && {
        http: createHttpBalancer(`${this.name}-http`, loadBalancer.http, {
          ...args,
          certificates: certificatesOf(loadBalancer.http, this.args.certificates),
          logs: this.args.logs,
        }),
      }),
      ...(loadBalancer.tcp.length + loadBalancer.udp.length > 0 && {
        network: createNetworkBalancer(`${this.name}-network`, args),
      }),
    };
  }

  /** What the settings say comes in, and what load balancers add; everything goes out. */
  private createSecurityGroup(): { readonly group: SecurityGroup; readonly rules: pulumi.Resource[] } {
    const { context, network, role, settings } = this.args;
    const child = { parent: this };
    const group = new SecurityGroup(
      this.name,
      {
        vpcId: network.vpcId,
        description: `Machines of the role ${role}`,
        tags: { role, Name: physicalName(context, role) },
      },
      child,
    );
    const rules: pulumi.Resource[] = [
      new SecurityGroupEgressRule(
        `${this.name}-out`,
        {
          securityGroupId: group.id,
          description: "Packages, AWS, and whatever the role calls",
          ipProtocol: "-1",
          cidrIpv4: "0.0.0.0/0",
        },
        child,
      ),
    ];
    for (const ingress of settings.ingress) {
      for (const cidrIpv4 of ingress.cidrBlocks) {
        rules.push(this.createIngress(ingress, cidrIpv4.replace("/", "-"), { cidrIpv4 }, group.id));
      }
      for (const id of ingress.securityGroups) {
        rules.push(this.createIngress(ingress, id, { referencedSecurityGroupId: id }, group.id));
      }
    }
    return { group, rules };
  }

  private createIngress(
    { description, port, protocol, toPort = port }: FleetIngressSettings,
    from: string,
    source: { readonly cidrIpv4: string } | { readonly referencedSecurityGroupId: pulumi.Input<string> },
    securityGroupId: pulumi.Input<string> = this.securityGroupId,
  ): SecurityGroupIngressRule {
    const ports = port === toPort ? String(port) : `${port}-${toPort}`;
    return new SecurityGroupIngressRule(
      `${this.name}-in-${protocol}-${ports}-${from}`,
      {
        securityGroupId,
        description: description ?? `${this.args.role} at ${protocol} ${ports}`,
        ipProtocol: protocol,
        fromPort: port,
        toPort,
        ...source,
      },
      { parent: this },
    );
  }
}

function hostOf({ balancer }: Balancer): BalancerHost {
  return { dnsName: balancer.dnsName, zoneId: balancer.zoneId };
}

function watchedBalancer(key: string, made: Balancer | undefined): Record<string, pulumi.Output<string>> {
  if (made === undefined) return {};
  const groups = Object.entries(made.targetGroups).map(([group, { arnSuffix }]) => [
    `${key}:${group}`,
    arnSuffix,
  ]);
  return {
    [key]: made.balancer.arnSuffix,
    ...(Object.fromEntries(groups) as Record<string, pulumi.Output<string>>),
  };
}

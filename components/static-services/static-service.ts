import * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule";
import { mapsPorts, type StaticServiceSettings } from "../../settings/sections/static-services";
import { physicalName } from "../names";
import type { StackContext } from "../../settings/stack-context";
import { amazonLinuxImage, instanceArchitecture } from "../machines/machine-image";
import { createMachineRole } from "../machines/machine-role";
import type { HealthGate } from "./health-gate";
import { machineStatements } from "./machine-statements";
import { logGroupName, serviceTags } from "./service-data";
import { createSlot } from "./slot";

/** Where the machines of a region stand. */
export interface Place {
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether a machine gets a public address of its own at its start, to fetch its image with. */
  readonly publicAddress: boolean;
  readonly securityGroups: readonly string[];
  /** Whose routes have to be there before a machine boots. */
  readonly network?: pulumi.Resource;
}

export interface StaticServiceArgs {
  readonly context: StackContext;
  /** The service's key in the settings. */
  readonly key: string;
  readonly settings: StaticServiceSettings;
  /** The stack's tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** By region, in the order in which new machines come up: the first is the one that a bad digest fails on. */
  readonly places: Readonly<Record<string, Place>>;
  readonly gate: HealthGate;
}

/**
 * A container image, pinned by digest, on machines of its own. Each machine is an Auto Scaling group of one: it comes back
 * by itself when it is lost, and takes its static address when it is healthy. A change of the digest makes a group beside
 * the old one, which goes when the new machine is healthy.
 */
export class StaticService extends pulumi.ComponentResource {
  /** Region to the static addresses of its machines, in their order; empty without a port map. */
  readonly addresses: pulumi.Output<Record<string, string[]>>;
  /** What CloudWatch knows it by, for alarms. */
  readonly watched: Readonly<Record<string, pulumi.Input<string>>>;
  /** Of the machines, by region. */
  readonly securityGroups: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: StaticServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:staticServices:StaticService", name, {}, opts);
    const { context, key, settings } = args;
    const regions = Object.keys(args.places);
    const role = createMachineRole(name, {
      context,
      description: `Machines of the static service ${key} of ${context.project}-${context.stack}.`,
      statements: machineStatements({ context, service: key, settings, regions }),
      parent: this,
    });

    const groups: Record<string, pulumi.Output<string>> = {};
    const watched: Record<string, pulumi.Output<string>> = {};
    let first: pulumi.Resource | undefined;
    const addresses = Object.entries(args.places).map(([region, place]) => {
      const regional = `${name}-${region}`;
      const needed = [role.policy];
      if (settings.logHost === undefined) {
        needed.push(this.createLogGroup(regional, region, args));
      }
      const { group, rules } = this.createSecurityGroup(regional, region, place, args);
      groups[region] = group.id;
      const imageId = this.machineImage(region, args);
      const inRegion = Array.from({ length: settings.instances }, (_, number) => {
        const slot = createSlot(`${regional}-${number}`, {
          context,
          slot: { service: key, region, number },
          settings,
          tags: args.tags,
          imageId,
          profileName: role.profileName,
          subnetIds: place.subnetIds,
          publicAddress: place.publicAddress,
          securityGroupIds: [group.id, ...place.securityGroups],
          gate: args.gate,
          // One machine tries what is new; the others follow, all at once, when it is healthy.
          dependsOn: [
            ...needed,
            ...rules,
            ...(first === undefined ? [] : [first]),
            ...(place.network === undefined ? [] : [place.network]),
          ],
          parent: this,
        });
        first ??= slot.served;
        watched[`staticService:${key}:${region}:${number}`] = slot.groupName;
        return slot;
      });
      return [region, inRegion.flatMap(({ address }) => (address === undefined ? [] : [address]))] as const;
    });

    this.addresses = pulumi.output(mapsPorts(settings) ? Object.fromEntries(addresses) : {});
    this.securityGroups = groups;
    this.watched = watched;
    this.registerOutputs({ addresses: this.addresses });
  }

  private createLogGroup(
    name: string,
    region: string,
    { context, key, settings }: StaticServiceArgs,
  ): LogGroup {
    return new LogGroup(
      name,
      { region, name: logGroupName(context, key), retentionInDays: settings.logRetentionDays },
      { parent: this },
    );
  }

  /** Exactly the port map comes in; everything goes out, as where images and logs are is anywhere. */
  private createSecurityGroup(
    name: string,
    region: string,
    place: Place,
    { context, key, settings }: StaticServiceArgs,
  ): { readonly group: SecurityGroup; readonly rules: pulumi.Resource[] } {
    const group = new SecurityGroup(
      name,
      {
        region,
        vpcId: place.vpcId,
        description: `Static service ${key}: its mapped ports and nothing else`,
        tags: {
          Name: physicalName(context, key),
          service: serviceTags(context, key, settings)["service"] ?? key,
        },
      },
      { parent: this },
    );
    const child = { parent: this };
    const rules: pulumi.Resource[] = [
      new SecurityGroupEgressRule(
        `${name}-out`,
        {
          region,
          securityGroupId: group.id,
          description: "Registries, logs, and whatever the service calls",
          ipProtocol: "-1",
          cidrIpv4: "0.0.0.0/0",
        },
        child,
      ),
    ];
    for (const protocol of ["tcp", "udp"] as const) {
      for (const port of Object.keys(settings.runtimePortMap[protocol]).map(Number)) {
        for (const cidrIpv4 of settings.allowedCidrBlocks) {
          rules.push(
            new SecurityGroupIngressRule(
              `${name}-${protocol}-${port}-${cidrIpv4.replace("/", "-")}`,
              {
                region,
                securityGroupId: group.id,
                description: `${key} at ${protocol} ${port}`,
                ipProtocol: protocol,
                fromPort: port,
                toPort: port,
                cidrIpv4,
              },
              child,
            ),
          );
        }
      }
    }
    return { group, rules };
  }

  private machineImage(
    region: string,
    { context, settings }: Pick<StaticServiceArgs, "context" | "settings">,
  ): pulumi.Input<string> {
    return (
      settings.amiIds?.[region] ??
      amazonLinuxImage(
        region,
        settings.amazonLinuxRelease ?? context.releases?.amazonLinux ?? "",
        instanceArchitecture(settings.instanceType),
        this,
      )
    );
  }
}

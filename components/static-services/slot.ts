import * as pulumi from "@pulumi/pulumi";
import { Group } from "@pulumi/aws/autoscaling/group";
import { Eip } from "@pulumi/aws/ec2/eip";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import { Parameter } from "@pulumi/aws/ssm/parameter";
import { mapsPorts, type StaticServiceSettings } from "../../settings/sections/static-services";
import { kept } from "../guard/guarded";
import { groupTags } from "../machines/group-tags";
import { createMachineTemplate } from "../machines/launch-template";
import { bootFile, userData } from "../machines/user-data";
import type { StackContext } from "../../settings/stack-context";
import { NO_REPORT, type HealthGate } from "./health-gate";
import {
  BOOT_HOOK,
  BOOT_SECONDS,
  machineTags,
  parameterPath,
  pinnedImage,
  reportName,
  serviceData,
  slotTags,
  type Slot,
} from "./service-data";

/** Seconds from the creation of a group to the start of its machine. */
const LAUNCH_SECONDS = 120;

export interface SlotArgs {
  readonly context: StackContext;
  readonly slot: Slot;
  readonly settings: StaticServiceSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly imageId: pulumi.Input<string>;
  readonly profileName: pulumi.Input<string>;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly publicAddress: boolean;
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  readonly gate: HealthGate;
  readonly dependsOn: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

export interface SlotParts {
  /** Absent without a port map. */
  readonly address?: pulumi.Output<string>;
  /** The Auto Scaling group of the one machine. */
  readonly groupName: pulumi.Output<string>;
  /** There when the machine is healthy. */
  readonly served: pulumi.Resource;
}

/** One machine with what belongs to it: address first, then template, group, and the record that it serves. */
export function createSlot(name: string, args: SlotArgs): SlotParts {
  const { context, parent, settings, slot } = args;
  const { region } = slot;
  const child = { parent };

  const address = mapsPorts(settings)
    ? new Eip(
        name,
        // The machine finds it by these tags, with those that the provider adds.
        { region, domain: "vpc", tags: { ...settings.tags, ...machineTags(context, slot, settings) } },
        // The world knows it: once given back it is somebody else's.
        kept(context, child),
      )
    : undefined;
  const report = new Parameter(
    `${name}-report`,
    {
      region,
      name: reportName(context, slot),
      description: "What the machine says of itself",
      type: "String",
      insecureValue: NO_REPORT,
    },
    // The machine writes it.
    { ...child, ignoreChanges: ["insecureValue"] },
  );

  const template = createTemplate(name, args);
  const group = new Group(
    name,
    {
      region,
      minSize: 1,
      maxSize: 1,
      desiredCapacity: 1,
      vpcZoneIdentifiers: args.subnetIds,
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      healthCheckType: "EC2",
      // A minute apart, and free of charge.
      enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances"],
      metricsGranularity: "1Minute",
      initialLifecycleHooks: [
        {
          name: BOOT_HOOK,
          lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
          defaultResult: "ABANDON",
          heartbeatTimeout: BOOT_SECONDS + settings.healthCheck.timeoutSeconds,
        },
      ],
      // The gate waits, and knows why when it waits in vain. A group that failed here would count as made, and the
      // next run would take it for good.
      waitForCapacityTimeout: "0",
      tags: groupTags(machineTags(context, slot, settings), { ...args.tags, ...settings.tags }),
    },
    {
      ...child,
      dependsOn: [report, ...(address === undefined ? [] : [address]), ...args.dependsOn],
      // A machine is never changed: another template is another group beside this one, which goes last.
      replaceOnChanges: ["launchTemplate"],
      customTimeouts: { delete: "20m" },
    },
  );

  const served = new Parameter(
    `${name}-serving`,
    {
      region,
      name: `${parameterPath(context, slot.service)}/${region}/${slot.number}/serving`,
      description: "What serves: written when it is healthy",
      type: "String",
      insecureValue: pulumi.jsonStringify({ image: pinnedImage(settings), group: group.name }),
    },
    {
      ...child,
      hooks: args.gate.before(`${name}-serving`, {
        what: `${slot.service} in ${region}, machine ${slot.number + 1} of ${settings.instances}`,
        region,
        report: reportName(context, slot),
        seconds: LAUNCH_SECONDS + BOOT_SECONDS + settings.healthCheck.timeoutSeconds,
      }),
    },
  );
  return { served, groupName: group.name, ...(address !== undefined && { address: address.publicIp }) };
}

function createTemplate(name: string, args: SlotArgs): LaunchTemplate {
  const { context, settings, slot } = args;
  const tags = machineTags(context, slot, settings);
  const data = serviceData(context, slot, settings);
  const files = [
    bootFile("lib/machine.sh"),
    bootFile("lib/report.sh"),
    bootFile("lib/secrets.sh"),
    bootFile("static-service/boot.sh"),
    bootFile("static-service/run-copy.sh"),
    bootFile("static-service/static-service@.service"),
    ...(data.ship === undefined
      ? []
      : [bootFile("static-service/ship-logs.sh"), bootFile("static-service/rsyslog.conf")]),
    {
      path: "/etc/groundwork/service.json",
      permissions: "0400",
      content: JSON.stringify(data),
    },
    { path: "/etc/groundwork/report-to", permissions: "0400", content: `${reportName(context, slot)}\n` },
  ];
  return createMachineTemplate(name, {
    region: slot.region,
    description: `Static service ${slot.service}`,
    imageId: args.imageId,
    instanceType: settings.instanceType,
    profileName: args.profileName,
    userData: userData(`static service ${slot.service}`, files, "static-service/boot.sh"),
    rootVolumeSize: settings.rootVolumeSize,
    securityGroupIds: args.securityGroupIds,
    associatePublicIpAddress: args.publicAddress,
    // The permission to take the address is for what has the service's tags: machine and network interface too.
    machineTags: tags,
    tags: { ...slotTags(context, slot, settings), Name: tags["Name"] ?? name },
    parent: args.parent,
  });
}

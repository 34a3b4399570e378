import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type * as pulumi from "@pulumi/pulumi";
import type { MachineTier } from "../../settings/rules/network";
import type { FleetSettings } from "../../settings/sections/fleets";
import { createMachineTemplate } from "../machines/launch-template";
import { amazonLinuxImage, instanceArchitecture } from "../machines/machine-image";
import { bootFile, userData, type MachineFile } from "../machines/user-data";
import { tierTag } from "../network/worker-places";
import type { StackContext } from "../../settings/stack-context";
import { fleetData, fleetFailureName, fleetMachineTags, fleetReportName } from "./fleet-data";

export interface FleetTemplateArgs {
  readonly context: StackContext;
  readonly role: string;
  readonly settings: FleetSettings;
  readonly profileName: pulumi.Input<string>;
  /** The machines' own security group. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Which subnets they stand in. */
  readonly tier: MachineTier;
  readonly parent: pulumi.Resource;
}

/** What the machines of a role are started from. */
export function createFleetTemplate(name: string, args: FleetTemplateArgs): LaunchTemplate {
  const { context, parent, role, settings } = args;
  const [instanceType = ""] = settings.instanceTypes;
  const machineTags = { ...fleetMachineTags(context, role), ...tierTag(args.tier) };
  return createMachineTemplate(name, {
    description: `Role ${role}`,
    imageId:
      settings.amiId ??
      amazonLinuxImage(
        context.region,
        settings.amazonLinuxRelease ?? context.releases?.amazonLinux ?? "",
        instanceArchitecture(instanceType),
        parent,
      ),
    instanceType,
    profileName: args.profileName,
    userData: userData(`role ${role}`, filesOf(args), "fleet/boot.sh"),
    metadataHopLimit: settings.metadataHopLimit,
    rootVolumeSize: settings.rootVolumeSize,
    securityGroupIds: [args.securityGroupId, ...settings.securityGroups],
    associatePublicIpAddress: args.tier === "public" || args.tier === "publicWorker",
    // Permissions to take volumes and the address are for what has the role's tags: the machine and its network interface, too.
    machineTags,
    tags: { role, Name: machineTags["Name"] ?? role },
    parent,
  });
}

function filesOf({ context, role, settings }: FleetTemplateArgs): readonly MachineFile[] {
  const scripts = ["boot.sh", "run.sh", "drain.sh", "watch.sh", "fleet-role.service", "fleet-drain.service"];
  const data = [
    ["role.json", JSON.stringify(fleetData(context, role, settings))],
    ["report-to", `${fleetReportName(context, role)}\n`],
    ["fail-to", `${fleetFailureName(context, role)}\n`],
  ] as const;
  return [
    bootFile("lib/machine.sh"),
    bootFile("lib/report.sh"),
    bootFile("lib/secrets.sh"),
    ...scripts.map((file) => bootFile(`fleet/${file}`)),
    ...data.map(([file, content]) => ({ path: `/etc/groundwork/${file}`, permissions: "0400", content })),
    ...Object.entries(settings.boot.files).map(([path, { content, permissions }]) => ({
      path,
      permissions,
      content,
    })),
  ];
}

import * as pulumi from "@pulumi/pulumi";
import { Attachment } from "@pulumi/aws/autoscaling/attachment";
import { Group } from "@pulumi/aws/autoscaling/group";
import { LifecycleHook } from "@pulumi/aws/autoscaling/lifecycleHook";
import { Policy } from "@pulumi/aws/autoscaling/policy";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type { FleetSettings } from "../../settings/sections/fleets";
import type { StackContext } from "../../settings/stack-context";
import { groupTags } from "../machines/group-tags";
import type { Balancer } from "./balancers";
import {
  BOOT_HOOK,
  DRAIN_HOOK,
  fleetGroupName,
  fleetMachineTags,
  fleetSizes,
  hookSeconds,
  isBalanced,
  isSingle,
} from "./fleet-data";

export interface FleetGroupArgs {
  readonly context: StackContext;
  readonly role: string;
  readonly settings: FleetSettings;
  readonly tags: Readonly<Record<string, string>>;
  readonly template: LaunchTemplate;
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  readonly http?: Balancer;
  readonly network?: Balancer;
  readonly dependsOn: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/** Of the group, a minute apart, and free of charge. */
const METRICS = [
  "GroupDesiredCapacity",
  "GroupInServiceInstances",
  "GroupPendingInstances",
  "GroupTerminatingInstances",
] as const;

/**
 * The Auto Scaling group of a role. A new version of the template is set and starts nothing: what runs goes on running
 * until it is rolled, fails, or is scaled in.
 */
export function createFleetGroup(name: string, args: FleetGroupArgs): Group {
  const { context, parent, role, settings, template } = args;
  const seconds = hookSeconds(settings);
  const sizes = fleetSizes(settings);
  const hooks = [
    {
      name: BOOT_HOOK,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      defaultResult: "ABANDON",
      heartbeatTimeout: seconds.boot,
    },
    {
      name: DRAIN_HOOK,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      // A machine that says nothing any more has nothing left to drain.
      defaultResult: "CONTINUE",
      heartbeatTimeout: seconds.drain,
    },
  ];
  const group = new Group(
    name,
    {
      name: fleetGroupName(context, role),
      minSize: sizes.min,
      maxSize: sizes.max,
      ...(sizes.desired !== undefined && { desiredCapacity: sizes.desired }),
      vpcZoneIdentifiers: args.subnetIds,
      ...templateOf(template, settings.instanceTypes),
      healthCheckType: settings.healthCheck.type ?? (isBalanced(settings) ? "ELB" : "EC2"),
      healthCheckGracePeriod: settings.healthCheck.graceSeconds,
      // The volume and the address are one machine's: the old one goes first, also when it is replaced as unhealthy.
      ...(isSingle(settings) && {
        instanceMaintenancePolicy: { minHealthyPercentage: 0, maxHealthyPercentage: 100 },
      }),
      ...(settings.scaling !== undefined && { defaultInstanceWarmup: settings.scaling.warmupSeconds }),
      terminationPolicies: ["OldestLaunchTemplate", "OldestInstance"],
      initialLifecycleHooks: hooks,
      enabledMetrics: [...METRICS],
      metricsGranularity: "1Minute",
      // A bad image would hold the run up for as long as the boot may take, and it could do nothing about it.
      // `groundwork fleet STACK status` says what has come into service, and why not.
      waitForCapacityTimeout: "0",
      tags: groupTags(fleetMachineTags(context, role), { ...args.tags, ...settings.tags }),
    },
    {
      parent,
      dependsOn: [...args.dependsOn],
      // They are for the first machines only, and a change of them would make the group anew; those below follow the settings.
      ignoreChanges: ["initialLifecycleHooks"],
      customTimeouts: { delete: `${Math.ceil(seconds.drain / 60) + 20}m` },
    },
  );
  for (const hook of hooks) {
    new LifecycleHook(
      `${name}-${hook.name}`,
      { autoscalingGroupName: group.name, ...hook },
      // Deleted before the group, it would leave machines no time to end their work and let go of their volumes.
      { parent, deletedWith: group },
    );
  }
  createScaling(name, group, args, createAttachments(name, group, args));
  return group;
}

/**
 * Resources of their own, so that the machines are behind old and new target groups until the old ones go, at the end of
 * a run. Named in the group they would leave the old ones at once.
 */
function createAttachments(
  name: string,
  group: Group,
  { http, network, parent }: FleetGroupArgs,
): Attachment[] {
  return [http, network].flatMap((balancer) =>
    Object.entries(balancer?.targetGroups ?? {}).map(
      ([key, targetGroup]) =>
        new Attachment(
          `${name}-${key}`,
          { autoscalingGroupName: group.name, lbTargetGroupArn: targetGroup.arn },
          { parent, deletedWith: group, dependsOn: [...(balancer?.ways ?? [])] },
        ),
    ),
  );
}

/** One type is the template's own; of several the first that AWS has any of, all of them on demand. */
function templateOf(
  template: LaunchTemplate,
  types: readonly string[],
): Pick<ConstructorParameters<typeof Group>[1], "launchTemplate" | "mixedInstancesPolicy"> {
  const version = template.latestVersion.apply(String);
  if (types.length === 1) {
    return { launchTemplate: { id: template.id, version } };
  }
  return {
    mixedInstancesPolicy: {
      instancesDistribution: {
        onDemandAllocationStrategy: "prioritized",
        onDemandBaseCapacity: 0,
        onDemandPercentageAboveBaseCapacity: 100,
      },
      launchTemplate: {
        launchTemplateSpecification: { launchTemplateId: template.id, version },
        overrides: types.map((instanceType) => ({ instanceType })),
      },
    },
  };
}

function createScaling(
  name: string,
  group: Group,
  { http, parent, settings }: FleetGroupArgs,
  attachments: readonly Attachment[],
): void {
  const { cpuPercent, requestsPerMachinePerMinute, warmupSeconds = 0 } = settings.scaling ?? {};
  const track = (
    suffix: string,
    targetValue: number,
    metric: pulumi.Input<{ predefinedMetricType: string; resourceLabel?: pulumi.Input<string> }>,
  ): Policy =>
    new Policy(
      `${name}-${suffix}`,
      {
        autoscalingGroupName: group.name,
        policyType: "TargetTrackingScaling",
        estimatedInstanceWarmup: warmupSeconds,
        targetTrackingConfiguration: { targetValue, predefinedMetricSpecification: metric },
      },
      // Requests are counted of a target group that the machines are behind.
      { parent, dependsOn: [...attachments] },
    );
  if (cpuPercent !== undefined) {
    track("cpu", cpuPercent, { predefinedMetricType: "ASGAverageCPUUtilization" });
  }
  const target = http?.targetGroups["http"];
  if (requestsPerMachinePerMinute !== undefined && http !== undefined && target !== undefined) {
    track("requests", requestsPerMachinePerMinute, {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${http.balancer.arnSuffix}/${target.arnSuffix}`,
    });
  }
}

import { Group } from "@pulumi/aws/autoscaling/group";
import { LifecycleHook } from "@pulumi/aws/autoscaling/lifecycleHook";
import { Schedule } from "@pulumi/aws/autoscaling/schedule";
import type { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { StackContext } from "../../settings/stack-context";
import { groupTags } from "../machines/group-tags";
import { refreshAlarmName, terminateHookSeconds, workerGroupName, workerTags } from "./group-data";
import { groupPurchase, hasSpot } from "./purchase";
import { LAUNCH_HOOK, TERMINATE_HOOK } from "./worker-data";

/** Seconds for machines to end, over and above their drain, when a group is deleted. */
const DELETE_MARGIN = 900;

export interface AutoScalingGroupArgs {
  readonly context: StackContext;
  /** The group's key in the settings. */
  readonly key: string;
  readonly settings: WorkerGroupSettings;
  /** The stack's tags. */
  readonly tags: Readonly<Record<string, string>>;
  readonly template: LaunchTemplate;
  readonly subnetIds: pulumi.Input<string[]>;
  /** What machines cannot do without. */
  readonly dependsOn: readonly pulumi.Resource[];
  readonly parent: pulumi.Resource;
}

/**
 * The group itself, with its hooks and schedules. Ready is what is registered with the scheduler: the launch hook abandons what has
 * not said so. The terminate hook waits for the drain.
 */
export function createAutoScalingGroup(name: string, args: AutoScalingGroupArgs): Group {
  const { context, key, settings, tags, template } = args;
  const { instanceRefresh: refresh, warmPool } = settings;
  const bounds = {
    minHealthyPercentage: refresh.minHealthyPercentage,
    maxHealthyPercentage: refresh.maxHealthyPercentage,
  };
  const isScheduled = Object.keys(settings.schedules).length > 0;
  const group = new Group(
    name,
    {
      name: workerGroupName(context, key),
      minSize: settings.minSize,
      maxSize: settings.maxSize,
      desiredCapacity: settings.count,
      vpcZoneIdentifiers: args.subnetIds,
      ...groupPurchase(template, settings),
      capacityRebalance: settings.capacityRebalance ?? hasSpot(settings),
      healthCheckType: "EC2",
      // From in service on: until then the hook watches over a machine.
      healthCheckGracePeriod: 0,
      defaultInstanceWarmup: refresh.warmupSeconds,
      // Also for machines that are replaced for their age, their health, or a rebalance.
      instanceMaintenancePolicy: bounds,
      ...(refresh.enabled && {
        instanceRefresh: {
          strategy: "Rolling",
          preferences: {
            ...bounds,
            instanceWarmup: String(refresh.warmupSeconds),
            autoRollback: refresh.autoRollback,
            alarmSpecification: { alarms: [refreshAlarmName(context, key), ...refresh.alarms] },
            skipMatching: true,
            scaleInProtectedInstances: refresh.protectedInstances === "refresh" ? "Refresh" : "Ignore",
          },
        },
      }),
      ...(settings.maxLifetimeDays !== undefined && {
        maxInstanceLifetime: settings.maxLifetimeDays * 24 * 3600,
      }),
      protectFromScaleIn: settings.scaleInProtection,
      ...(warmPool !== undefined && {
        warmPool: {
          poolState: warmPool.state === "stopped" ? "Stopped" : "Running",
          minSize: warmPool.minSize,
          ...(warmPool.maxPreparedCapacity !== undefined && {
            maxGroupPreparedCapacity: warmPool.maxPreparedCapacity,
          }),
        },
      }),
      // For the first machines, which start before any hook of its own can be there.
      initialLifecycleHooks: hooksOf(settings),
      enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances"],
      metricsGranularity: "1Minute",
      // A machine says by its hook when it is ready; a bad image would hold the run up here for nothing.
      waitForCapacityTimeout: "0",
      tags: groupTags(workerTags(context, key), { ...tags, ...settings.tags }),
    },
    {
      parent: args.parent,
      dependsOn: [...args.dependsOn],
      // Hooks: a change would replace the group, and has its way by the hooks of their own. Capacity: what schedules do is not undone.
      ignoreChanges: ["initialLifecycleHooks", ...(isScheduled ? ["desiredCapacity"] : [])],
      // It waits for its machines, and they for their jobs.
      customTimeouts: { delete: `${Math.ceil((terminateHookSeconds(settings) + DELETE_MARGIN) / 60)}m` },
    },
  );
  createHooks(name, group, args);
  createSchedules(name, group, args);
  return group;
}

function hooksOf(settings: WorkerGroupSettings): {
  readonly name: string;
  readonly lifecycleTransition: string;
  readonly defaultResult: string;
  readonly heartbeatTimeout: number;
}[] {
  return [
    {
      name: LAUNCH_HOOK,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING",
      defaultResult: "ABANDON",
      heartbeatTimeout: settings.launchHookSeconds,
    },
    {
      name: TERMINATE_HOOK,
      lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
      defaultResult: "CONTINUE",
      heartbeatTimeout: terminateHookSeconds(settings),
    },
  ];
}

/** The same hooks once more: those of a group that exists can only be changed like this. */
function createHooks(prefix: string, group: Group, { parent, settings }: AutoScalingGroupArgs): void {
  for (const { name, ...hook } of hooksOf(settings)) {
    new LifecycleHook(
      `${prefix}-${name}`,
      { name, autoscalingGroupName: group.name, ...hook },
      // Deleted before the group, it would leave machines no time to drain.
      { parent, deletedWith: group },
    );
  }
}

function createSchedules(name: string, group: Group, { parent, settings }: AutoScalingGroupArgs): void {
  for (const [key, { count, cron, timeZone }] of Object.entries(settings.schedules)) {
    new Schedule(
      `${name}-${key}`,
      {
        autoscalingGroupName: group.name,
        scheduledActionName: key,
        recurrence: cron,
        timeZone,
        desiredCapacity: count ?? settings.count,
        // As they are: the group's own.
        minSize: -1,
        maxSize: -1,
      },
      { parent, deletedWith: group },
    );
  }
}

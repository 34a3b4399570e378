import type { Group } from "@pulumi/aws/autoscaling/group";
import { Notification } from "@pulumi/aws/autoscaling/notification";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { StackContext } from "../../settings/stack-context";
import { metricsNamespace, refreshAlarmName, workerGroupName } from "./group-data";
import { FAILED_BOOTS_METRIC } from "./worker-data";

/** Seconds after which a failed boot no longer stops a refresh: the next one, of what was corrected, must be able to begin. */
const REFRESH_WINDOW = 300;

export interface RefreshAlarmArgs {
  readonly context: StackContext;
  readonly group: string;
  readonly settings: WorkerGroupSettings;
  readonly parent: pulumi.Resource;
}

/** The alarm that refreshes of the group mind. It tells nobody: those that do are made from settings/alarms. */
export function createRefreshAlarm(name: string, args: RefreshAlarmArgs): MetricAlarm {
  const { context, group, parent, settings } = args;
  const groupName = workerGroupName(context, group);
  return new MetricAlarm(
    `${name}-refresh`,
    {
      namespace: metricsNamespace(context),
      metricName: FAILED_BOOTS_METRIC,
      dimensions: { AutoScalingGroupName: groupName },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      name: refreshAlarmName(context, group),
      alarmDescription: `Machines of ${groupName} do not come up: its refresh, if there is one, ends`,
      period: REFRESH_WINDOW,
      evaluationPeriods: 1,
      // One may be bad luck.
      threshold: Math.min(2, settings.maxFailedBoots),
      treatMissingData: "notBreaching",
    },
    { parent },
  );
}

/** Tells the topics of machines that EC2 could not start or end. */
export function createErrorNotifications(
  name: string,
  group: Group,
  topics: readonly string[],
  parent: pulumi.Resource,
): void {
  for (const topicArn of topics) {
    new Notification(
      // Not by its place: when the first of two is taken out, the second one's deletion would end what moved up into its place.
      `${name}-errors-${topicArn.split(":").slice(-2).join("-")}`,
      {
        groupNames: [group.name],
        topicArn,
        notifications: ["autoscaling:EC2_INSTANCE_LAUNCH_ERROR", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"],
      },
      { parent, deletedWith: group },
    );
  }
}

import type { Group } from "@pulumi/aws/autoscaling/group";
import { Notification } from "@pulumi/aws/autoscaling/notification";
import type { types } from "@pulumi/aws";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import type { StackContext } from "../../settings/stack-context";
import { metricsNamespace, refreshAlarmName, workerGroupName } from "./group-data";
import { FAILED_BOOTS_METRIC } from "./worker-data";

/** Seconds of one look at a metric. */
const PERIOD = 60;

/** Seconds that a machine may need over and above its hook before the group counts as too small. */
const LAUNCH_GRACE = 600;

/** Seconds after which a failed boot no longer stops a refresh: the next one, of what was corrected, must be able to begin. */
const REFRESH_WINDOW = 300;

export interface AlarmArgs {
  readonly context: StackContext;
  readonly group: string;
  readonly settings: WorkerGroupSettings;
  readonly parent: pulumi.Resource;
}

/** Everything that tells a person that a group is not well, and the alarm that its refreshes mind. */
export function createAlarms(name: string, args: AlarmArgs): { readonly refresh: pulumi.Resource } {
  const { context, group, parent, settings } = args;
  const groupName = workerGroupName(context, group);
  const dimensions = { AutoScalingGroupName: groupName };
  const topics = { alarmActions: [...settings.alarmTopicArns], okActions: [...settings.alarmTopicArns] };
  const boots = {
    namespace: metricsNamespace(context),
    metricName: FAILED_BOOTS_METRIC,
    dimensions,
    statistic: "Maximum",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
  };
  new MetricAlarm(
    `${name}-failed-boots`,
    {
      ...boots,
      ...topics,
      name: `${groupName}-failed-boots`,
      alarmDescription:
        `${settings.maxFailedBoots} machines in a row did not become workers: the group ${groupName} starts no more ` +
        `for an hour, and then tries again. Why is in the parameter failures of the group. To try at once: aws autoscaling resume-processes ` +
        `--auto-scaling-group-name ${groupName} --scaling-processes Launch --region ${context.region}`,
      period: PERIOD,
      evaluationPeriods: 1,
      threshold: settings.maxFailedBoots,
      // A group that is stopped boots nothing and says nothing: that must not look like an end of the trouble.
      treatMissingData: "ignore",
    },
    { parent },
  );
  const refresh = new MetricAlarm(
    `${name}-refresh`,
    {
      ...boots,
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
  const counted = (id: string, metricName: string): types.input.cloudwatch.MetricAlarmMetricQuery => ({
    id,
    metric: { namespace: "AWS/AutoScaling", metricName, dimensions, period: PERIOD, stat: "Minimum" },
  });
  new MetricAlarm(
    `${name}-too-few`,
    {
      ...topics,
      name: `${groupName}-too-few`,
      alarmDescription: `The group ${groupName} has had fewer workers than it should for longer than one needs to start`,
      metricQueries: [
        { id: "missing", expression: "wanted - working", label: "Missing workers", returnData: true },
        counted("wanted", "GroupDesiredCapacity"),
        counted("working", "GroupInServiceInstances"),
      ],
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: Math.ceil((settings.launchHookSeconds + LAUNCH_GRACE) / PERIOD),
      treatMissingData: "missing",
    },
    { parent },
  );
  return { refresh };
}

/** Tells the topics of machines that EC2 could not start or end. */
export function createErrorNotifications(
  name: string,
  group: Group,
  { alarmTopicArns }: WorkerGroupSettings,
  parent: pulumi.Resource,
): void {
  for (const topicArn of alarmTopicArns) {
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

import type { WorkerGroupSettings } from "../../settings/sections/worker-groups";
import { logGroupArn, partition } from "../arns";
import { sessionManagerStatements } from "../machines/machine-role";
import { secretStatements } from "../machines/secret-statements";
import type { Statement } from "../policy-document";
import { sessionLogGroupName } from "../sessions/session-names";
import type { StackContext } from "../../settings/stack-context";
import {
  bootParameterPath,
  dataDisk,
  metricsNamespace,
  workerGroupName,
  workerLogGroupName,
  workerSecrets,
} from "./group-data";

/**
 * What a machine of a group may do, which is what boot/worker does: answer its own group, count its boots, fetch its own keys, write
 * its own log and metrics. Written out from names that are known.
 */
export function workerStatements(
  context: StackContext,
  group: string,
  settings: WorkerGroupSettings,
): Statement[] {
  const arns = (service: string, rest: string): string[] => [
    `arn:${partition(context.region)}:${service}:${context.region}:${context.accountId}:${rest}`,
  ];
  return [
    {
      Sid: "Look",
      Effect: "Allow",
      // AWS knows no resource for these.
      Action: [
        "autoscaling:DescribeAutoScalingInstances",
        "ec2:DescribeTags",
        ...(dataDisk(settings) === undefined ? [] : ["ec2:DescribeVolumes"]),
      ],
      Resource: ["*"],
    },
    {
      Sid: "AnswerOwnGroup",
      Effect: "Allow",
      Action: [
        "autoscaling:CompleteLifecycleAction",
        "autoscaling:RecordLifecycleActionHeartbeat",
        "autoscaling:ResumeProcesses",
        "autoscaling:SetInstanceHealth",
        "autoscaling:SuspendProcesses",
      ],
      Resource: arns(
        "autoscaling",
        `autoScalingGroup:*:autoScalingGroupName/${workerGroupName(context, group)}`,
      ),
    },
    {
      Sid: "CountBoots",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:PutParameter"],
      Resource: ["failures", "recovered"].flatMap((name) =>
        arns("ssm", `parameter${bootParameterPath(context, group)}/${name}`),
      ),
    },
    {
      Sid: "PutMetrics",
      Effect: "Allow",
      Action: ["cloudwatch:PutMetricData"],
      // AWS knows no resource for it; the namespace is what it can be held to.
      Resource: ["*"],
      Condition: { StringEquals: { "cloudwatch:namespace": metricsNamespace(context) } },
    },
    {
      Sid: "WriteOwnLog",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: [
        logGroupArn(context, workerLogGroupName(context, group)),
        logGroupArn(context, `${workerLogGroupName(context, group)}:*`),
      ],
    },
    ...sessionManagerStatements(arns, sessionLogGroupName(context)),
    ...secretStatements(workerSecrets(settings)),
  ];
}

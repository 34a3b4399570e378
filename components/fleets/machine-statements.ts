import type { FleetSettings } from "../../settings/sections/fleets";
import { partition } from "../arns";
import { sessionManagerStatements } from "../machines/machine-role";
import { secretStatements } from "../machines/secret-statements";
import type { Statement } from "../policy-document";
import { sessionLogGroupName } from "../sessions/session-names";
import type { StackContext } from "../../settings/stack-context";
import { fleetGroupName, fleetParameterPath, isBalanced, roleTags } from "./fleet-data";

/**
 * What a machine of a role may do: say how it is, take its own volumes and address, read its own secrets, and what the
 * settings add. Written out from names that are known; what has no such name (volumes, the address, the machine itself) is
 * bound by its tags.
 */
export function fleetStatements(context: StackContext, role: string, settings: FleetSettings): Statement[] {
  const arns = (service: string, rest: string): string[] => [
    `arn:${partition(context.region)}:${service}:${context.region}:${context.accountId}:${rest}`,
  ];
  const ofTheRole: Statement["Condition"] = {
    StringEquals: Object.fromEntries(
      Object.entries(roleTags(context, role)).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ),
  };
  // AWS knows no resources for what describes.
  const describes = [
    "autoscaling:DescribeAutoScalingInstances",
    ...(isBalanced(settings)
      ? ["autoscaling:DescribeLoadBalancerTargetGroups", "elasticloadbalancing:DescribeTargetHealth"]
      : []),
    ...(Object.keys(settings.volumes).length > 0 ? ["ec2:DescribeVolumes"] : []),
    ...(settings.address ? ["ec2:DescribeAddresses"] : []),
  ];
  return [
    { Sid: "FindOwnParts", Effect: "Allow", Action: describes, Resource: ["*"] },
    {
      Sid: "AnswerOwnGroup",
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:SuspendProcesses"],
      Resource: arns(
        "autoscaling",
        `autoScalingGroup:*:autoScalingGroupName/${fleetGroupName(context, role)}`,
      ),
    },
    {
      Sid: "Report",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:PutParameter"],
      Resource: ["report", "failure"].flatMap((name) =>
        arns("ssm", `parameter${fleetParameterPath(context, role)}/${name}`),
      ),
    },
    ...sessionManagerStatements(arns, sessionLogGroupName(context)),
    ...(Object.keys(settings.volumes).length > 0
      ? [
          {
            Sid: "TakeOwnVolumes",
            Effect: "Allow" as const,
            Action: ["ec2:AttachVolume", "ec2:DetachVolume"],
            Resource: [...arns("ec2", "volume/*"), ...arns("ec2", "instance/*")],
            Condition: ofTheRole,
          },
        ]
      : []),
    ...(settings.address
      ? [
          {
            Sid: "TakeOwnAddress",
            Effect: "Allow" as const,
            Action: ["ec2:AssociateAddress"],
            Resource: [
              ...arns("ec2", "elastic-ip/*"),
              ...arns("ec2", "instance/*"),
              ...arns("ec2", "network-interface/*"),
            ],
            Condition: ofTheRole,
          },
        ]
      : []),
    ...secretStatements(settings.boot.secrets),
    ...settings.permissions.map(({ actions, resources }, index) => ({
      Sid: `Settings${index}`,
      Effect: "Allow" as const,
      Action: actions,
      Resource: resources,
    })),
  ];
}

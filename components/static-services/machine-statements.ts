import { mapsPorts, type StaticServiceSettings } from "../../settings/sections/static-services";
import { partition } from "../arns";
import { sessionManagerStatements } from "../machines/machine-role";
import { secretStatements } from "../machines/secret-statements";
import type { Statement } from "../policy-document";
import { sessionLogGroupName } from "../sessions/session-names";
import type { StackContext } from "../../settings/stack-context";
import { logGroupName, parameterPath, pinnedImage, serviceTags } from "./service-data";

export interface MachineStatementsArgs {
  readonly context: StackContext;
  /** The service's key. */
  readonly service: string;
  readonly settings: StaticServiceSettings;
  readonly regions: readonly string[];
}

/**
 * What a machine may do: say how it is, take its own address, read its own secrets, write its own log. Written out from names that are known: no identifier of a resource that is still to be made. What has no such name (the
 * address, the group, the machine itself) is bound by its tags.
 */
export function machineStatements({
  context,
  service,
  settings,
  regions,
}: MachineStatementsArgs): Statement[] {
  const arns = (kind: string, rest: string): string[] =>
    regions.map((region) => `arn:${partition(region)}:${kind}:${region}:${context.accountId}:${rest}`);
  const tagged = (prefix: string): Statement["Condition"] => ({
    StringEquals: Object.fromEntries(
      Object.entries(serviceTags(context, service, settings)).map(([key, value]) => [
        `${prefix}:ResourceTag/${key}`,
        value,
      ]),
    ),
  });
  return [
    {
      Sid: "FindOwnGroup",
      Effect: "Allow",
      // AWS knows no resource for it.
      Action: ["autoscaling:DescribeAutoScalingInstances"],
      Resource: ["*"],
    },
    {
      Sid: "AnswerOwnGroup",
      Effect: "Allow",
      Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:SuspendProcesses"],
      Resource: arns("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*"),
      Condition: tagged("aws"),
    },
    {
      Sid: "Report",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:PutParameter"],
      Resource: arns("ssm", `parameter${parameterPath(context, service)}/*/report`),
    },
    ...sessionManagerStatements(arns, sessionLogGroupName(context)),
    ...(mapsPorts(settings)
      ? [
          {
            Sid: "FindOwnAddress",
            Effect: "Allow" as const,
            Action: ["ec2:DescribeAddresses"],
            Resource: ["*"],
          },
          {
            Sid: "TakeOwnAddress",
            Effect: "Allow" as const,
            Action: ["ec2:AssociateAddress"],
            Resource: [
              ...arns("ec2", "elastic-ip/*"),
              ...arns("ec2", "instance/*"),
              ...arns("ec2", "network-interface/*"),
            ],
            Condition: tagged("aws"),
          },
        ]
      : []),
    ...(settings.logHost === undefined
      ? [
          {
            Sid: "WriteOwnLog",
            Effect: "Allow" as const,
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: arns("logs", `log-group:${logGroupName(context, service)}:*`),
          },
        ]
      : []),
    ...secretStatements(settings.secrets),
    ...registryStatements(settings),
  ];
}

/** An image in ECR is fetched with the machine's own role. Other registries are asked without a password. */
function registryStatements(settings: StaticServiceSettings): Statement[] {
  const [, account, region, repository] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(pinnedImage(settings)) ?? [];
  if (account === undefined || region === undefined || repository === undefined) {
    return [];
  }
  return [
    { Sid: "SignInToRegistry", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
    {
      Sid: "FetchImage",
      Effect: "Allow",
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: [`arn:${partition(region)}:ecr:${region}:${account}:repository/${repository}`],
    },
  ];
}

import type * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { FlowLog } from "@pulumi/aws/ec2/flowLog";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { iamBounds } from "../iam-place";
import { flowLogsArn, logGroupArn } from "../arns";
import { physicalName } from "../names";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

export interface FlowLogArgs {
  readonly context: StackContext;
  /** What the network is called: of the component, as in its physical names. */
  readonly network: string;
  readonly vpcId: pulumi.Input<string>;
  /** Where the VPC is. Default: aws:region. */
  readonly region?: string;
  /** Days that CloudWatch keeps the records. */
  readonly retentionDays: number;
  readonly parent: pulumi.Resource;
}

/** Accepted and refused connections of a VPC, written to a log group by a role that can do only that. */
export function createFlowLog(name: string, args: FlowLogArgs): void {
  const { context, parent, region } = args;
  const there = region === undefined ? context : { ...context, region };
  const inRegion = region === undefined ? {} : { region };
  const logGroupName = `/${context.project}/${context.stack}/flow-log`;
  const logGroup = new LogGroup(
    name,
    { ...inRegion, name: logGroupName, retentionInDays: args.retentionDays },
    { parent },
  );

  const role = new Role(
    name,
    {
      ...iamBounds(context),
      description: `Writes the flow log of ${physicalName(context, args.network)} to ${logGroupName}.`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "FlowLogsOfThisAccount",
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          // The service acts for every customer: only its calls for flow logs of this account may use the role.
          Condition: {
            StringEquals: { "aws:SourceAccount": context.accountId },
            ArnLike: { "aws:SourceArn": flowLogsArn(there) },
          },
        },
      ]),
    },
    { parent },
  );
  const permission = new RolePolicy(
    name,
    {
      role: role.name,
      policy: policyDocument([
        {
          Sid: "WriteOneLogGroup",
          Effect: "Allow",
          Action: [
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
          ],
          // With ":*" it is the group and its streams. No CreateLogGroup: the group is ours, with its retention.
          Resource: [logGroupArn(there, logGroupName), `${logGroupArn(there, logGroupName)}:*`],
        },
      ]),
    },
    { parent },
  );

  new FlowLog(
    name,
    {
      ...inRegion,
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      // Seconds: 60 or 600. Ten minutes make a fraction of the records that a minute makes, and CloudWatch bills by size.
      maxAggregationInterval: 600,
      tags: { Name: physicalName(context, args.network) },
    },
    { parent, dependsOn: [permission] },
  );
}

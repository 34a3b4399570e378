import type * as pulumi from "@pulumi/pulumi";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { FlowLog } from "@pulumi/aws/ec2/flowLog";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { flowLogsArn, logGroupArn } from "../arns";
import { physicalName } from "../names";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

export interface FlowLogArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  /** Days that CloudWatch keeps the records. */
  readonly retentionDays: number;
  readonly parent: pulumi.Resource;
}

/** Accepted and refused connections of a VPC, written to a log group by a role that can do only that. */
export function createFlowLog(name: string, args: FlowLogArgs): void {
  const { context, parent } = args;
  const logGroupName = `/${context.project}/${context.stack}/flow-log`;
  const logGroup = new LogGroup(
    name,
    { name: logGroupName, retentionInDays: args.retentionDays },
    { parent },
  );

  const role = new Role(
    name,
    {
      description: `Writes the flow log of ${physicalName(context, "network")} to ${logGroupName}.`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "FlowLogsOfThisAccount",
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          // The service acts for every customer: only its calls for flow logs of this account may use the role.
          Condition: {
            StringEquals: { "aws:SourceAccount": context.accountId },
            ArnLike: { "aws:SourceArn": flowLogsArn(context) },
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
          Resource: [logGroupArn(context, logGroupName), `${logGroupArn(context, logGroupName)}:*`],
        },
      ]),
    },
    { parent },
  );

  new FlowLog(
    name,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      // Seconds: 60 or 600. Ten minutes make a fraction of the records that a minute makes, and CloudWatch bills by size.
      maxAggregationInterval: 600,
      tags: { Name: physicalName(context, "network") },
    },
    { parent, dependsOn: [permission] },
  );
}

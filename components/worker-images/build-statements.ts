import { bucketArn, logGroupArn, partition } from "../arns";
import { sessionManagerStatements } from "../machines/machine-role";
import type { Statement } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";
import { imageResourceName } from "./image-names";

export function buildLogGroup(context: StackContext, group: string): string {
  return `/aws/imagebuilder/${imageResourceName(context, group)}`;
}

/**
 * What a machine that builds an image may do: take its components, be driven by Systems Manager, write its log. It holds
 * no permission that workers have.
 *
 * Source: the managed policies EC2InstanceProfileForImageBuilder and AmazonSSMManagedInstanceCore, which Image Builder's
 * guide asks for; without the second one's right to read every parameter of the account and its associations (the pipeline collects no
 * inventory), and without keys of one's own (Image Builder keeps components under a key of AWS's).
 */
export function buildStatements(context: StackContext, group: string): Statement[] {
  const arns = (service: string, resource: string): string[] => [
    `arn:${partition(context.region)}:${service}:${context.region}:${context.accountId}:${resource}`,
  ];
  const name = imageResourceName(context, group).toLowerCase();
  return [
    {
      Sid: "Components",
      Effect: "Allow",
      Action: ["imagebuilder:GetComponent"],
      Resource: arns("imagebuilder", `component/${name}-*`),
    },
    {
      Sid: "Tools",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      // AWS's own: AWSTOE is downloaded from there.
      Resource: [`${bucketArn(context, "ec2imagebuilder")}*`],
    },
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: [`${logGroupArn(context, buildLogGroup(context, group))}:*`],
    },
    ...sessionManagerStatements(arns),
    {
      Sid: "Documents",
      Effect: "Allow",
      Action: ["ssm:DescribeDocument", "ssm:GetDocument"],
      // AWS's own, which are of no account.
      Resource: ["AWS-*", "Amazon*"].map(
        (name) => `arn:${partition(context.region)}:ssm:${context.region}::document/${name}`,
      ),
    },
    {
      Sid: "RunCommand",
      Effect: "Allow",
      Action: [
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
      ],
      Resource: ["*"],
    },
  ];
}

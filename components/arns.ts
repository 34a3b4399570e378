import type { StackContext } from "../settings/stack-context";

/** Which of AWS's separate worlds a region lies in; the second part of every ARN. */
export function partition(region: string): string {
  if (region.startsWith("cn-")) {
    return "aws-cn";
  }
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/**
 * An ARN put together from names that are known before the resource exists. Policy documents are made of these and
 * not of resource outputs: an output is unknown in the first preview, and a policy that cannot be read in the preview
 * cannot be reviewed.
 */
function regional(context: StackContext, service: string, resource: string): string {
  return `arn:${partition(context.region)}:${service}:${context.region}:${context.accountId}:${resource}`;
}

/** The account itself: as a principal, whom its own IAM policies allow it. */
export function accountArn(context: StackContext): string {
  return `arn:${partition(context.region)}:iam::${context.accountId}:root`;
}

export function tableArn(context: StackContext, table: string): string {
  return regional(context, "dynamodb", `table/${table}`);
}

/** All secondary indexes of a table: permissions on the table do not reach them. */
export function tableIndexesArn(context: StackContext, table: string): string {
  return `${tableArn(context, table)}/index/*`;
}

export function queueArn(context: StackContext, queue: string): string {
  return regional(context, "sqs", queue);
}

/** Buckets have neither region nor account in their ARN: names are unique in the whole partition. */
export function bucketArn(context: StackContext, bucket: string): string {
  return `arn:${partition(context.region)}:s3:::${bucket}`;
}

export function logGroupArn(context: StackContext, logGroup: string): string {
  return regional(context, "logs", `log-group:${logGroup}`);
}

/** Every log group of the account in this region. */
export function logGroupsArn(context: StackContext): string {
  return logGroupArn(context, "*");
}

/** Every flow log of the account in this region: the id of one is not known before it exists. */
export function flowLogsArn(context: StackContext): string {
  return regional(context, "ec2", "vpc-flow-log/*");
}

/** All that has its logs delivered in this region. */
export function logSourcesArn(context: StackContext): string {
  return regional(context, "logs", "*");
}

/** Repositories of images under a prefix. */
export function repositoriesArn(context: StackContext, prefix: string): string {
  return regional(context, "ecr", `repository/${prefix}/*`);
}

export function clusterArn(context: StackContext, cluster: string): string {
  return regional(context, "eks", `cluster/${cluster}`);
}

/** A policy that AWS keeps, by its name with the path before it. */
export function managedPolicyArn(context: StackContext, policy: string): string {
  return `arn:${partition(context.region)}:iam::aws:policy/${policy}`;
}

/** A secret by its name and the six characters that Secrets Manager appends; both may hold wildcards. */
export function secretArn(context: StackContext, nameAndSuffix: string): string {
  return regional(context, "secretsmanager", `secret:${nameAndSuffix}`);
}

export function databaseInstanceArn(context: StackContext, identifier: string): string {
  return regional(context, "rds", `db:${identifier}`);
}

export function backupVaultArn(context: StackContext, vault: string): string {
  return regional(context, "backup", `backup-vault:${vault}`);
}

/** Every key of the account in this region: the id of one is not known before it exists. To be narrowed by a condition. */
export function keysArn(context: StackContext): string {
  return regional(context, "kms", "key/*");
}

import { entries as acm } from "../../catalogue/entries/aws/acm";
import { entries as backup } from "../../catalogue/entries/aws/backup";
import { entries as cloudwatch } from "../../catalogue/entries/aws/cloudwatch";
import { entries as dynamodb } from "../../catalogue/entries/aws/dynamodb";
import { entries as autoscaling } from "../../catalogue/entries/aws/autoscaling";
import { entries as ebs } from "../../catalogue/entries/aws/ebs";
import { entries as ec2 } from "../../catalogue/entries/aws/ec2";
import { entries as endpoints } from "../../catalogue/entries/aws/endpoints";
import { entries as rdsCluster } from "../../catalogue/entries/aws/rds-cluster";
import { entries as routing } from "../../catalogue/entries/aws/routing";
import { entries as ecr } from "../../catalogue/entries/aws/ecr";
import { entries as ecs } from "../../catalogue/entries/aws/ecs";
import { entries as eks } from "../../catalogue/entries/aws/eks";
import { entries as iam } from "../../catalogue/entries/aws/iam";
import { entries as imagebuilder } from "../../catalogue/entries/aws/imagebuilder";
import { entries as kms } from "../../catalogue/entries/aws/kms";
import { entries as lb } from "../../catalogue/entries/aws/lb";
import { entries as rds } from "../../catalogue/entries/aws/rds";
import { entries as route53 } from "../../catalogue/entries/aws/route53";
import { entries as s3 } from "../../catalogue/entries/aws/s3";
import { entries as secretsmanager } from "../../catalogue/entries/aws/secretsmanager";
import { entries as securityGroups, ruleEntries } from "../../catalogue/entries/aws/security-groups";
import { entries as ssm } from "../../catalogue/entries/aws/ssm";
import { entries as sqs } from "../../catalogue/entries/aws/sqs";
import { entries as vpc } from "../../catalogue/entries/aws/vpc";
import { quotas } from "../../catalogue/quotas/aws-quotas";
import { quotaRule } from "../../catalogue/quotas/quota-rules";
import type { Entries, Entry } from "../../interpreter/entry";

const written: Entries = {
  ...acm,
  ...autoscaling,
  ...backup,
  ...cloudwatch,
  ...dynamodb,
  ...ebs,
  ...ec2,
  ...endpoints,
  ...ecr,
  ...ecs,
  ...eks,
  ...iam,
  ...imagebuilder,
  ...kms,
  ...lb,
  ...rds,
  ...rdsCluster,
  ...route53,
  ...routing,
  ...ruleEntries,
  ...s3,
  ...secretsmanager,
  ...securityGroups,
  ...sqs,
  ...ssm,
  ...vpc,
};

/** Last of what a creation is refused for: an account is asked when the rest is right. */
function measured(type: string, entry: Entry = {}): Entry {
  const rule = quotaRule(type);
  return rule === undefined ? entry : { ...entry, refuseCreate: [...(entry.refuseCreate ?? []), rule] };
}

const entries: Entries = {
  ...written,
  ...Object.fromEntries(
    quotas.flatMap(({ types }) => types).map((type) => [type, measured(type, written[type])]),
  ),
};

/** The hand-written entry of an AWS type, by its token. */
export function awsEntry(token: string): Entry | undefined {
  return entries[token];
}

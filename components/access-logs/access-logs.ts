import * as pulumi from "@pulumi/pulumi";
import { floor } from "../../guard/floors";
import type { AccessLogsSettings } from "../../settings/sections/access-logs";
import type { StackContext } from "../../settings/stack-context";
import { bucketArn, logSourcesArn } from "../arns";
import { createBucket, serverLogPrefix, type LogBucket } from "../buckets/bucket";
import { isLocked } from "../guard/guarded";
import type { Statement } from "../policy-document";

export interface AccessLogsArgs {
  readonly context: StackContext;
  readonly settings: AccessLogsSettings;
  /** Names of the stack's buckets that are logged. */
  readonly buckets: readonly string[];
}

/** Intrusions are found after months. */
const RETENTION_DAYS = 365;

/** Where load balancers lay their logs: Elastic Load Balancing adds AWSLogs and the account. */
export const balancerLogPrefix = "load-balancers";

/** The bucket in which load balancers and S3 log who asked them for what. */
export class AccessLogs extends pulumi.ComponentResource {
  readonly logs: LogBucket;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:access-logs:AccessLogs", name, {}, opts);
    const { context, settings } = args;
    if (settings.existing) {
      this.logs = { name: settings.bucket, ready: [] };
      this.registerOutputs({});
      return;
    }
    const { policy } = createBucket(name, {
      context,
      name: settings.bucket,
      lifecycle: {
        expireAfterDays: settings.retentionDays ?? RETENTION_DAYS,
        noncurrentVersionDays: floor("overwrittenObjects", context.guardLevel),
      },
      // Logs come as long as anything is asked, and Elastic Load Balancing leaves a file of its own: it would never be empty.
      forceDestroy: !isLocked(context),
      statements: statements(args),
      parent: this,
    });
    this.logs = { name: settings.bucket, ready: [policy] };
    this.registerOutputs({});
  }
}

/**
 * Each service may write where the logs of this account lie, and nowhere else. Sources: Elastic Load Balancing, "Enable access logs" for
 * Application, Classic and Network Load Balancers; Amazon S3 User Guide, "Enabling Amazon S3 server access logging".
 */
function statements({ buckets, context, settings }: AccessLogsArgs): Statement[] {
  const { accountId } = context;
  const arn = bucketArn(context, settings.bucket);
  const balancers = `${arn}/${balancerLogPrefix}/AWSLogs/${accountId}/*`;
  const ours = { "aws:SourceAccount": accountId };
  const delivery = {
    Effect: "Allow",
    Principal: { Service: "delivery.logs.amazonaws.com" },
  } as const;
  return [
    {
      Sid: "LogsOfBalancers",
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: [balancers],
      // No condition: what it writes for others' load balancers has their account in its name.
    },
    {
      Sid: "LogsOfNetworkBalancers",
      ...delivery,
      Action: ["s3:PutObject"],
      Resource: [balancers],
      Condition: {
        StringEquals: { ...ours, "s3:x-amz-acl": "bucket-owner-full-control" },
        ArnLike: { "aws:SourceArn": logSourcesArn(context) },
      },
    },
    {
      Sid: "WhoseBucketItIs",
      ...delivery,
      Action: ["s3:GetBucketAcl"],
      Resource: [arn],
      Condition: { StringEquals: ours, ArnLike: { "aws:SourceArn": logSourcesArn(context) } },
    },
    ...buckets.map((bucket, index): Statement => ({
      Sid: `LogsOfBucket${String(index)}`,
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: ["s3:PutObject"],
      Resource: [`${arn}/${serverLogPrefix(bucket)}*`],
      Condition: { StringEquals: ours, ArnLike: { "aws:SourceArn": bucketArn(context, bucket) } },
    })),
  ];
}

import type * as pulumi from "@pulumi/pulumi";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import type { Key } from "@pulumi/aws/kms/key";
import type { InstanceArgs } from "@pulumi/aws/rds/instance";
import { advancedInsightsDays } from "../../settings/sections/database-options";
import type { DatabaseSettings } from "../../settings/sections/database";
import type { StackContext } from "../../settings/stack-context";
import { databaseInstanceArn, managedPolicyArn } from "../arns";
import { iamBounds } from "../iam-place";
import { policyDocument } from "../policy-document";

/** What Enhanced Monitoring writes with, and what has to be there before. */
export interface MonitoringRole {
  readonly arn: pulumi.Output<string>;
  readonly permission: pulumi.Resource;
}

interface MonitoringRoleArgs {
  readonly context: StackContext;
  readonly settings: DatabaseSettings;
  /** What RDS calls the instances that it is for. */
  readonly identifiers: readonly string[];
  readonly parent: pulumi.Resource;
}

/** The role by which RDS writes what the operating system measures; undefined where nobody asked for that. */
export function createMonitoringRole(
  name: string,
  { context, settings, identifiers, parent }: MonitoringRoleArgs,
): MonitoringRole | undefined {
  if (settings.monitoring.intervalSeconds === 0) {
    return undefined;
  }
  const role = new Role(
    `${name}-monitoring`,
    {
      ...iamBounds(context),
      description: `RDS writes what the operating systems of ${identifiers.join(", ")} measure to RDSOSMetrics.`,
      assumeRolePolicy: policyDocument(
        identifiers.map((identifier, index) => ({
          Sid: `Instance${index + 1}`,
          Effect: "Allow",
          Principal: { Service: "monitoring.rds.amazonaws.com" },
          Action: ["sts:AssumeRole"],
          // The service acts for every customer: only what it does for these instances may use the role.
          Condition: {
            StringEquals: {
              "aws:SourceAccount": context.accountId,
              "aws:SourceArn": databaseInstanceArn(context, identifier),
            },
          },
        })),
      ),
    },
    { parent },
  );
  const permission = new RolePolicyAttachment(
    `${name}-monitoring`,
    { role: role.name, policyArn: managedPolicyArn(context, "service-role/AmazonRDSEnhancedMonitoringRole") },
    { parent },
  );
  return { arn: role.arn, permission };
}

export function monitoringInputs(
  settings: DatabaseSettings,
  key: Key,
  role: MonitoringRole | undefined,
): Partial<InstanceArgs> {
  const { performanceInsights, performanceInsightsRetentionDays, databaseInsights } = settings;
  const days =
    performanceInsightsRetentionDays ?? (databaseInsights === "advanced" ? advancedInsightsDays : 7);
  return {
    monitoringInterval: settings.monitoring.intervalSeconds,
    ...(role !== undefined && { monitoringRoleArn: role.arn }),
    databaseInsightsMode: databaseInsights,
    performanceInsightsEnabled: performanceInsights,
    ...(performanceInsights && {
      // Can never be another one afterwards, as the storage's cannot.
      performanceInsightsKmsKeyId: key.arn,
      performanceInsightsRetentionPeriod: days,
    }),
  };
}

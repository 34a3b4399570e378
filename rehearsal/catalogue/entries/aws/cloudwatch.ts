import type { Entries, Refusal } from "../../../interpreter/entry";
import { numberOf, textOf, type Values } from "../../../interpreter/values";
import { alarmRules, bodyIsValid } from "./cloudwatch-rules";
import { lockedBy, nameIsFree } from "./common-rules";
import { logsMayUseKey } from "./key-use";

/** What CloudWatch Logs takes for a retention; 0 is for ever. */
const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function retentionIsKnown(inputs: Values): Refusal | undefined {
  const days = numberOf(inputs, "retentionInDays");
  if (days === undefined || retentions.includes(days)) return undefined;
  const message = `expected retention_in_days to be one of ${JSON.stringify(retentions)}, got ${String(days)}`;
  return { code: "InvalidParameter", message, byProvider: true };
}

/**
 * Groups that a service makes again, by its own role, when it writes its last lines after they were deleted. Source:
 * terraform-aws-modules/terraform-aws-eks issue 2763 (CloudTrail shows the role of EKS making it anew, minutes after the cluster); RDS
 * makes its groups by itself too ("Publishing PostgreSQL logs to Amazon CloudWatch Logs" in the RDS user guide).
 */
export const writtenByServices: readonly RegExp[] = [
  /^\/aws\/eks\/[^/]+\/cluster$/,
  /^\/aws\/rds\/(instance|cluster)\//,
  /^\/aws\/(lambda|codebuild)\//,
];

const unprotected = lockedBy("deletionProtectionEnabled", {
  code: "ValidationException",
  message: () => "The log group is protected against deletion.",
});

export const entries: Entries = {
  "aws:cloudwatch/logGroup:LogGroup": {
    api: { service: "CloudWatch Logs", title: "CloudWatch Logs Log Group", update: "PutRetentionPolicy" },
    id: ({ inputs, random }) => textOf(inputs, "name") || `terraform-${random.hex(26)}`,
    outputs: ({ id, inputs }) => ({ name: id, logGroupClass: textOf(inputs, "logGroupClass") || "STANDARD" }),
    unique: [
      nameIsFree("name", {
        code: "ResourceAlreadyExistsException",
        message: () => "The specified log group already exists",
      }),
    ],
    refuseInputs: [retentionIsKnown, logsMayUseKey],
    refuseDelete: [unprotected],
    afterDelete: ({ type, name, id, fault, outputs, place: { region } }, cloud) => {
      const isWritten = fault?.fault === "comes-back" || outputs["stillWritten"] === true;
      if (isWritten && writtenByServices.some((pattern) => pattern.test(id))) {
        cloud.put({ type, id, name, inputs: { name: id, region } });
      }
    },
  },

  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    api: {
      service: "CloudWatch",
      title: "CloudWatch Metric Alarm",
      create: "PutMetricAlarm",
      update: "PutMetricAlarm",
      delete: "DeleteAlarms",
    },
    id: ({ inputs }) => textOf(inputs, "name"),
    refuseInputs: alarmRules,
  },

  "aws:cloudwatch/dashboard:Dashboard": {
    api: {
      service: "CloudWatch",
      title: "CloudWatch Dashboard",
      create: "PutDashboard",
      update: "PutDashboard",
      delete: "DeleteDashboards",
    },
    id: ({ inputs }) => textOf(inputs, "dashboardName"),
    outputs: ({ id, place: { account } }) => ({
      dashboardArn: `arn:aws:cloudwatch::${account}:dashboard/${id}`,
    }),
    refuseInputs: [bodyIsValid],
  },
};

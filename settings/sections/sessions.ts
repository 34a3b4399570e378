import { z } from "zod";
import { setting } from "../describe";
import { logRetentionDays } from "./network";
import { kmsKeyArn } from "../formats";

/** Source of the bounds: AWS Systems Manager User Guide, "Session document schema". */
export const sessionsSettings = setting(
  z.strictObject({
    idleMinutes: setting(z.number().int().min(1).max(60).default(20), {
      description: "A session ends when nothing is typed or shown for this long.",
      unit: "minutes",
      why: "20: Session Manager's own default. Anybody can use a shell that was left open.",
    }),
    longestMinutes: setting(z.number().int().min(1).max(1440).default(720), {
      description:
        "A session ends after this long, whatever happens in it, also when its grant has expired earlier.",
      unit: "minutes",
      why: "12 hours, the longest grant that a fleet gives unless told otherwise.",
    }),
    logRetentionDays: setting(z.literal([...logRetentionDays]).default(365), {
      description: "How long CloudWatch keeps the output of sessions.",
      unit: "days",
      why: "A year: people ask after months who did what on a machine.",
    }),
    logKmsKeyArn: setting(kmsKeyArn.optional(), {
      description:
        "A KMS key for that log, in aws:region; its policy must let CloudWatch Logs of the region use it. Sessions are then refused while the log is " +
        "not encrypted with one.",
      defaultText: "CloudWatch's own key",
    }),
    runAs: setting(
      z
        .string()
        .regex(/^[a-z_][a-z0-9_-]{0,31}$/)
        .optional(),
      {
        description:
          "The user of the operating system that shells run as. It must be there on every machine: where it is not, no session starts.",
        allowed: "a user's name: lower-case letters, digits, underscores and hyphens",
        defaultText: "ssm-user, which may use sudo",
        examples: ["ec2-user"],
      },
    ),
  }),
  {
    description:
      "Shells on machines of fleets, worker groups and static services, by AWS's Session Manager: the Session document that " +
      "the program makes in each region with such machines, and the log of what was shown. They are made where there are machines.",
  },
);
export type SessionsSettings = z.infer<typeof sessionsSettings>;

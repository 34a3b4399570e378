import { z } from "zod";
import { comesToPass } from "../cron-days";
import { setting } from "../describe";
import { timeZone } from "./fleet-roll";
import { isCron } from "./worker-scaling";

export const jobSettings = z.strictObject({
  schedule: setting(
    z
      .string()
      .refine(isCron, { error: "is no cron expression that Kubernetes takes", abort: true })
      .refine(comesToPass, { error: "names a day that never comes" })
      .optional(),
    {
      description:
        "When it runs. Absent: once, in the run that makes it, which waits for its end and fails with it; and again in each run that changes anything of it.",
      allowed: "five fields in Unix cron's form: minute, hour, day of month, month, day of week",
      examples: ["30 2 * * *"],
    },
  ),
  timeZone: setting(timeZone.optional(), { description: "Time zone of schedule.", defaultText: "UTC" }),
  concurrencyPolicy: setting(z.enum(["Allow", "Forbid", "Replace"]).optional(), {
    description: "What happens when it is time, and the one before still runs.",
    defaultText: "Forbid: the new one does not run",
  }),
  suspend: setting(z.boolean().optional(), {
    description: "Whether schedule is left out for now.",
    defaultText: "false",
  }),
  backoffLimit: setting(z.number().int().min(0).max(100).default(3), {
    description: "Attempts after the first, each in a new pod, 10, 20, 40 … seconds apart.",
  }),
  activeDeadlineSeconds: setting(z.number().int().min(1).max(604_800).default(3600), {
    description: "How long all attempts together may take.",
    unit: "seconds",
    why: "An hour: what hangs is noticed the same day.",
  }),
});
export type JobSettings = z.infer<typeof jobSettings>;

import { z } from "zod";
import { comesToPass } from "../cron-days";
import { format, setting } from "../describe";
import { timeZone } from "./fleet-roll";

/** Least and greatest value of each field of a cron expression, and the names that it may have instead. */
const cronFields = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  {
    min: 1,
    max: 12,
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { min: 0, max: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
] as const;

/** Five fields, as Auto Scaling and Kubernetes take them; no seconds, no years, none of @daily and its like. */
export function isCron(text: string): boolean {
  const fields = text.split(" ");
  return (
    fields.length === cronFields.length &&
    cronFields.every(({ min, max, names }, index) =>
      (fields[index] ?? "").split(",").every((part) => {
        const [, from = "", to, step] =
          /^(\*|[0-9]+|[a-z]{3})(?:-([0-9]+|[a-z]{3}))?(?:\/([0-9]+))?$/i.exec(part) ?? [];
        const place = (value: string): number => {
          const named = (names as readonly string[]).indexOf(value.toLowerCase());
          return named >= 0 ? named + min : Number(value);
        };
        const within = (value: string): boolean => place(value) >= min && place(value) <= max;
        const every = step === undefined || (Number(step) >= 1 && Number(step) <= max);
        if (from === "*") {
          return to === undefined && every;
        }
        return within(from) && every && (to === undefined || (within(to) && place(from) <= place(to)));
      }),
    )
  );
}

export const scheduleSettings = z.strictObject({
  cron: setting(
    z
      .string()
      .refine(isCron, { error: "is no cron expression that Auto Scaling takes", abort: true })
      .refine(comesToPass, { error: "names a day that never comes" }),
    {
      description: "When: minute, hour, day of month, month, day of week.",
      allowed: "five fields in Unix cron's form, without seconds and years",
      examples: ["0 7 * * 1-5"],
    },
  ),
  timeZone: setting(timeZone.default("UTC"), {
    description: "Time zone of `cron`. Auto Scaling minds its summer time.",
  }),
  count: setting(z.number().int().min(0).max(200).optional(), {
    description: "How many machines from then on.",
    unit: "machines",
    defaultText: "the group's own count",
  }),
});

export const instanceRefreshSettings = z.strictObject({
  enabled: setting(z.boolean().default(true), {
    description:
      "Whether a change of image, scripts or anything else in the launch template replaces the machines that run. Without it they stay " +
      "until they end for another reason.",
  }),
  minHealthyPercentage: setting(z.number().int().min(0).max(100).default(100), {
    description: "How much of the group stays in service while machines are replaced.",
    unit: "percent of the wanted number",
    why: "100: a new machine is registered with the scheduler before an old one is drained, so that a bad change costs no capacity.",
  }),
  maxHealthyPercentage: setting(z.number().int().min(100).max(200).default(150), {
    description: "How many machines there may be meanwhile, those that boot counted.",
    unit: "percent of the wanted number",
    why: "150 of four workers is a batch of two, as it was before.",
  }),
  warmupSeconds: setting(z.number().int().min(0).max(7200).default(60), {
    description: "How long a new machine must have been in service before the next one is replaced.",
    unit: "seconds",
    why: "In service it is registered already; a minute shows a worker that falls over with its first job.",
  }),
  alarms: setting(
    z
      .array(format(z.string().regex(/^[^\r\n\0]{1,255}$/), { allowed: "the name of a CloudWatch alarm" }))
      .max(9)
      .default([]),
    {
      description:
        "CloudWatch alarms that end a refresh when they go off, besides the group's own alarm of failed boots.",
      why: "Auto Scaling takes ten, and one of them is the group's own.",
    },
  ),
  autoRollback: setting(z.boolean().default(false), {
    description:
      "Whether Auto Scaling takes a refresh back that fails or sets off one of its alarms. docs/worker-groups.md says what that covers.",
    why: "false: a refresh that a change of the group starts has nothing to roll back to.",
  }),
  protectedInstances: setting(z.enum(["refresh", "ignore"]).default("refresh"), {
    description:
      "What a refresh does with machines that are protected from scale-in: replace them (after their drain), or pass them by.",
  }),
});

export const warmPoolSettings = z.strictObject({
  minSize: setting(z.number().int().min(0).max(200), {
    description: "Machines that are kept ready besides those in service.",
    unit: "machines",
  }),
  maxPreparedCapacity: setting(z.number().int().min(1).max(400).optional(), {
    description: "Machines at most, in the pool and in service together.",
    unit: "machines",
    defaultText: "maxSize",
  }),
  state: setting(z.enum(["stopped", "running"]).default("stopped"), {
    description: "How they are kept. Stopped ones cost their disks only.",
  }),
});

import { z } from "zod";
import { format, setting } from "../describe";
import { timeOfDayForm, weekdays } from "../windows";

/** IANA time zones that this Node knows; `UTC` among them. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Offsets such as `+02:00`, which Intl takes too, know no summer time. */
export const timeZone = format(
  z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/)
    .refine(isTimeZone, { error: "is no time zone" }),
  {
    allowed: "the IANA name of a time zone, such as Europe/London or UTC",
    examples: ["Europe/London"],
  },
);

export const maintenanceWindowSettings = z.strictObject({
  days: setting(
    z
      .array(z.enum(weekdays))
      .min(1)
      .max(7)
      .default([...weekdays]),
    {
      description: "Days on which the window opens, in its time zone.",
      why: "Every day: who is careful says which.",
      allowed: `a list of one or more of ${weekdays.join(", ")}, each once`,
      examples: [["sat", "sun"]],
    },
  ),
  start: setting(z.string().regex(timeOfDayForm), {
    description: "When it opens, by the clocks of its time zone.",
    allowed: 'a time from "00:00" to "23:59", in quotes',
    examples: ["02:00"],
  }),
  durationMinutes: setting(
    z
      .number()
      .int()
      .min(15)
      .max(24 * 60),
    {
      description:
        "How long it stays open, in minutes that pass: the nights in which clocks change make it no longer or shorter.",
      unit: "minutes",
      examples: [120],
    },
  ),
  timeZone: setting(timeZone.default("UTC"), {
    description: "Whose clocks. Summer time is followed.",
  }),
});
export type MaintenanceWindowSettings = z.infer<typeof maintenanceWindowSettings>;

const cloudWatchNumber = z.strictObject({
  namespace: setting(
    z
      .string()
      .regex(/^[^:][^\0]*$/)
      .max(255),
    {
      description: "Namespace of the metric.",
      allowed: "up to 255 characters, not beginning with a colon",
      examples: ["Devices"],
    },
  ),
  metricName: setting(z.string().min(1).max(255), {
    description: "Name of the metric.",
    examples: ["Online"],
  }),
  dimensions: setting(z.record(z.string().min(1).max(255), z.string().min(1).max(1024)).default({}), {
    description: "Dimensions of the metric, all of them: CloudWatch counts another set as another metric.",
    examples: [{ Environment: "production" }],
  }),
  statistic: setting(z.enum(["Average", "Sum", "Minimum", "Maximum", "SampleCount"]).default("Average"), {
    description: "What is taken of the values within a period.",
  }),
  periodSeconds: setting(z.literal([60, 120, 180, 300, 600, 900, 1800, 3600]).default(60), {
    description: "Length of a period. The newest that is over and has a value counts.",
    unit: "seconds",
    why: "A minute is the finest that metrics without high resolution have.",
  }),
});

const urlNumber = z.strictObject({
  url: setting(
    z
      .string()
      .max(2048)
      .regex(/^https?:\/\/[^\s"'\\@]+$/)
      .refine((text) => URL.canParse(text), { error: "is no address" }),
    {
      description:
        "Address that answers GET with the number, as plain text or in JSON. Asked from where `groundwork` runs. " +
        "It stands here in clear: no password or token in it.",
      allowed: "an http or https address without user name and password",
      examples: ["https://metrics.example.com/devices-online"],
    },
  ),
  jsonPath: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/)
      .optional(),
    {
      description: "Where the number is in a JSON answer: keys and indexes with dots between them.",
      defaultText: "none: the answer is the number",
      examples: ["devices.online"],
    },
  ),
});

export const rollCheckSettings = z.strictObject({
  name: setting(z.string().min(1).max(100).default("the number"), {
    description: "What the number is called in what the roll prints.",
    examples: ["devices online"],
  }),
  cloudWatch: setting(cloudWatchNumber.optional(), {
    description: "A metric of CloudWatch, in aws:region. One of cloudWatch, url and command.",
  }),
  url: setting(urlNumber.optional(), {
    description: "An address that answers with the number. One of cloudWatch, url and command.",
  }),
  command: setting(z.array(z.string().min(1)).min(1).optional(), {
    description:
      "A program and its arguments, run where `groundwork` runs, without a shell; it prints the number and ends with 0. " +
      "One of cloudWatch, url and command.",
    examples: [["./scripts/devices-online", "production"]],
  }),
  allowedDropPercent: setting(z.number().min(0).max(99).default(5), {
    description:
      "By how much the number may be lower than before the roll. More stops the roll and rolls it back.",
    unit: "percent",
    why: "Numbers that people cause move by a few percent by themselves.",
  }),
  recoverSeconds: setting(z.number().int().min(0).max(3600).default(300), {
    description:
      "How long the number may take to come back after machines were exchanged: devices have to connect again.",
    unit: "seconds",
    why: "Clients that wait longer and longer between tries are back after a few minutes.",
  }),
});
export type RollCheckSettings = z.infer<typeof rollCheckSettings>;

export const rollSettings = z.strictObject({
  surge: setting(z.number().int().min(1).max(50).default(1), {
    description:
      "Machines that come up beside the others at a time; when they are in service, as many old ones are drained. " +
      "Roles with a volume or address of their own have one machine, which goes before the new one comes.",
    unit: "machines",
    why: "One at a time is slow and safe. Never more than half of all.",
  }),
  drainSeconds: setting(z.number().int().min(0).max(3600).default(300), {
    description:
      "How long a machine that goes may take to end its work: connections at the load balancer, then the service itself.",
    unit: "seconds",
    why: "300 is what load balancers wait by default; more than 3600 they do not.",
  }),
  pauseSeconds: setting(z.number().int().min(0).max(3600).default(0), {
    description: "Pause between the exchange of some machines and that of the next.",
    unit: "seconds",
  }),
  check: setting(rollCheckSettings.optional(), {
    description: "A number that matters, looked at before the roll and after each exchange.",
    defaultText: "none: only health is looked at",
  }),
});

export const accessSettings = z.strictObject({
  enabled: setting(z.boolean().default(true), {
    description:
      "Whether `groundwork access` may grant people sessions (Session Manager) on machines of the role. A session needs a " +
      "grant either way: false refuses them.",
  }),
  longestHours: setting(z.number().int().min(1).max(168).default(12), {
    description: "The longest that a grant may last.",
    unit: "hours",
    why: "A working day with its evening; who needs more asks again.",
  }),
});

import { z } from "zod";
import { format, setting } from "../describe";
import { snsTopicArn } from "../formats";
import { weekdays } from "../windows";

/** As alarms are called in docs/alarms.md. */
const alarmName = format(z.string().regex(/^[a-z][A-Za-z0-9_-]{0,199}$/), {
  allowed: "the name of an alarm, as docs/alarms.md lists it: database-cpu",
  examples: ["database-cpu"],
});

const topics = (what: string, defaultText: string): z.ZodOptional<z.ZodArray<typeof snsTopicArn>> =>
  setting(z.array(snsTopicArn).max(20).optional(), {
    description: `SNS topics that hear of ${what}, and of its end. Each alarm tells those in its own region: CloudWatch notifies no other.`,
    defaultText,
    allowed: "a list of ARNs of SNS topics, five of a region at the most",
    examples: [["arn:aws:sns:eu-west-1:123456789012:oncall"]],
  });

const hour = z.number().int().min(0).max(23);

const quietHoursSettings = z.strictObject({
  from: setting(hour, { description: "The hour at which they begin, UTC.", unit: "o'clock", examples: [20] }),
  to: setting(hour, {
    description: "The hour at which they end, UTC: the next day's where it is the smaller one.",
    unit: "o'clock",
    examples: [6],
  }),
  days: setting(z.array(z.enum(weekdays)).max(6).default([]), {
    description: "Days that are quiet whole, from midnight to midnight UTC.",
    why: "None, until said.",
    examples: [["sat", "sun"]],
  }),
});

export const alarmsSettings = setting(
  z.strictObject({
    topics: setting(
      z
        .strictObject({
          critical: topics("what a person has to look at now", "none: alarms are seen in the console only"),
          warning: topics("what can wait until the morning", "those of critical"),
        })
        .prefault({}),
      {
        description:
          "Who is told. Topics are made by hand, one for each region with alarms, with whoever subscribes to them: they have to be there when " +
          "everything else is not. A run warns, and doctor says so too, while there is none for some critical alarm: at guard level production, and for regions that were forgotten. " +
          "The topics' policies must let CloudWatch (and RDS) of this account publish, as SNS's own policy does.",
      },
    ),
    quietHours: setting(quietHoursSettings.optional(), {
      description:
        "When alarms of severity warning stay quiet. CloudWatch has no timetable for alarms: their expression counts as calm in these hours. One that is on " +
        "goes back at their beginning, and comes again at their end if nothing has changed. Critical ones are never quiet.",
      defaultText: "none",
      why: "In whole hours of UTC, since that is the clock of CloudWatch's HOUR() and DAY(): where clocks change they move by an hour.",
    }),
    off: setting(z.array(alarmName).default([]), {
      description: "Alarms that are not made, by name.",
      examples: [["database-cpu"]],
    }),
    thresholds: setting(z.record(alarmName, z.number()).default({}), {
      description:
        "Other thresholds, by the alarm's name, in the unit that docs/alarms.md has. Those of queues and of workers' failed boots stand with these.",
      examples: [{ "database-cpu": 95 }],
    }),
    dashboard: setting(z.boolean().default(true), {
      description: "Whether CloudWatch has a dashboard of the stack: its alarms, a row for each component.",
      why: "Of an account's dashboards three are free, and each further one is $3 a month.",
    }),
  }),
  {
    description:
      "Alarms over everything that the stack has, with thresholds of their own (docs/alarms.md), and a dashboard. Without this section there are those of " +
      "queues and worker groups alone, which have topics of their own.",
  },
);
export type AlarmsSettings = z.infer<typeof alarmsSettings>;

import { declaredAlarms, type AlarmsInput } from "../alarms/table";
import { nearestName } from "../nearest";
import type { Finding } from "../problem";
import { entriesOf, finding, repeated, type Rule } from "./rule";

/** CloudWatch takes five actions for a state of an alarm. */
const MOST_TOPICS = 5;

const topicsAreFew: Rule = function* ({ alarms }) {
  for (const severity of ["critical", "warning"] as const) {
    const topics = alarms?.topics?.[severity];
    for (const [index, arn] of repeated(topics)) {
      yield finding("alarms", ["topics", severity, index], {
        message: `${JSON.stringify(arn)} is listed twice`,
        allowed: "each topic once",
      });
    }
    const inRegion = new Map<string, number>();
    for (const [index, arn] of entriesOf(topics)) {
      const own = arn.split(":")[3] ?? "";
      const count = (inRegion.get(own) ?? 0) + 1;
      inRegion.set(own, count);
      if (count > MOST_TOPICS) {
        yield finding("alarms", ["topics", severity, index], {
          message: `is topic number ${count} in ${own}`,
          allowed: `${MOST_TOPICS} of a region: CloudWatch takes no more for an alarm. One topic can have any number of subscribers`,
        });
      }
    }
  }
};

const quietHoursEnd: Rule = function* ({ alarms }) {
  const { from, to } = alarms?.quietHours ?? {};
  if (from !== undefined && from === to) {
    yield finding("alarms", ["quietHours", "to"], {
      message: `they begin and end at ${from} o'clock: it would always be quiet`,
      allowed: "another hour than quietHours.from; single alarms are switched off by alarms.off",
    });
  }
};

export const alarmRules: readonly Rule[] = [topicsAreFew, quietHoursEnd];

/** Names of alarms follow from all other settings: they are judged when those are whole. */
export function* alarmNamesAreKnown(input: AlarmsInput): Iterable<Finding> {
  const { off = [], thresholds = {} } = input.sections.alarms ?? {};
  const declared = new Map(declaredAlarms(input).map((alarm) => [alarm.name, alarm]));
  const unknown = (name: string): Pick<Finding, "message" | "allowed" | "suggestion"> => {
    const near = nearestName(name, [...declared.keys()]);
    return {
      message: `the stack has no alarm ${JSON.stringify(name)}`,
      allowed: "the name of an alarm that the stack has: docs/alarms.md says how they are called",
      ...(near !== undefined && { suggestion: `Did you mean ${near}?` }),
    };
  };
  for (const [index, name] of off.entries()) {
    if (!declared.has(name)) yield finding("alarms", ["off", index], unknown(name));
  }
  for (const name of Object.keys(thresholds)) {
    const alarm = declared.get(name);
    const at = ["thresholds", name];
    if (alarm === undefined) {
      yield finding("alarms", at, { ...unknown(name), aboutKey: true });
    } else if (alarm.kind === "events") {
      yield finding("alarms", at, {
        message: `${name} tells of what happened, and has no threshold`,
        allowed: "alarms that docs/alarms.md has a threshold for",
        aboutKey: true,
      });
    } else if (alarm.setting !== undefined) {
      yield finding("alarms", at, {
        message: `the threshold of ${name} is a setting of its own`,
        allowed: `groundwork:${alarm.setting}`,
        aboutKey: true,
      });
    }
  }
}

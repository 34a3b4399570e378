import type { StackContext } from "../stack-context";
import type { StackSections } from "../schema";
import type { AlarmsSettings } from "../sections/alarms";
import type { AlarmDeclaration, AlarmSeverity } from "./alarm";
import { certificateAlarms, databaseAlarms, queueAlarms, tableAlarms } from "./data-alarms";
import {
  clusterAlarms,
  fleetAlarms,
  metalWorkerAlarms,
  staticServiceAlarms,
  workerGroupAlarms,
} from "./machine-alarms";
import { fleetTrafficAlarms, networkAlarms, workloadAlarms } from "./traffic-alarms";

type QuietHours = NonNullable<AlarmsSettings["quietHours"]>;

export interface AlarmsInput {
  readonly context: Pick<StackContext, "project" | "stack" | "region">;
  readonly sections: StackSections;
}

/** An alarm as the settings want it. */
export type Alarm = AlarmDeclaration & {
  readonly region: string;
  /** Who is told: topics of its own region. */
  readonly topics: readonly string[];
  /** When it is quiet; absent for one that never is. */
  readonly quiet?: QuietHours;
};

/** Every alarm that a stack with these sections can have: the one list that alarms, dashboard and docs/alarms.md are made from. */
export function declaredAlarms({ context, sections }: AlarmsInput): readonly AlarmDeclaration[] {
  const of = <S, T>(section: S | undefined, make: (section: S) => readonly T[]): readonly T[] =>
    section === undefined ? [] : make(section);
  return [
    ...of(sections.database, databaseAlarms),
    ...of(sections.reports, tableAlarms),
    ...of(sections.messaging, (messaging) => queueAlarms(messaging, context.stack)),
    ...of(sections.network, networkAlarms),
    ...of(sections.cluster, clusterAlarms),
    ...of(sections.workloads, workloadAlarms),
    ...of(sections.fleets, fleetAlarms),
    ...of(sections.fleets, fleetTrafficAlarms),
    ...of(sections.staticServices, (services) => staticServiceAlarms(services, context.region)),
    ...of(sections.workerGroups, (groups) => workerGroupAlarms(groups, context)),
    ...of(sections.metalWorkers, metalWorkerAlarms),
    ...certificateAlarms(sections),
  ];
}

/** Those that are made, with thresholds, topics and quiet hours as the settings have them. */
export function alarmsOf(input: AlarmsInput): readonly Alarm[] {
  const { alarms } = input.sections;
  return declaredAlarms(input)
    .filter(({ former, name }) => (alarms === undefined ? former !== undefined : !alarms.off.includes(name)))
    .map((declared) => {
      const { region = input.context.region } = declared;
      const threshold = alarms?.thresholds[declared.name];
      const quiet = declared.severity === "warning" ? alarms?.quietHours : undefined;
      return {
        ...declared,
        ...(threshold !== undefined && { threshold }),
        region,
        topics: declared.topics ?? topicsFor(alarms, declared.severity, region),
        ...(quiet !== undefined && { quiet }),
      };
    });
}

/** Who hears of alarms of a severity in a region. */
export function topicsFor(
  alarms: AlarmsSettings | undefined,
  severity: AlarmSeverity,
  region: string,
): readonly string[] {
  const { critical = [], warning = critical } = alarms?.topics ?? {};
  return { critical, warning }[severity].filter((arn) => arn.split(":")[3] === region);
}

/**
 * What is wrong where nobody hears of what a person has to look at now, a sentence without its end: at guard level production, and
 * wherever there are topics, but none in the region of some alarms.
 */
export function silence({
  context,
  sections,
}: AlarmsInput & { readonly context: Pick<StackContext, "guardLevel"> }): string | undefined {
  const { alarms } = sections;
  const silent = declaredAlarms({ context, sections }).filter(
    ({ name, region = context.region, severity, topics }) =>
      severity === "critical" &&
      alarms?.off.includes(name) !== true &&
      (topics ?? topicsFor(alarms, severity, region)).length === 0,
  );
  const [first, ...others] = silent;
  const wanted = context.guardLevel === "production" || (alarms?.topics.critical ?? []).length > 0;
  if (!wanted || first === undefined) return undefined;
  const which = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
  const regions = [...new Set(silent.map(({ region = context.region }) => region))].sort().join(" and in ");
  return `nobody is told when something fails that a person has to look at now: there is no topic in ${regions} for ${which}`;
}

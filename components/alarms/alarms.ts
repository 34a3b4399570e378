import * as pulumi from "@pulumi/pulumi";
import { Dashboard } from "@pulumi/aws/cloudwatch/dashboard";
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm";
import { EventSubscription } from "@pulumi/aws/rds/eventSubscription";
import type { EventsDeclaration, MetricDeclaration } from "../../settings/alarms/alarm";
import { alarmsOf, silence, type Alarm } from "../../settings/alarms/table";
import type { StackSections } from "../../settings/schema";
import { slotNumbers } from "../../settings/sections/metal-workers";
import type { StackContext } from "../../settings/stack-context";
import { partition } from "../arns";
import type { MetalWorkers } from "../metal-workers/metal-workers";
import { physicalName } from "../names";
import { dashboardBody } from "./dashboard";
import { watching, type HandedOver } from "./metric-queries";

export interface AlarmsArgs {
  readonly context: StackContext;
  readonly sections: StackSections;
  /** Components, as far as the stack has them, with what CloudWatch knows their things by: `database`, `fleet:api:http`. */
  readonly parts: readonly (
    { readonly watched: Readonly<Record<string, pulumi.Input<string>>> } | undefined
  )[];
  readonly metalWorkers?: Promise<Pick<MetalWorkers, "machineIds">> | undefined;
  /** Components whose alarms were there before there were others: those stay where they are. */
  readonly owners: Readonly<Record<string, pulumi.Resource>>;
}

/** What all alarms of a stack belong to, but for those that were there before it. */
class Alarms extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:alarms:Alarms", name, {}, opts);
    this.registerOutputs();
  }
}

/** The alarms of a stack, all from one list (settings/alarms), and the dashboard that shows them. */
export function createAlarms(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions): void {
  const { context, owners, sections } = args;
  const handed = handedOver(args);
  const own = sections.alarms && new Alarms(name, opts);
  const made = alarmsOf({ context, sections });
  for (const alarm of made) {
    const parent = alarm.former === undefined ? own : owners[alarm.former.owner];
    if (parent === undefined) {
      throw new Error(`alarms: nobody has handed over what ${alarm.name} is a part of.`);
    }
    if (alarm.kind === "metric") {
      createAlarm(name, alarm, context, handed, parent);
    } else {
      subscribe(name, alarm, handed, parent);
    }
  }
  if (own !== undefined && sections.alarms?.dashboard === true) {
    const shown = made.filter(({ kind }) => kind === "metric");
    new Dashboard(
      name,
      {
        dashboardName: physicalName(context, "alarms"),
        dashboardBody: dashboardBody(shown.map((alarm) => ({ ...alarm, arn: arnOf(context, alarm) }))),
      },
      { parent: own },
    );
  }
}

function handedOver({ metalWorkers, parts, sections }: AlarmsArgs): HandedOver {
  const ids = pulumi.output(metalWorkers?.then(({ machineIds }) => machineIds));
  const slots = slotNumbers(sections.metalWorkers?.slots ?? []);
  const watched = new Map([
    ...slots.map((slot) => [`metalWorker:${slot}`, ids.apply((all) => all?.[String(slot)] ?? "")] as const),
    ...parts.flatMap((part) => Object.entries(part?.watched ?? {})),
  ]);
  return (of) => {
    const value = watched.get(of);
    if (value === undefined) {
      throw new Error(`alarms: no component has handed over what CloudWatch knows ${of} by.`);
    }
    return value;
  };
}

function createAlarm(
  name: string,
  alarm: Alarm & MetricDeclaration,
  context: StackContext,
  handed: HandedOver,
  parent: pulumi.Resource,
): void {
  const { former, region, todo, topics, what } = alarm;
  new MetricAlarm(
    former?.resource ?? `${name}-${alarm.name}`,
    {
      name: physicalOf(context, alarm),
      alarmDescription: `${what} What to do: ${todo}`,
      ...watching(alarm, handed),
      alarmActions: [...topics],
      okActions: [...topics],
      // Said only where it is another one: said of those that stand, it would make them anew.
      ...(region !== context.region && { region }),
    },
    { parent },
  );
}

/** RDS looks whether it may publish, and refuses a topic that it may not. */
function subscribe(
  name: string,
  alarm: Alarm & EventsDeclaration,
  handed: HandedOver,
  parent: pulumi.Resource,
): void {
  for (const snsTopic of alarm.topics) {
    new EventSubscription(
      // Not by its place: when the first of two is taken out, the other one stays what it is.
      `${name}-${alarm.name}-${snsTopic.split(":").slice(-2).join("-")}`,
      {
        snsTopic,
        sourceType: "db-instance",
        sourceIds: [handed(alarm.source.of)],
        eventCategories: [...alarm.categories],
      },
      { parent },
    );
  }
}

function physicalOf(context: StackContext, { former, name }: Alarm): string {
  return physicalName(context, former?.physical ?? name);
}

/** Known before the alarm is there. */
function arnOf(context: StackContext, alarm: Alarm): string {
  const { region } = alarm;
  return `arn:${partition(region)}:cloudwatch:${region}:${context.accountId}:alarm:${physicalOf(context, alarm)}`;
}

/** Says at guard level production that nobody hears of what a person has to look at now. */
export function warnOfSilence(settings: Pick<AlarmsArgs, "context" | "sections">): void {
  const text = silence(settings);
  if (text !== undefined) {
    void pulumi.log.warn(
      `groundwork:alarms.topics.critical: ${text}. Name an SNS topic that somebody reads.`,
    );
  }
}

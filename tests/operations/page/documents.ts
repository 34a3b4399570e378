import type { Refusal } from "../../../guard/step";
import { pageDocument, type PageDocument, type PageSource } from "../../../operations/page/document";
import { differences } from "../../../operations/plan/differences";
import { planOf, type PlannedStep } from "../../../operations/plan/plan";
import type { Timeline } from "../../../operations/plan/timeline";
import type { PlanReport } from "../../../operations/plan/report";
import type { RecordedResource, Recording } from "../../support/mocks";
import { recordProgram, type Config, type Stack } from "../../support/program";

type Values = Readonly<Record<string, unknown>>;

/** What stands for a secret in the engine's events: nothing of it may be on a page. */
const blinded = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};

/** What `up` would do to a committed stack, without an engine: to make all of it, or to change it from what the file has to what `change` makes of that. */
export async function planFor(stack: Stack, change?: (config: Config) => void): Promise<PageSource> {
  const after = await recordProgram(stack, change === undefined ? {} : { change });
  const before = change === undefined ? undefined : await recordProgram(stack);
  return sourceOf(stack, stepsBetween(before, after), after);
}

/** A node more, another class of the database, and a queue less. */
export function changed(config: Config): void {
  const { cluster, database, messaging } = Object.fromEntries(
    ["cluster", "database", "messaging"].map((name) => [name, config[`groundwork:${name}`]]),
  ) as {
    cluster: { nodeGroups: { default: { desiredSize: number } } };
    database: { instanceClass: string };
    messaging: { queues: { usage?: unknown } };
  };
  database.instanceClass = "db.t4g.large";
  cluster.nodeGroups.default.desiredSize = 3;
  delete messaging.queues.usage;
}

/** The values that a program has marked as secret, as far as they are long enough to be found by chance nowhere. */
export function secretsIn({ resources }: Recording): readonly string[] {
  const found = new Set<string>();
  const look = (value: unknown, isSecret: boolean): void => {
    if (typeof value === "string") {
      if (isSecret && value.length > 11) found.add(value);
    } else if (typeof value === "object" && value !== null) {
      Object.entries(value).forEach(([key, inner]) => look(inner, isSecret || key === "secret"));
    }
  };
  resources.forEach(({ inputs }) => look(inputs, false));
  return [...found];
}

/** Nothing has changed since the stack stands. */
export async function standing(stack: Stack): Promise<PageSource> {
  const recording = await recordProgram(stack);
  return { ...sourceOf(stack, stepsBetween(recording, recording), recording), outcome: "nothing to do" };
}

export function reportOf(
  stack: string,
  steps: readonly PlannedStep[],
  more: Partial<PlanReport> = {},
): PlanReport {
  return {
    ...{
      stack,
      plan: planOf(steps, []),
      refusals: [],
      policyViolations: [],
      errors: [],
      warnings: [],
      exceptions: [],
    },
    cloud: { isRead: true, at: "2026-12-01T06:00:00.000Z", drift: { moved: [], byDesign: [] } },
    ...more,
  };
}

export function madeFrom(source: PageSource, more: Partial<PageSource> = {}): PageDocument {
  return pageDocument({ ...source, ...more });
}

function sourceOf(stack: Stack, steps: readonly PlannedStep[], recording: Recording): PageSource {
  return {
    report: reportOf(stack, steps),
    where: "account 482913067251",
    madeAt: new Date("2026-12-01T06:30:00.000Z"),
    outcome: "planned",
    graph: recording.resources.map(({ urn, options: { dependencies } }) => ({ urn, dependencies })),
    outputs: {
      database_host: "groundwork-dev.c9akciq32rmu.eu-west-1.rds.amazonaws.com",
      database_password: "[secret]",
    },
    runs: [],
  };
}

function stepsBetween(before: Recording | undefined, after: Recording): PlannedStep[] {
  const had = new Map(before?.resources.map((resource) => [resource.urn, resource]));
  const wanted = new Set(after.resources.map(({ urn }) => urn));
  const gone = [...had.values()].filter(({ urn }) => !wanted.has(urn));
  return [
    ...after.resources.map((resource) => {
      const old = had.get(resource.urn);
      if (old === undefined) {
        return step(resource, "create", undefined, resource);
      }
      const paths = differences(blind(old.inputs) as Values, blind(resource.inputs) as Values).map(
        ({ path }) => path,
      );
      return step(resource, paths.length === 0 ? "same" : "update", old, resource, paths);
    }),
    ...gone.map((resource) => step(resource, "delete", resource, undefined)),
  ];
}

function step(
  { urn, type, name, parent = "" }: RecordedResource,
  op: PlannedStep["op"],
  old: RecordedResource | undefined,
  wanted: RecordedResource | undefined,
  paths: readonly string[] = [],
): PlannedStep {
  return {
    ...{ urn, type, name, op, parent, old: stateOf(old), new: stateOf(wanted) },
    ...{ paths, forcing: [], restated: [], replaceKeys: [], changedKeys: [] },
  };
}

function stateOf(resource: RecordedResource | undefined): PlannedStep["old"] {
  return resource === undefined
    ? undefined
    : {
        id: resource.custom ? `${resource.name}-id` : null,
        protect: resource.options.protect,
        provider: resource.provider,
        inputs: blind(resource.inputs) as Values,
        outputs: {},
      };
}

/** As the engine blinds secrets in its events. */
function blind(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(blind);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return "secret" in value && Object.keys(value).length === 1
    ? blinded
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blind(inner)]));
}

/** A plan that changes, takes away and is refused, with a finding of each kind, drift, runs and a timeline. */
export async function everything(): Promise<PageDocument> {
  const { report, ...source } = await planFor("dev", changed);
  const database = report.plan.outcome.find(({ type }) => type === "aws:rds/instance:Instance");
  const urn = database?.urn ?? "";
  const refusal: Refusal = {
    ...{
      urn,
      id: "database-id",
      type: "aws:rds/instance:Instance",
      op: "update",
      rule: "guarded",
      loses: "its rows",
    },
    ...{
      why: "its class changes",
      safeWay: "Set `instanceClass` back.",
      setting: "groundwork:database.instanceClass",
    },
    approval: "./groundwork guard approve dev database",
  };
  const timeline: Timeline = {
    ...{
      stack: "dev",
      action: "change",
      parallel: 16,
      seconds: 900,
      unlimitedSeconds: 900,
      boundSeconds: 880,
      ratio: 1.02,
    },
    falseEdges: [],
    criticalPath: [{ urn, type: "", name: "database", startsAt: 60, seconds: 840 }],
    steps: report.plan.outcome.map(({ urn: one, type, name }, place) => {
      const [startsAt, seconds] = one === urn ? [60, 840] : [place, 10];
      return { urn: one, type, name, op: "update", startsAt, seconds };
    }),
  };
  const move = { path: "backupRetentionPeriod", from: 4, to: 7, willBe: "put back" as const };
  return madeFrom({
    ...source,
    report: {
      ...report,
      refusals: [refusal],
      policyViolations: [{ policy: "tags", level: "advisory", urn, message: "A tag is missing.\nSet it." }],
      interruptions: [
        {
          urn,
          type: "",
          who: "users of the database",
          why: "its class changes",
          when: "at once",
          seconds: 600,
        },
      ],
      prediction: { graph: { stack: "dev", action: "up", resources: [] }, timeline },
      cloud: {
        isRead: true,
        at: "2026-12-01T06:00:00.000Z",
        drift: {
          moved: [
            {
              urn,
              type: "",
              name: "database",
              id: "database-id",
              isGone: false,
              willBe: "put back",
              properties: [move],
            },
          ],
          byDesign: [],
        },
      },
    },
    outcome: "refused",
    runs: [
      {
        ...{ kind: "update", result: "succeeded", at: "2026-11-30T10:00:00.000Z", seconds: 95 },
        ...{ changes: { create: 3, same: 300 }, commit: "b1fbd137b54b", message: "Add a queue" },
      },
    ],
  });
}

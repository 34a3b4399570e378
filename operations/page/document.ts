import { durationText } from "../../guard/service/interruptions";
import type { StepOperation } from "../../guard/step";
import { changesOf, isComponent, type Change } from "../plan/changes";
import { isMandatory } from "../plan/diagnostics";
import { groupedChanges, type ChangeEntry as GroupedEntry, type ShownDiff } from "../plan/grouped-changes";
import type { TimedStep, Timeline } from "../plan/timeline";
import { count } from "../terminal/output";
import type { Drift } from "../plan/drift";
import { stackType, type PlanCounts } from "../plan/plan";
import type { PlanReport } from "../plan/report";
import { outputRows, type Outputs } from "../plan/stack-outputs";
import type { PastRun } from "../backend/runs";
import { findingsOf, type Finding } from "./findings";
import { placed, type PlacedScene } from "./layout";
import { isProvider, resourcesOf, type Dependent, type Fate, type PageResource } from "./resources";
import { scenesOf } from "./scenes";
import { sizesOf, type Size } from "./sizes";

/** What has become of a plan by the time the page is made. */
export type Outcome = "planned" | "refused" | "done" | "broken off" | "nothing to do";

/** All that a page shows, and all that it is made from: `operations/page/browser/` draws it. */
export interface PageDocument {
  readonly stack: string;
  /** The account, or the rehearsal cloud. */
  readonly where: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly outcome: Outcome;
  /** The one sentence that a reviewer needs first. */
  readonly sentence: string;
  readonly counts: PlanCounts;
  readonly findings: readonly Finding[];
  /** By the setting, or whatever else is the reason. */
  readonly changes: readonly ChangeGroup[];
  readonly resources: readonly PageResource[];
  readonly scenes: readonly PlacedScene[];
  readonly sizes: readonly Size[];
  /** Name and value, secrets masked. */
  readonly outputs: readonly (readonly string[])[];
  /** How the run goes in time; null where that is not known. */
  readonly timeline: PageTimeline | null;
  /** What moved outside of runs; null where the cloud was not read. */
  readonly drift: Drift | null;
  /** The last ones, newest first; null where the backend has them and they are not read. */
  readonly runs: readonly PastRun[] | null;
}

interface ChangeGroup {
  readonly words: string;
  readonly components: readonly {
    readonly component: string;
    readonly entries: readonly ChangeEntry[];
  }[];
}

/** Resources to which the same happens for the same reason. */
interface ChangeEntry {
  readonly fate: Fate;
  readonly urns: readonly string[];
  readonly verdict: string;
  /** When it takes service from somebody; empty where it does not. */
  readonly when: string;
  readonly diff: readonly ShownDiff[];
}

/** The part of a timeline that is drawn. */
export interface PageTimeline extends Pick<Timeline, "seconds" | "boundSeconds"> {
  /** URNs. */
  readonly criticalPath: readonly string[];
  readonly steps: readonly Pick<TimedStep, "urn" | "op" | "startsAt" | "seconds">[];
}

/** What the document is made of. */
export interface PageSource {
  readonly report: PlanReport;
  readonly where: string;
  readonly madeAt: Date;
  readonly outcome: Outcome;
  readonly graph: readonly Dependent[];
  readonly outputs: Outputs;
  readonly runs: readonly PastRun[] | null;
}

export function pageDocument(source: PageSource): PageDocument {
  const { report, where, madeAt, outcome, graph, outputs, runs } = source;
  const changes = changesOf(report);
  const refused = new Set(changes.filter(({ verdict }) => verdict.kind === "refused").map(({ urn }) => urn));
  const resources = resourcesOf(report.plan.outcome, graph, refused);
  return {
    ...{ stack: report.stack, where, madeAt: madeAt.toISOString(), outcome },
    sentence: sentenceOf(report, outcome, changes),
    counts: report.plan.counts,
    findings: findingsOf(report),
    // That there is a connection to a cloud goes without saying.
    changes: groupedChanges(changes.filter(({ op, type }) => op !== "create" || !isProvider(type))).map(
      ({ words, components }) => ({
        words,
        components: components.map(({ component, entries }) => ({
          component,
          entries: entries.map(entryOf),
        })),
      }),
    ),
    resources,
    scenes: scenesOf(report.stack, resources).map(placed),
    sizes: sizesOf(report.plan.outcome),
    outputs: outputRows(outputs),
    timeline: report.prediction === undefined ? null : drawn(report.prediction.timeline),
    drift: report.cloud.isRead ? report.cloud.drift : null,
    runs,
  };
}

function drawn({ seconds, boundSeconds, criticalPath, steps }: Timeline): PageTimeline {
  return {
    ...{ seconds, boundSeconds },
    criticalPath: criticalPath.map(({ urn }) => urn),
    steps: steps.map(({ urn, op, startsAt, seconds: takes }) => ({ urn, op, startsAt, seconds: takes })),
  };
}

function entryOf({ op, verdict, changes, diff }: GroupedEntry): ChangeEntry {
  return {
    fate: verdict.kind === "refused" ? "refused" : op,
    urns: changes.map(({ urn }) => urn),
    verdict: verdict.words,
    when: verdict.when ?? "",
    diff,
  };
}

/** What somebody reads who reads no more. */
function sentenceOf(report: PlanReport, outcome: Outcome, changes: readonly Change[]): string {
  const { refusals, policyViolations, interruptions = [], cloud } = report;
  const shown = changes.filter(({ type }) => !isComponent(type) && type !== stackType && !isProvider(type));
  const many = (op: StepOperation): number => shown.filter((change) => change.op === op).length;
  const parts = (["create", "update", "replace", "delete", "import"] as const).filter((op) => many(op) > 0);
  switch (outcome) {
    case "refused": {
      const mandatory = policyViolations.filter(isMandatory).length;
      const told = [
        ...(refusals.length > 0 ? [`the guard refuses ${count(refusals.length, "change")}`] : []),
        ...(mandatory > 0
          ? [`there ${mandatory === 1 ? "is" : "are"} ${count(mandatory, "policy violation")}`]
          : []),
      ];
      return `Nothing of this is done as it is: ${told.join(", and ")}.`;
    }
    case "broken off":
      return "The run was broken off: some of this is done, and some is not.";
    case "done":
      return `Done: ${parts.map((op) => `${count(many(op), "resource")} ${done[op]}`).join(", ")}.`;
    case "nothing to do":
      return `Everything stands as the settings say${cloud.isRead ? "" : "; the cloud was not read"}.`;
    case "planned": {
      const [first, ...others] = interruptions;
      const losing = many("delete") + many("replace");
      if (first !== undefined) {
        const more = others.length === 0 ? "" : `, and ${count(others.length, "other")}`;
        return `This interrupts ${first.who}, ${durationText(first)} (${first.when})${more}.`;
      }
      return losing > 0
        ? `This takes away or replaces ${count(losing, "resource")}; nobody is known to be interrupted.`
        : `${count(shown.length, "change")}; nothing is taken away, replaced or interrupted.`;
    }
  }
}

const done = {
  ...{ create: "created", update: "updated", replace: "replaced", delete: "deleted", import: "taken over" },
} as const;

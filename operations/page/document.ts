import { changesOf, isComponent, type Change } from "../plan/changes";
import type { Drift } from "../plan/drift";
import { shortType, stackType, type PlanCounts } from "../plan/plan";
import { isRefused, type PlanReport } from "../plan/report";
import { outputRows, type Outputs } from "../plan/stack-outputs";
import type { PastRun } from "../backend/runs";
import type { DependencyGraph } from "./dependencies";
import { findingsOf, type Finding } from "./findings";
import { placed, type PlacedScene } from "./layout";
import { isProvider, resourcesOf, type PageResource } from "./resources";
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
  /** What is changed, without what is created as a whole or stands for others. */
  readonly changes: readonly PageChange[];
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

export type PageChange = Omit<Change, "cause"> & { readonly cause: Change["cause"]["kind"] };

interface TimedStep {
  readonly urn: string;
  readonly op: string;
  readonly startsAt: number;
  readonly seconds: number;
}

/** The part of a timeline that is drawn. */
export interface PageTimeline {
  readonly seconds: number;
  readonly boundSeconds: number;
  readonly criticalPath: readonly Pick<TimedStep, "urn" | "startsAt">[];
  readonly steps: readonly TimedStep[];
}

/** What the document is made of. */
export interface PageSource {
  readonly report: PlanReport;
  readonly where: string;
  readonly madeAt: Date;
  readonly outcome: Outcome;
  readonly dependencies: DependencyGraph;
  readonly outputs: Outputs;
  /** Default: not known. */
  readonly timeline?: PageTimeline;
  readonly runs: readonly PastRun[] | null;
}

export function pageDocument(source: PageSource): PageDocument {
  const { report, where, madeAt, outcome, dependencies, outputs, timeline = null, runs } = source;
  const changes = changesOf(report);
  const refused = new Set(changes.filter(({ verdict }) => verdict.kind === "refused").map(({ urn }) => urn));
  const resources = resourcesOf(report.plan.outcome, dependencies, refused);
  return {
    ...{ stack: report.stack, where, madeAt: madeAt.toISOString(), outcome },
    sentence: sentenceOf(report, outcome),
    counts: report.plan.counts,
    findings: findingsOf(report),
    changes: changes
      // A component is a heading, and so is the stack; that there is a connection to a cloud goes without saying.
      .filter(
        ({ type, op }) => !isComponent(type) && type !== stackType && !(op === "create" && isProvider(type)),
      )
      .map(({ cause, type, ...change }) => ({ ...change, type: shortType(type), cause: cause.kind })),
    resources,
    scenes: scenesOf(report.stack, resources).map(placed),
    sizes: sizesOf(report.plan.outcome),
    outputs: outputRows(outputs),
    timeline,
    drift: report.cloud.isRead ? report.cloud.drift : null,
    runs,
  };
}

function sentenceOf(report: PlanReport, outcome: Outcome): string {
  return isRefused(report) ? "Refused: nothing of this is done." : outcome;
}

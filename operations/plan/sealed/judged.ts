import type { Approval } from "../../../guard/approvals/approval";
import type { DriftEntry } from "../drift";
import type { PlanReport } from "../report";
import { whatOf, type PlannedStep } from "../plan";
import type { Difference } from "./difference";

/** What was judged and shown to a person: what would be done, and what that means. */
export interface JudgedPlan {
  readonly steps: readonly JudgedStep[];
  /** What else the judgement says, a text an entry. */
  readonly remarks: readonly string[];
  /** What the cloud was found to be otherwise than the last run left it, a text an entry; nothing where it was not read. */
  readonly moves: readonly string[];
}

interface JudgedStep {
  readonly urn: string;
  readonly op: string;
  /** Physical id; null for what is still to be made. */
  readonly id: string | null;
  /** What changes of it, and what of that has it replaced; in the order of their names. */
  readonly paths: readonly string[];
  readonly replaceKeys: readonly string[];
}

/** The part of a report that a later one is held against. */
export function judgedPlan(report: PlanReport): JudgedPlan {
  const { plan, interruptions = [], unlockings = [], exercised = [], policyViolations } = report;
  return {
    steps: plan.outcome
      .filter(({ op, restated }) => op !== "same" || restated.length > 0)
      .map(judgedStep)
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    remarks: [
      ...interruptions.map(({ who, why, when }) => `interrupts ${who}: ${why}, ${when}`),
      ...unlockings.map(({ urn, id, lifts }) => `unlocks ${told(urn, id)}: ${lifts.join(", ")}`),
      ...exercised.map(approved),
      ...policyViolations.map(({ policy, urn }) => `${policy} warns of ${urn ?? "the stack"}`),
    ].sort(),
    moves: report.cloud.isRead ? report.cloud.drift.moved.map(moved).sort() : [],
  };
}

function moved({ urn, id, isGone, properties }: DriftEntry): string {
  const what = properties.map(
    ({ path, from, to }) => `${path} ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
  );
  return `${told(urn, id)}: ${isGone ? "gone" : what.join(", ")}`;
}

function judgedStep({ urn, op, old, paths, replaceKeys, restated }: PlannedStep): JudgedStep {
  return {
    urn,
    op,
    id: old?.id ?? null,
    paths: [...paths, ...restated.map((what) => `${what} in the state`)].sort(),
    replaceKeys: [...replaceKeys].sort(),
  };
}

function approved({ urn, id, operation, phase }: Approval): string {
  return `${phase === "unlock" ? "unlocks" : operation} by approval: ${told(urn, id)}`;
}

/** Where two plans differ, each with what it says of that. */
export function differencesOfPlans(sealed: JudgedPlan, now: JudgedPlan): readonly Difference[] {
  const [before, after] = [sealed, now].map(({ steps }) => new Map(steps.map((step) => [keyOf(step), step])));
  const keys = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].sort();
  const steps = keys.flatMap((key) => {
    const [was, is] = [before?.get(key), after?.get(key)];
    const [from, to] = [said(was), said(is)];
    const { urn = "", id = null } = was ?? is ?? {};
    return from === to ? [] : [{ what: told(urn, id), sealed: from, now: to }];
  });
  return [
    ...steps,
    ...otherWords("the cloud, moved outside", sealed.moves, now.moves),
    ...otherWords("the judgement", sealed.remarks, now.remarks),
  ];
}

function otherWords(what: string, sealed: readonly string[], now: readonly string[]): Difference[] {
  return [
    ...sealed
      .filter((one) => !now.includes(one))
      .map((one) => ({ what, sealed: one, now: "nothing of that" })),
    ...now
      .filter((one) => !sealed.includes(one))
      .map((one) => ({ what, sealed: "nothing of that", now: one })),
  ];
}

/** One step of a resource under one id: a replacement may leave several behind under one URN. */
function keyOf({ urn, id }: Pick<JudgedStep, "urn" | "id">): string {
  return `${urn}\n${id ?? ""}`;
}

function said(step: JudgedStep | undefined): string {
  if (step === undefined) {
    return "nothing";
  }
  const { op, paths, replaceKeys } = step;
  const isChange = op !== "create" && op !== "delete" && paths.length > 0;
  const why = replaceKeys.length === 0 ? "" : `, replaced for ${replaceKeys.join(", ")}`;
  return isChange ? `${op} ${paths.join(", ")}${why}` : op;
}

function told(urn: string, id: string | null): string {
  return `${whatOf(urn)}${id === null ? "" : ` (${id})`}`;
}

import type { Approval } from "../../../guard/approvals/approval";
import type { PlanReport } from "../report";
import { nameOf, shortType, typeOf, type PlannedStep } from "../plan";
import type { Difference } from "./circumstances";

/** What was judged and shown to a person: what would be done, and what that means. */
export interface JudgedPlan {
  readonly steps: readonly JudgedStep[];
  /** What else the judgement says, a text an entry. */
  readonly remarks: readonly string[];
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
  };
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
  const missing = (some: readonly string[], others: readonly string[]): string[] =>
    some.filter((one) => !others.includes(one));
  return [
    ...steps,
    ...missing(sealed.remarks, now.remarks).map((remark) => ({
      what: "the judgement",
      sealed: remark,
      now: "not any more",
    })),
    ...missing(now.remarks, sealed.remarks).map((remark) => ({
      what: "the judgement",
      sealed: "not said",
      now: remark,
    })),
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
  return `${shortType(typeOf(urn))} ${nameOf(urn)}${id === null ? "" : ` (${id})`}`;
}

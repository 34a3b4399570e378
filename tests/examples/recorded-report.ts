import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { ResourceState } from "../../guard/step";
import { isComponent } from "../../operations/plan/changes";
import { topOf } from "../../operations/plan/differences";
import { planOf, type PlannedStep } from "../../operations/plan/plan";
import type { PlanReport } from "../../operations/plan/report";

/** A plan as a file keeps it. */
export type RecordedReport = Omit<PlanReport, "plan" | "causes"> & {
  readonly steps: readonly PlannedStep[];
  readonly causes: readonly (readonly [
    string,
    NonNullable<ReturnType<NonNullable<PlanReport["causes"]>["get"]>>,
  ])[];
};

export function recordingOf(example: string): string {
  return path.join(__dirname, "recorded", `${example}.json`);
}

/** What a reader is told of a plan, and no more: of what stays the same only what other things are in. */
export function recordedReport(report: PlanReport): RecordedReport {
  const { plan, causes, ...rest } = report;
  const { stack, refusals, policyViolations, warnings, exceptions, interruptions, unlockings, cloud } = rest;
  return {
    ...{
      stack,
      refusals,
      policyViolations,
      errors: [],
      warnings,
      exceptions,
      interruptions,
      unlockings,
      cloud,
    },
    steps: plan.outcome.flatMap((step) => {
      if (step.op === "same") {
        return isComponent(step.type) ? [{ ...step, old: undefined, new: undefined }] : [];
      }
      const changed = new Set([...step.paths, ...step.changedKeys].map(topOf));
      return [{ ...step, old: only(step.old, changed), new: only(step.new, changed) }];
    }),
    causes: [...(causes ?? [])],
  };
}

function only(state: ResourceState | undefined, keys: ReadonlySet<string>): ResourceState | undefined {
  return (
    state && {
      ...state,
      inputs: Object.fromEntries(Object.entries(state.inputs).filter(([key]) => keys.has(key))),
      outputs: {},
    }
  );
}

export function readReport(example: string): PlanReport {
  const { steps, causes, ...rest } = JSON.parse(readFileSync(recordingOf(example), "utf8")) as RecordedReport;
  return { ...rest, plan: planOf(steps, []), causes: new Map(causes) };
}

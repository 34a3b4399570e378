import type { Draft } from "../draft";
import type { Finding, Path } from "../problem";
import type { WorkerGroupSettings } from "../sections/worker-groups";
import { finding, type Rule, type RuleInput, type Verdict } from "./rule";

export interface GroupInput {
  readonly group: Draft<WorkerGroupSettings>;
  readonly input: RuleInput;
  readonly at: (path: Path, verdict: Verdict) => Finding;
}

/** A rule on each worker group by itself. */
export function eachGroup(judge: (group: GroupInput) => Iterable<Finding>): Rule {
  return function* (input) {
    for (const [key, group] of Object.entries(input.workerGroups ?? {})) {
      if (group !== undefined) {
        yield* judge({
          group,
          input,
          at: (path, verdict) => finding("workerGroups", [key, ...path], verdict),
        });
      }
    }
  };
}

/** Whether instances are bought on demand only; undefined where the settings do not tell. */
export function isOnDemandOnly(group: Draft<WorkerGroupSettings>): boolean | undefined {
  const { onDemandPercentage, overrides, profile } = group;
  if (profile === undefined || ("overrides" in group && overrides === undefined)) {
    return undefined;
  }
  return isMixed(group)
    ? (onDemandPercentage ?? (profile === "spot" ? 0 : 100)) === 100
    : profile === "ondemand";
}

/** Whether it is a mixed instances group. */
export function isMixed({ overrides }: Draft<WorkerGroupSettings>): boolean {
  return (overrides ?? []).length > 0;
}

import type { Draft } from "../draft";
import type { Path } from "../problem";
import type { WorkloadSettings } from "../sections/workloads";
import { finding, type Rule, type RuleInput, type Verdict } from "./rule";

export type Workload = Draft<WorkloadSettings>;
/** A finding in a workload, before its key is put before its path. */
type Found = readonly [Path, Verdict];
type WorkloadRule = (workload: Workload, key: string, input: RuleInput) => Iterable<Found>;

/** A rule over each workload by itself. */
export function each(judge: WorkloadRule): Rule {
  return function* (input) {
    for (const [key, workload] of Object.entries(input.workloads ?? {})) {
      if (workload !== undefined) {
        for (const [path, verdict] of judge(workload, key, input)) {
          yield finding("workloads", [key, ...path], verdict);
        }
      }
    }
  };
}

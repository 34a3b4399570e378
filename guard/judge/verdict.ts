import type { Approval } from "../approvals/approval";
import type { GuardLevel } from "../level";
import type { Checkpoint } from "./checkpoint";
import type { Creations } from "./creations";
import type { Unlocked } from "./locked";
import type { Refusal, Step } from "../step";

/** Kebab-case names of everything that the guard refuses in a plan. */
export const judgeRules = [
  "deletes-data",
  "replaces-data",
  "abandons-data",
  "protected",
  "still-locked",
  "removes-protection",
  "removes-lock",
  "removes-final-copy",
  "forces-deletion",
  "loosened",
  "lowered-retention",
  "exchanged",
  "shrinks",
  "downgrades",
  "removes-part",
  "shortened-lifecycle",
  "unknown-value",
  "missing-in-cloud",
  "recreates-data",
  "lost-from-state",
  "belongs-to-other-stack",
  "moved-provider",
  "moves-network",
  "takes-used-block",
  "major-upgrade-not-allowed",
  "replicas-behind",
  "changes-key-type",
  "skips-kubernetes-version",
  "downgrades-kubernetes",
  "nodes-newer-than-control-plane",
  "leaves-nodes-behind",
  "moves-control-plane",
  "unknown-operation",
] as const;
export type JudgeRule = (typeof judgeRules)[number];

/** A plan as its judges see it. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly level: GuardLevel;
  readonly checkpoint: Checkpoint;
  readonly creations: Creations;
  readonly unfinished: Unfinished;
  /** URNs of what is deleted; also the empty one, by which the stack is known as a parent, where that is. */
  readonly deleted: ReadonlySet<string>;
  readonly approvals: readonly Approval[];
  /** What only an approval has left without protection. */
  readonly unlocked: Unlocked;
}

/**
 * What was made by a run that broke off, and that no run has completed since: physical id to age in days. Of everything
 * else nothing is said.
 */
export type Unfinished = ReadonlyMap<string, number>;

/** A refusal without what every refusal of a step says. */
export type Verdict = Pick<Refusal, "loses" | "why" | "safeWay" | "copyFirst" | "standing"> & {
  readonly rule: JudgeRule;
};

/**
 * One thing that the engine plans to do to one resource, in the guard's own terms. The gate makes it from
 * preview events, policies make one per registered resource; the rules in guard/ see nothing else.
 */
export interface Step {
  readonly urn: string;
  readonly type: string;
  readonly op: StepOperation;
  /** URN of the parent, where that is known; empty for the stack itself. */
  readonly parent?: string;
  /** What the last checkpoint holds; absent for a creation. */
  readonly old?: ResourceState;
  /** What is wanted; absent for a removal. */
  readonly new?: ResourceState;
  /** Properties that force a replacement. */
  readonly replaceKeys: readonly string[];
  /** Properties that change. */
  readonly changedKeys: readonly string[];
  /** Of a replacement: the old one goes before the new one is made. Default: the new one is made first. */
  readonly deletesFirst?: boolean;
}

/** As in `preview --json`, with the engine's three replacement steps folded into one. */
export type StepOperation =
  "create" | "update" | "replace" | "delete" | "import" | "read" | "refresh" | "same";

export interface ResourceState {
  readonly id: string | null;
  readonly protect: boolean;
  readonly retainOnDelete?: boolean;
  readonly provider?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One refusal; the fields of `refusals` in `preview --json`. */
export interface Refusal {
  readonly urn: string;
  readonly id: string | null;
  readonly type: string;
  readonly op: StepOperation;
  /** Kebab-case name of the rule. */
  readonly rule: string;
  /** What would be lost, as a sentence. */
  readonly loses: string;
  /** Which change causes it, as a sentence. */
  readonly why: string;
  /** What to do instead, as a sentence. */
  readonly safeWay: string;
  /** What there is, and of which property: a setting that says it changes nothing. Absent where that is no number and no word. */
  readonly standing?: { readonly property: string; readonly value: string | number };
  /** How to keep a copy first: the last sentence of `safeWay`, of which the rest is the same for all types. */
  readonly copyFirst?: string;
  /** The setting that it comes from, `groundwork:database.engineVersion`; absent where it is not known. */
  readonly setting?: string;
  /** The call that approves it, for exactly this resource; absent for what no approval answers. */
  readonly approval?: string;
  /** What is wrong with an approval that is there and does not hold, as a sentence. */
  readonly notApproved?: string;
}

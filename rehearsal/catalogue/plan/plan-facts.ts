import type { Values } from "../../interpreter/values";

/** A resource before and after a change, as the provider's code sees it when it plans. */
export interface Planned {
  /** What the state has: outputs, and the inputs of the last run where there is no output. */
  readonly had: Values;
  /** What there will be: the wanted inputs, and what the cloud filled in where the program is silent. */
  readonly wanted: Values;
}

/** Something that holds of a change of a property under a condition. */
export interface PlanCondition {
  /** Path of the property, e.g. `computeConfig.nodeRoleArn`; `[]` and `*` stand for any step. */
  readonly property: string;
  readonly when: (planned: Planned) => boolean;
}

/** One thing wrong with inputs, which the provider finds before it asks the cloud for anything. */
export interface InvalidInput {
  readonly property: string;
  readonly reason: string;
}

/**
 * What the code of a provider decides about a change when it plans it, beyond its schema: in Terraform's words
 * `CustomizeDiff`, `DiffSuppressFunc` and validations across properties.
 */
export interface PlanFacts {
  /** The provider's file and function. */
  readonly source: string;
  /** Replacements that hang on values. */
  readonly replaces?: readonly PlanCondition[];
  /** Changes that the provider takes for none. */
  readonly ignores?: readonly PlanCondition[];
  /** Nested inputs that the cloud fills in: they keep their value when the program stops naming them. */
  readonly keeps?: readonly string[];
  /** Lists that the provider keeps as sets: their order is no change. */
  readonly sets?: readonly string[];
  /** Why the provider refuses to plan a creation (`had` is empty) or a change. */
  readonly refuses?: readonly ((planned: Planned) => string | undefined)[];
  /** What Check finds wrong. */
  readonly invalid?: readonly ((inputs: Values) => InvalidInput | undefined)[];
}

/** The facts of one file, by token. */
export type PlanFactsByToken = Readonly<Record<string, PlanFacts>>;

import { ruleNames } from "./rule-names";

/** One resource that a rule does not hold for, for a while. */
export interface RuleException {
  /** A rule of the policy pack. */
  readonly rule: string;
  /** The end of the resource's URN: `TYPE::NAME`. */
  readonly resource: string;
  /** Who answers for it. */
  readonly who: string;
  readonly why: string;
  /** Its last day, `YYYY-MM-DD` in UTC. */
  readonly until: string;
}

/**
 * Rules that no setting can lower or except from: what they refuse loses data, and the way to do that on purpose is an
 * approval or guard level disposable.
 */
export function isUnconditional(rule: string): boolean {
  return rule.startsWith("guard/");
}

/** Rules that can be lowered and excepted from. */
export const conditionalRules: readonly string[] = ruleNames.filter((rule) => !isUnconditional(rule));

/** Whether an exception holds on a day. One whose date cannot be read does not. */
export function isInForce({ until }: RuleException, today: Date): boolean {
  const end = Date.parse(`${until}T23:59:59.999Z`);
  return !Number.isNaN(end) && today.getTime() <= end;
}

/** What the exceptions say of one finding. */
export type Excuse =
  | { readonly kind: "none" }
  | { readonly kind: "in-force"; readonly exception: RuleException }
  | { readonly kind: "expired"; readonly exception: RuleException };

export function excuseFor(
  rule: string,
  resource: { readonly type: string; readonly name: string },
  exceptions: readonly RuleException[],
  today: Date,
): Excuse {
  const own = isUnconditional(rule)
    ? []
    : exceptions.filter((one) => one.rule === rule && one.resource === `${resource.type}::${resource.name}`);
  const holding = own.find((one) => isInForce(one, today));
  if (holding !== undefined) {
    return { kind: "in-force", exception: holding };
  }
  const [expired] = own;
  return expired === undefined ? { kind: "none" } : { kind: "expired", exception: expired };
}

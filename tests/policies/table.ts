import { expect } from "chai";
import type { Rule } from "../../policies/rule";
import type { GuardLevel } from "../../guard/level";
import { contextOf, stackViolations, violations, type Member, type Subject } from "./harness";

/** Names of the rules that are described by examples of all four kinds. */
export const described = new Set<string>();

/** One thing that a rule is shown, and exactly what it says of it. */
export interface Case extends Subject {
  /** Goes on from "passes …" or "refuses …". */
  readonly title: string;
  readonly level?: GuardLevel;
  /** Exact messages; none: it passes. */
  readonly says?: readonly string[];
}

/** Examples of a rule: at least one that passes, one that is refused, one that is refused because something is unknown, and one of a type that is none of its business. */
interface Examples<T> {
  readonly passes: readonly T[];
  readonly refuses: readonly T[];
  readonly unknown: readonly T[];
  readonly ignores: readonly T[];
}

/** Describes a rule by examples. */
export function describeRule(rule: Rule, examples: Examples<Case>): void {
  describeBy(rule, `rule ${rule.name}`, examples, async ({ level, says = [], ...subject }, refused) => {
    expect(says.length > 0).to.equal(refused);
    expect(await violations(rule, subject, contextOf(level))).to.deep.equal(says);
  });
}

/** Some resources of a stack, and of which of them the rule says something. */
export interface StackCase {
  readonly title: string;
  readonly members: readonly Member[];
  readonly level?: GuardLevel;
  /** Names of members; none: it passes. */
  readonly about?: readonly string[];
}

/** The same for a rule that looks at whole stacks only. */
export function describeStackRule(rule: Rule, examples: Examples<StackCase>): void {
  const title = `rule ${rule.name} over a stack`;
  describeBy(rule, title, examples, async ({ level, members, about = [] }, refused) => {
    expect(about.length > 0).to.equal(refused);
    const found = await stackViolations(rule, members, contextOf(level));
    expect(found.map(([, name]) => name)).to.deep.equal(about);
  });
}

function describeBy<T extends { readonly title: string }>(
  rule: Rule,
  title: string,
  { passes, refuses, unknown, ignores }: Examples<T>,
  check: (example: T, refused: boolean) => Promise<void>,
): void {
  described.add(rule.name);
  describe(title, () => {
    for (const [verb, list, refused] of [
      ["passes", passes, false],
      ["refuses", refuses, true],
      ["refuses, not knowing,", unknown, true],
      ["ignores", ignores, false],
    ] as const) {
      if (list.length === 0) {
        throw new Error(`${rule.name}: no example that it ${verb}`);
      }
      for (const example of list) {
        it(`${verb} ${example.title}`, () => check(example, refused));
      }
    }
  });
}

/** The message for a property that is not known before the run. */
export function notKnown(property: string): string {
  return (
    `${property} is not known before the run, so it is refused. Give it a value that does not depend on a resource ` +
    "that is still to be made."
  );
}

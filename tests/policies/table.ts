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

/**
 * Describes a rule by examples. Each rule needs at least one that passes, one that is refused, one that is refused because
 * something is unknown, and one of a type that is none of its business.
 */
export function describeRule(
  rule: Rule,
  cases: {
    readonly passes: readonly Case[];
    readonly refuses: readonly Case[];
    readonly unknown: readonly Case[];
    readonly ignores: readonly Case[];
  },
): void {
  described.add(rule.name);
  describe(`rule ${rule.name}`, () => {
    const check = (verb: string, list: readonly Case[], refused: boolean): void => {
      if (list.length === 0) {
        throw new Error(`${rule.name}: no example that it ${verb}`);
      }
      for (const { title, level, says = [], ...subject } of list) {
        it(`${verb} ${title}`, async () => {
          expect(says.length > 0).to.equal(refused);
          expect(await violations(rule, subject, contextOf(level))).to.deep.equal(says);
        });
      }
    };
    check("passes", cases.passes, false);
    check("refuses", cases.refuses, true);
    check("refuses, not knowing,", cases.unknown, true);
    check("ignores", cases.ignores, false);
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
export function describeStackRule(
  rule: Rule,
  cases: {
    readonly passes: readonly StackCase[];
    readonly refuses: readonly StackCase[];
    readonly unknown: readonly StackCase[];
    readonly ignores: readonly StackCase[];
  },
): void {
  described.add(rule.name);
  describe(`rule ${rule.name} over a stack`, () => {
    for (const [verb, list, refused] of [
      ["passes", cases.passes, false],
      ["refuses", cases.refuses, true],
      ["refuses, not knowing,", cases.unknown, true],
      ["ignores", cases.ignores, false],
    ] as const) {
      if (list.length === 0) {
        throw new Error(`${rule.name}: no example that it ${verb}`);
      }
      for (const { title, level, members, about = [] } of list) {
        it(`${verb} ${title}`, async () => {
          expect(about.length > 0).to.equal(refused);
          const found = await stackViolations(rule, members, contextOf(level));
          expect(found.map(([, name]) => name)).to.deep.equal(about);
        });
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

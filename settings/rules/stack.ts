import type { Rule } from "./rule";

/**
 * The stack's name stands at the front of names of RDS instances, queues, tables and users, and must be allowed in
 * all of them: RDS takes no capitals and no two hyphens in a row, SQS no dots.
 */
const stackNameFits: Rule = function* ({ stack }) {
  if (!/^[a-z](-?[a-z0-9])*$/.test(stack) || stack.length > 20) {
    yield {
      key: "stack",
      path: [],
      message: `${JSON.stringify(stack)} cannot stand in the names of databases, queues and tables`,
      allowed:
        "a stack's name of up to 20 lower-case letters, digits and single hyphens, beginning with a letter and not " +
        "ending with a hyphen",
    };
  }
};

export const stackRules: readonly Rule[] = [stackNameFits];

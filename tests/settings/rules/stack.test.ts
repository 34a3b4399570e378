import { expect } from "chai";
import { problemsOf, rightConfig } from "../support";

const named = (stack: string): ReturnType<typeof problemsOf> =>
  problemsOf(rightConfig(), { project: "groundwork", stack });

describe("settings rules: the stack's name", () => {
  for (const stack of ["dev", "prod", "dev2", "feature-x", "a".repeat(20)]) {
    it(`takes ${stack}`, () => {
      expect(named(stack)).to.deep.equal([]);
    });
  }

  for (const stack of ["Dev", "dev.eu", "dev_eu", "2dev", "dev-", "de--v", "a".repeat(21)]) {
    it(`refuses ${stack}`, () => {
      expect(named(stack)).to.deep.equal([
        {
          path: "stack",
          message: `"${stack}" cannot stand in the names of databases, queues and tables`,
          allowed:
            "a stack's name of up to 20 lower-case letters, digits and single hyphens, beginning with a letter and " +
            "not ending with a hyphen",
        },
      ]);
    });
  }
});

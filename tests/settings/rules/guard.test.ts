import { expect } from "chai";
import { problemsOf, rightConfig, without, type Config } from "../support";

const guard = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf({ ...rightConfig(), "groundwork:guard": { level: "development", ...change } });

const exception = {
  rule: "ec2/pinned-images",
  resource: "aws:ec2/launchTemplate:LaunchTemplate::fleets-git",
  who: "ann@example.com",
  why: "Its vendor pushes to one tag.",
  until: "2027-03-31",
};

describe("settings rules: guard", () => {
  it("takes rules that only warn, and exceptions with a person, a reason and a day", () => {
    expect(guard({ advisory: ["kubernetes/resource-limits"], exceptions: [exception] })).to.deep.equal([]);
  });

  it("refuses to lower what keeps data, or what is no rule", () => {
    const allowed = "a rule of the policy pack (docs/guard.md lists them) that is not one of guard/";
    expect(guard({ advisory: ["guard/protected", "ec2/pinned-image"] })).to.deep.equal([
      {
        path: "groundwork:guard.advisory[0]",
        message: '"guard/protected" is no rule that can be lowered',
        allowed,
      },
      {
        path: "groundwork:guard.advisory[1]",
        message: '"ec2/pinned-image" is no rule that can be lowered',
        allowed,
      },
    ]);
    expect(guard({ exceptions: [{ ...exception, rule: "guard/retention" }] })).to.have.length(1);
  });

  it("refuses an exception without a person, a reason, a day or a resource", () => {
    for (const key of ["who", "why", "until", "resource"] as const) {
      const rest = without(exception, key);
      expect(
        guard({ exceptions: [rest] }).map(({ path }) => path),
        key,
      ).to.deep.equal([`groundwork:guard.exceptions[0].${key}`]);
    }
    for (const wrong of [
      { until: "31.3.2027" },
      { until: "2027-02-30" },
      { resource: "git" },
      { why: "x" },
      { why: "TODO: the reason" },
      { who: "somebody" },
    ]) {
      expect(guard({ exceptions: [{ ...exception, ...wrong }] }), JSON.stringify(wrong)).to.have.length(1);
    }
  });
});

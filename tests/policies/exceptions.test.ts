import { expect } from "chai";
import type { RuleException } from "../../guard/approvals/exceptions";
import { policyContext } from "../../policies/context";
import { rules } from "../../policies/rules";
import { imdsv2Required } from "../../policies/rules/ec2/imdsv2-required";
import { isProtected } from "../../policies/rules/guard/protected";
import { contextOf, violations } from "./harness";

const machine = { type: "aws:ec2/instance:Instance", props: {} };
const table = { type: "aws:dynamodb/table:Table", props: { name: "reports" } };
const exception = (change: Partial<RuleException> = {}): RuleException => ({
  rule: "ec2/imdsv2-required",
  resource: "aws:ec2/instance:Instance::subject",
  who: "ann@example.com",
  why: "An appliance that knows nothing else.",
  until: "2026-06-30",
  ...change,
});
const stack = (guard: unknown): Parameters<typeof policyContext>[0] => ({
  project: "groundwork",
  stack: "dev",
  config: { "groundwork:guard": JSON.stringify(guard) },
});

describe("exceptions and levels of the policy pack", () => {
  it("let one rule pass for one resource until a day", async () => {
    expect(await violations(imdsv2Required, machine)).to.have.length(1);
    const excused = { ...contextOf(), exceptions: [exception()] };
    expect(await violations(imdsv2Required, machine, excused)).to.deep.equal([]);
    const other = {
      ...contextOf(),
      exceptions: [exception({ resource: "aws:ec2/instance:Instance::other" })],
    };
    expect(await violations(imdsv2Required, machine, other)).to.have.length(1);
  });

  it("refuse again when the day is over, and say whose exception it was", async () => {
    const expired = { ...contextOf(), exceptions: [exception({ until: "2026-06-14" })] };
    const [message = ""] = await violations(imdsv2Required, machine, expired);
    expect(message).to.contain("The exception that ann@example.com answered for ended on 2026-06-14");
    expect(message).to.contain("An appliance that knows nothing else.");
  });

  it("do not reach the rules that keep data", async () => {
    const rule = "guard/protected";
    const context = {
      ...contextOf(),
      exceptions: [exception({ rule, resource: "aws:dynamodb/table:Table::subject" })],
      advisory: new Set([rule]),
    };
    expect(await violations(isProtected, table, context)).to.have.length(1);
    expect(isProtected.bind(context).enforcementLevel).to.equal("mandatory");
  });

  it("lower a named rule to a warning, and no other", () => {
    const context = policyContext(stack({ advisory: ["ec2/imdsv2-required"] }));
    expect(
      rules.filter((rule) => rule.bind(context).enforcementLevel !== "mandatory").map(({ name }) => name),
    ).to.deep.equal(["ec2/imdsv2-required"]);
  });

  it("come from the stack's settings; where these cannot be read there are none", () => {
    const good = policyContext(stack({ level: "development", exceptions: [exception()] }));
    expect(good.level).to.equal("development");
    expect(good.exceptions).to.deep.equal([exception()]);
    for (const wrong of [
      { level: "disposable", exceptions: [exception({ rule: "guard/protected" })] },
      { level: "disposable", advisory: ["guard/protected"] },
      { level: "disposable", exceptions: [exception({ until: "next year" })] },
    ]) {
      const context = policyContext(stack(wrong));
      expect(context.level).to.equal("production");
      expect(context.exceptions).to.deep.equal([]);
      expect([...context.advisory]).to.deep.equal([]);
    }
  });
});

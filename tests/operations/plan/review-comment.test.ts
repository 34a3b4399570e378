import { expect } from "chai";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Refusal } from "../../../guard/step";
import type { Cause } from "../../../operations/plan/cause";
import { code, fenced, prose } from "../../../operations/plan/markdown";
import { planOf, readPlan, type PlannedStep } from "../../../operations/plan/plan";
import type { PlanReport } from "../../../operations/plan/report";
import { driftComment } from "../../../operations/plan/comment-parts";
import { reviewComment, writeReview } from "../../../operations/plan/review-comment";
import { FakeTerminal } from "../../support/fake-terminal";
import { scratch } from "../../support/scratch";
import { recorded, thing } from "../fixtures";

const setting: Cause = {
  kind: "setting",
  setting: { path: "groundwork:network.a", file: "Pulumi.dev.yaml", line: 20 },
};

function report(more: Partial<PlanReport> = {}): PlanReport {
  return {
    ...{ stack: "dev", plan: readPlan(recorded("mixed")), refusals: [], policyViolations: [], errors: [] },
    ...{ warnings: [], exceptions: [], cloud: { isRead: true, at: "", drift: { moved: [], byDesign: [] } } },
    ...more,
  };
}

const refusal: Refusal = {
  ...{ urn: thing("gone"), id: "id-1", type: "aws:sqs/queue:Queue", op: "delete", rule: "deletes-data" },
  ...{
    loses: "Every message.",
    why: "It goes.",
    safeWay: "Keep it.",
    approval: "./groundwork guard dev approve x",
  },
};

function step(name: string, from: string, to: string): PlannedStep {
  const state = (value: string) => ({ id: `id-${name}`, protect: false, inputs: { value }, outputs: {} });
  return {
    ...{ urn: thing(name), type: "aws:x/y:Thing", name, op: "update", parent: "" },
    ...{ old: state(from), new: state(to), replaceKeys: [], changedKeys: [], restated: [] },
    ...{ paths: ["value"], forcing: [] },
  };
}

/** What a reader sees without opening anything. */
const open = (comment: string): string => comment.slice(0, comment.indexOf("<details>"));

describe("the comment on a pull request", () => {
  it("says first what an approval lets happen that the guard else refuses", () => {
    const approval = { urn: thing("gone"), id: "id-1", operation: "delete", phase: "destroy" } as const;
    const first = (...exercised: NonNullable<PlanReport["exercised"]>): string | undefined =>
      reviewComment(report({ exercised })).split("\n")[0];
    expect(first(approval)).to.equal(
      "### `dev`: **approved**: delete fake:index:Thing gone. Without its approval the guard refuses this.",
    );
    expect(first({ ...approval, phase: "unlock" }, { ...approval, urn: thing("chg") })).to.equal(
      "### `dev`: **approved**: unlock fake:index:Thing gone, to delete it with another run, and 1 other. Without its approval the guard refuses this.",
    );
    expect(first()).to.not.contain("approv");
  });

  it("begins with what is refused, with what is lost, why, the setting and how it is approved", () => {
    const comment = reviewComment(
      report({ refusals: [refusal], causes: new Map([[thing("gone"), setting]]) }),
    );
    expect(comment.split("\n")[0]).to.equal(
      "### `dev`: **refused**: 1 change by the guard. Nothing can be applied as it is.",
    );
    expect(open(comment)).to.contain(`#### Refused

- **delete, refused** \`fake:index:Thing\` \`gone\`
  - because of \`groundwork:network.a\` (\`Pulumi.dev.yaml:20\`)
  - **guard**: Every message. It goes.
  - safe way: Keep it.
  - or approve it: \`./groundwork guard dev approve x\`

#### Replaced
`);
    expect(comment).to.not.contain("makes these changes");
  });

  it("begins with whom it interrupts, and says again what waits for a window", () => {
    const interruptions = [
      {
        ...{ urn: thing("chg"), type: "aws:rds/instance:Instance", who: "users of the database users" },
        ...{ why: "its class changes", when: "in the maintenance window" as const, seconds: 600 },
      },
    ];
    const comment = reviewComment(report({ interruptions }));
    expect(comment.split("\n")[0]).to.equal(
      "### `dev`: **interrupts** users of the database users, about 10 min (in the maintenance window).",
    );
    expect(comment).to.contain(
      "#### Waits for a window\n\n- users of the database users: its class changes, in the maintenance window, about 10 min\n",
    );
    expect(comment).to.contain("`./groundwork up dev` makes these changes");
  });

  it("folds what nobody notices, under the setting that caused it, with old and new", () => {
    const comment = reviewComment(report({ causes: new Map([[thing("chg"), setting]]) }));
    expect(open(comment)).to.not.contain("`chg`");
    expect(comment).to
      .contain(`<details><summary>1 other change: nothing is interrupted, replaced or deleted</summary>

\`groundwork:network.a\` (\`Pulumi.dev.yaml:20\`)

- **update in place** \`fake:index:Thing\` \`chg\`
  - \`secret\` \`nothing → [secret]\`
  - \`x\` \`1 → 2\`
`);
  });

  it("has the findings of policies beside what they are about, and those of the stack apart", () => {
    const policyViolations = [
      { policy: "no-bad", level: "mandatory", urn: thing("chg"), message: "bad is set" },
      { policy: "whole", level: "advisory", urn: null, message: "too much" },
    ];
    const comment = reviewComment(report({ policyViolations }));
    expect(comment.split("\n")[0]).to.contain("**refused**: 1 policy violation.");
    expect(comment).to.match(/`chg`\n.*\n {2}- policy `no-bad` \(mandatory\): bad is set\n/);
    expect(comment).to.contain("#### Policies\n\n- the stack: policy `whole` (advisory): too much");
  });

  it("says so where nothing changes, and where the cloud was not read", () => {
    const plan = planOf([], []);
    expect(reviewComment(report({ plan })).split("\n")[0]).to.equal("### `dev`: nothing to change.");
    const unread = reviewComment(report({ plan, cloud: { isRead: false, from: undefined } }));
    expect(unread.split("\n")[0]).to.equal("### `dev`: nothing to change; the cloud was not read.");
    expect(unread).to.contain("_The cloud was not read: what others changed there is not seen._");
  });

  it("stays short enough for a comment, whatever the stack is, with how much was left out", () => {
    const long = (seed: number): string =>
      Array.from({ length: 40 }, (_, i) => `${seed} ${i} ${"`|<".repeat(80)}`).join("\n");
    const steps = Array.from({ length: 300 }, (_, i) => step(`thing-${i}`, long(i), long(i + 1)));
    const refusals = steps
      .slice(0, 300)
      .map(({ urn, name }) => ({ ...refusal, urn, loses: `${name} ${"x".repeat(5000)}` }));
    const causes = new Map(
      steps.map(({ urn }, i) => {
        const place = { path: `groundwork:x.${i}`, file: "Pulumi.dev.yaml", line: i };
        return [urn, { kind: "setting", setting: place } as const];
      }),
    );
    const moved = steps.map(({ urn, type, name }) => ({
      ...{ urn, type, name, id: "id", isGone: false, willBe: "put back" as const },
      properties: [{ path: "value", from: long(1), to: long(2), willBe: "put back" as const }],
    }));
    const whole = report({
      ...{ plan: planOf(steps, []), refusals, causes },
      warnings: steps.map(({ urn }) => ({ urn, message: "w".repeat(3000) })),
      cloud: { isRead: true, at: "", drift: { moved, byDesign: [] } },
    });
    for (const comment of [
      reviewComment(whole),
      reviewComment({ ...whole, refusals: [] }),
      driftComment(whole),
    ]) {
      expect(comment.length).to.be.below(60_000).and.above(5_000);
      expect(comment).to.match(/… and \d+ more [\w ]+, which have no room here/);
      expect(comment.match(/<details>/g)?.length ?? 0).to.equal(comment.match(/<\/details>/g)?.length ?? 0);
    }
  });

  it("lets no value out of the place where it stands", () => {
    const hostile =
      "`` ` </details><script>alert(1)</script> @everyone #1 ![x](https://a.b/c) | **b**\n\n# big\n- [ ] do";
    const steps = [
      step("thing", "old", hostile),
      step("lines", `a\n${hostile}`, `b\n${hostile}\n\`\`\`\`\n</details>`),
    ];
    const comment = reviewComment(
      report({
        plan: planOf(steps, []),
        refusals: [{ ...refusal, urn: thing("thing"), loses: hostile, why: hostile, safeWay: hostile }],
        warnings: [{ urn: undefined, message: hostile }],
      }),
    );
    const withoutCode = comment
      .replace(/^( *)(`{3,})diff\n[^]*?\n\1\2$/gm, "")
      .replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, "");
    expect(withoutCode.match(/<\/?\w+>/g)).to.deep.equal([
      "<details>",
      "<summary>",
      "</summary>",
      "</details>",
    ]);
    expect(withoutCode).to.not.match(/@everyone|!\[|https:\/\/|^# big|^- \[ \]|#1\b/m);
  });

  it("is written where it is asked for, of a refused plan too", () => {
    const file = path.join(scratch, "review-comment.md");
    const output = new FakeTerminal().output();
    writeReview(file, report({ refusals: [refusal] }), "plan", output);
    expect(readFileSync(file, "utf8")).to.equal(reviewComment(report({ refusals: [refusal] })));
    writeReview(undefined, report(), "plan", output);
  });
});

describe("the comment about drift", () => {
  it("says what moved, from what to what, and what becomes of it", () => {
    const moved = [
      {
        ...{ urn: thing("chg"), type: "aws:sqs/queue:Queue", name: "chg", id: "id", isGone: false },
        willBe: "put back" as const,
        properties: [{ path: "delaySeconds", from: 0, to: 5, willBe: "put back" as const }],
      },
    ];
    const cloud = { isRead: true as const, at: "", drift: { moved, byDesign: [] } };
    expect(driftComment(report({ cloud }))).to.equal(`### \`dev\`: 1 resource moved outside, by nobody's run.

#### Moved outside, by nobody's run

- \`aws:sqs:Queue\` \`chg\`: put back
  - \`delaySeconds\` \`0 → 5\`
`);
    expect(driftComment(report())).to.equal("### `dev`: nothing has moved outside.\n");
  });
});

describe("a text in Markdown", () => {
  it("is code in more backticks than it has, on one line", () => {
    expect(code("a`b``c")).to.equal("```a`b``c```");
    expect(code("`a`")).to.equal("`` `a` ``");
    expect(code("a\n# b")).to.equal("`a # b`");
    expect(code("")).to.equal("``` ```");
  });

  it("is a sentence with nothing but its own code in it", () => {
    expect(prose("say `x*y` and a_b")).to.equal("say `x*y` and a&#95;b");
    expect(prose("- a")).to.equal("&#45; a");
    expect(prose("1. a")).to.equal("1&#46; a");
  });

  it("is a block that none of its lines ends", () => {
    expect(fenced("diff", ["+ ````", "- x"])).to.equal("`````diff\n+ ````\n- x\n`````");
  });
});

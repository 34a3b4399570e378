import { expect } from "chai";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Refusal } from "../../../guard/step";
import type { Cause } from "../../../operations/plan/cause";
import { policyViolations } from "../../../operations/plan/diagnostics";
import { readPlan } from "../../../operations/plan/plan";
import {
  isRefused,
  planDocument,
  printPlan,
  typedFor,
  type PlanReport,
} from "../../../operations/plan/report";
import { withoutColors } from "../../../operations/terminal/output";
import { recorded, thing, type Recording } from "../fixtures";
import { FakeTerminal } from "../../support/fake-terminal";

/** The recording's things taken for databases where `databases` names them. */
function report(recording: Recording, ...databases: string[]): PlanReport {
  const events = recorded(recording);
  for (const { resourcePreEvent } of events) {
    const metadata = resourcePreEvent?.metadata;
    if (metadata !== undefined && databases.some((name) => thing(name) === metadata.urn)) {
      metadata.type = "aws:rds/instance:Instance";
    }
  }
  const plan = readPlan(events);
  return {
    stack: "dev",
    plan,
    refusals: judgeSteps(plan.steps, { level: "development" }),
    policyViolations: policyViolations(events),
    errors: [],
    warnings: [],
    exceptions: [],
    cloud: { isRead: false, from: undefined },
  };
}

function printed(of: PlanReport): string {
  const fake = new FakeTerminal();
  printPlan(of, fake.output());
  return fake.out;
}

describe("the document of a preview", () => {
  it("counts everything, lists what changes, and has the contract's fields", () => {
    const document = planDocument(report("mixed"));
    expect(Object.keys(document)).to.deep.equal([
      "stack",
      "summary",
      "changes",
      "restated",
      "refusals",
      "policyViolations",
      "warnings",
      "exceptions",
      "cloud",
    ]);
    expect(document.cloud).to.deep.equal({ read: false, knownFrom: null });
    expect(document.stack).to.equal("dev");
    expect(document.summary).to.include({ create: 0, update: 1, replace: 2, delete: 1, same: 5 });
    const changes = document.changes as { urn: string; op: string; id: string | null; keys: string[] }[];
    expect(changes.map(({ urn, op, keys }) => [urn, op, keys])).to.have.deep.members([
      [thing("chg"), "update", ["secret", "x"]],
      [thing("rep"), "replace", ["r"]],
      [thing("dbr"), "replace", ["rdbr"]],
      [thing("gone"), "delete", []],
    ]);
    expect(changes.map(({ id }) => typeof id)).to.deep.equal(["string", "string", "string", "string"]);
  });

  it("has no id for what is yet to be made", () => {
    const { changes } = planDocument(report("create")) as { changes: Record<string, unknown>[] };
    const made = changes.find(({ urn }) => urn === thing("a"));
    expect(made).to.deep.equal({
      urn: thing("a"),
      type: "fake:index:Thing",
      op: "create",
      id: null,
      keys: [],
      replaceKeys: [],
      diff: [],
      setting: null,
      cause: "not known",
      verdict: { kind: "created", words: "created" },
    });
  });

  it("has old and new of what changes, and of no secret the value", () => {
    const { changes } = planDocument(report("mixed")) as { changes: Record<string, unknown>[] };
    expect(changes.find(({ urn }) => urn === thing("chg"))?.diff).to.deep.equal([
      { path: "secret", from: null, to: "[secret]", forcesReplacement: false },
      { path: "x", from: 1, to: 2, forcesReplacement: false },
    ]);
    expect(JSON.stringify(changes)).to.not.contain("hunter").and.not.contain("inputs");
  });

  it("lists what the guard refuses, with what would be lost and the safe way", () => {
    const refused = report("mixed", "gone", "rep");
    expect(isRefused(refused)).to.equal(true);
    const { refusals } = planDocument(refused) as { refusals: Record<string, unknown>[] };
    expect(refusals.map(({ urn, op, rule }) => [urn, op, rule])).to.have.deep.members([
      [thing("gone"), "delete", "deletes-data"],
      [thing("rep"), "replace", "replaces-data"],
    ]);
    for (const refusal of refusals) {
      expect(refusal.id).to.match(/^id-/);
      expect(refusal.type).to.equal("aws:rds/instance:Instance");
      expect(refusal.loses).to.be.a("string").that.is.not.empty;
      expect(refusal.safeWay).to.be.a("string").that.is.not.empty;
    }
  });

  it("lists policy violations; a mandatory one refuses the plan", () => {
    const refused = report("policy-violation");
    expect(isRefused(refused)).to.equal(true);
    expect((planDocument(refused).policyViolations as unknown[])[0]).to.deep.equal({
      policy: "no-bad",
      level: "mandatory",
      urn: thing("keep"),
      message: "d\nbad is set",
    });
    expect(isRefused(report("mixed"))).to.equal(false);
  });
});

describe("the summary of a preview for a person", () => {
  it("groups the changes by component, with old and new, and counts last", () => {
    expect(printed(report("mixed"))).to.equal(`
Network net
  ~ update in place         fake:index:Thing  chg
      secret  nothing → [secret]
      x  1 → 2
  ± replace, old one first  fake:index:Thing  dbr
      rdbr  1 → 2 (forces replacement)
  - delete                  fake:index:Thing  gone
  ± replace, new one first  fake:index:Thing  rep
      r  1 → 2 (forces replacement)

  0 to create, 1 to update, 2 to replace, 1 to delete, 3 unchanged
`);
  });

  it("groups them by what caused them, settings in the order of the file", () => {
    const place = (path: string, line: number): Cause => ({
      kind: "setting",
      setting: { path: `groundwork:${path}`, file: "Pulumi.dev.yaml", line },
    });
    const causes = new Map([
      [thing("chg"), place("network.b", 30)],
      [thing("rep"), place("network.a", 20)],
      [thing("gone"), { kind: "drift" } as const],
    ]);
    const text = printed({ ...report("mixed"), causes });
    expect(text.split("\n").filter((line) => /^\S/.test(line))).to.deep.equal([
      "groundwork:network.a (Pulumi.dev.yaml:20)",
      "groundwork:network.b (Pulumi.dev.yaml:30)",
      "Moved outside, by nobody's run",
      "Which setting is the reason is not known",
    ]);
  });

  it("is broken at words where a terminal ends, under the column that goes on", () => {
    const refused = report("mixed", "gone");
    const fake = new FakeTerminal(true);
    printPlan(refused, fake.output());
    const lines = withoutColors(fake.out).split("\n");
    expect(lines.filter((line) => line.length > 80 && !line.includes("./groundwork"))).to.deep.equal([]);
    const why = lines.findIndex((line) => line.startsWith("    safe way  "));
    expect(lines[why + 1]).to.match(/^ {14}\S/);
  });

  it("says of each refusal what would be lost, why, and the safe way", () => {
    const text = printed(report("mixed", "gone"));
    expect(text).to.match(
      /\nRefused by the guard\n {2}delete aws:rds:Instance gone \(id-[\d-]+\)\n {4}rule {6}deletes-data\n/,
    );
    expect(text).to.match(/\n {4}loses {5}\S.*\n {4}why {7}\S.*\n {4}safe way {2}\S.*\n\n/);
  });

  it("says what many refusals have in common once, and of each what it loses and the call that approves it", () => {
    const refusal = (name: string, keep: string, approval: string): Refusal => ({
      ...{
        urn: thing(name),
        id: `id-${name}`,
        type: "aws:sqs/queue:Queue",
        op: "delete",
        rule: "deletes-data",
      },
      ...{
        loses: `${name} is lost.`,
        why: "It goes.",
        safeWay: `Approve it. ${keep}`,
        copyFirst: keep,
        approval,
      },
    });
    const text = printed({
      ...report("mixed"),
      refusals: [
        refusal("a", "Drain it.", "call a"),
        { ...refusal("b", "Drain it.", "call b"), rule: "replaces-data" },
        refusal("c", "Copy it.", "call c"),
      ],
    });
    expect(text.slice(text.indexOf("Refused by the guard"))).to.equal(`Refused by the guard
  2 changes: deletes-data
    why       It goes.
    safe way  Approve it.
    delete aws:sqs:Queue a (id-a)
      loses    a is lost.
      approve  call a
      copy     Drain it.
    delete aws:sqs:Queue c (id-c)
      loses    c is lost.
      approve  call c
      copy     Copy it.
  delete aws:sqs:Queue b (id-b)
    rule      replaces-data
    loses     b is lost.
    why       It goes.
    approve   call b
    safe way  Approve it. Drain it.

  0 to create, 1 to update, 2 to replace, 1 to delete, 3 unchanged
`);
  });

  it("counts and names what would lose locks, in a section of its own, and has the stack's name typed for that", () => {
    const plain = report("mixed");
    expect(printed(plain)).to.not.contain("locks");
    expect(planDocument(plain)).to.not.have.property("unlocks");
    expect(typedFor(plain)).to.equal(undefined);
    const unlockings = [
      {
        urn: thing("a"),
        id: "id-a",
        type: "aws:rds/instance:Instance",
        lifts: ["protect", "deletionProtection"],
      },
      { urn: thing("b"), id: "id-b", type: "aws:ec2/eip:Eip", lifts: ["protect"] },
    ];
    const unlocking = { ...plain, unlockings };
    expect(printed(unlocking)).to.contain(`
2 resources lose locks, and can be deleted from then on
  aws:rds:Instance  a (id-a)  protect, deletionProtection
  aws:ec2:Eip       b (id-b)  protect
`);
    expect(planDocument(unlocking).unlocks).to.deep.equal(unlockings);
    expect(typedFor(unlocking)).to.equal("dev");
  });

  it("says whom the plan takes service from, in a line each", () => {
    const plain = report("mixed");
    expect(printed(plain)).to.not.contain("interrupts");
    expect(planDocument(plain)).to.not.have.property("interrupts");
    const base = { urn: thing("chg"), type: "aws:rds/instance:Instance", why: "its class changes" };
    const interruptions = [
      { ...base, who: "users of the database users", when: "in the maintenance window", seconds: 600 },
      { ...base, who: "clients of the service web", why: "it is deleted", when: "at once", seconds: null },
    ] as const;
    const interrupting = { ...plain, interruptions };
    expect(printed(interrupting)).to.contain(
      "\n  interrupts: users of the database users, about 10 min: its class changes (in the maintenance window)\n" +
        "  interrupts: clients of the service web, until another run brings it back: it is deleted (takes effect at once)\n",
    );
    expect(planDocument(interrupting).interrupts).to.deep.equal(interruptions);
  });

  it("shows policy violations with their level and message, and together what has the same thing wrong", () => {
    expect(printed(report("policy-violation"))).to.match(
      new RegExp(
        [
          "\nPolicies",
          "  mandatory no-bad",
          "    d",
          "    bad is set",
          "      fake:index:Thing keep",
          "      fake:index:Thing chg",
          "  advisory no-meh",
          "    d",
          "    meh is set",
          "      fake:index:Thing keep\n\n",
        ].join("\n"),
      ),
    );
  });

  it("shows no secret", () => {
    expect(printed(report("mixed")) + printed(report("create"))).to.not.contain("hunter");
  });
});

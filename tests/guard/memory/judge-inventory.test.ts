import { expect } from "chai";
import type { InventoryEntry } from "../../../guard/memory/inventory";
import { judgeInventory, keysIn, type MemoryContext } from "../../../guard/memory/judge-inventory";
import { takesIn, type OtherStack } from "../../../guard/memory/judge-others";
import type { Refusal, Step } from "../../../guard/step";
import {
  BUCKET,
  create,
  deletion,
  LIFECYCLE,
  provider,
  providerStep,
  QUEUE,
  same,
  state,
  TABLE,
  UNKNOWN_TEXT,
  urn,
} from "../steps";

const place = { region: "eu-west-1", allowedAccountIds: '["123456789012"]' };
const aws = { ...providerStep(place, place), op: "same" } satisfies Step;
const reports: InventoryEntry = {
  urn: urn(TABLE, "reports"),
  type: TABLE,
  id: "dev_reports",
  name: "dev_reports",
  locked: true,
  account: "123456789012",
  region: "eu-west-1",
  parent: "urn:pulumi:dev::groundwork::groundwork:reports:Reports::reports",
  provider: "urn:pulumi:dev::groundwork::pulumi:providers:aws::aws",
};
const kept = (name: string, id: string): Step => ({
  ...same(TABLE, state({ name: id }, { id }), state({ name: id }, { id })),
  urn: urn(TABLE, name),
});
const importing = (id: string, name = "reports", type = TABLE): Step => ({
  ...create(type, { name: id }, name),
  op: "import",
  new: state({ name: id }, { id }),
});

function judge(steps: readonly Step[], more: Partial<MemoryContext> = {}): Refusal[] {
  return judgeInventory(steps, {
    level: "production",
    inventory: [reports],
    since: "2026-11-21T12:00:00.000Z",
    present: keysIn(steps),
    ...more,
  });
}

const rules = (refusals: readonly Refusal[]): string[] => refusals.map(({ rule }) => rule);

describe("what the last good run had and the state has no more", () => {
  it("is refused when the plan makes it anew: what is lost, why, and the call that brings it back", () => {
    const steps = [create(TABLE, { name: "dev_reports" }, "reports")];
    expect(judge(steps)).to.deep.equal([
      {
        urn: reports.urn,
        id: "dev_reports",
        type: TABLE,
        op: "create",
        rule: "recreates-data",
        loses:
          "DynamoDB table dev_reports would be replaced by an empty one: whoever uses it would find nothing of its items, its " +
          "indexes and point-in-time recovery of them.",
        why:
          "It is in the inventory of the last good run (of 2026-11-21T12:00:00.000Z) and not in the state: it was taken out of the " +
          "state (`pulumi state delete`, `pulumi stack rm`, an edit), it was deleted by hand and a refresh has noticed, or this " +
          `is not the state that the last run left. The plan makes a new one as ${reports.urn}.`,
        safeWay:
          "See first whether it is still there: id dev_reports, account 123456789012, eu-west-1. If it is, bring it back into " +
          "the state: `./groundwork exec -- pulumi import aws:dynamodb/table:Table reports dev_reports --parent " +
          `'parent=${reports.parent ?? ""}' --provider 'provider=${reports.provider ?? ""}' --generate-code=false --stack dev\`, or the whole earlier state: ` +
          "`./groundwork state history dev` lists what there is. If it is not, restore it from a backup under the same name, " +
          "and import that. To do without it for good, approve that it is forgotten.",
      },
    ]);
  });

  it("is refused also when nothing is made in its place, and when the whole state is gone", () => {
    expect(judge([]).map(({ rule, op, urn: of, id }) => [rule, op, of, id])).to.deep.equal([
      ["lost-from-state", "refresh", reports.urn, "dev_reports"],
    ]);
    expect(rules(judge([kept("other", "dev_other")]))).to.deep.equal(["lost-from-state"]);
  });

  it("is made anew also under another name of the program, of the cloud, or under another component", () => {
    for (const step of [
      create(TABLE, { name: "dev_reports" }, "renamed"),
      create(TABLE, { name: "dev_reports_2" }, "reports"),
      {
        ...create(TABLE, {}, "reports"),
        urn: `urn:pulumi:dev::groundwork::my:other:Parent$${TABLE}::reports`,
      },
      importing("dev_somebody_elses"),
    ]) {
      expect(rules(judge([step])), step.urn).to.deep.equal(["recreates-data"]);
    }
    expect(rules(judge([create(QUEUE, { name: "dev_reports" }, "reports")]))).to.deep.equal([
      "lost-from-state",
    ]);
  });

  it("is no loss under another URN, in whatever step the state shows it, or when the plan imports it", () => {
    for (const steps of [
      [kept("renamed", "dev_reports")],
      [{ ...kept("reports", "dev_reports"), op: "update" as const }],
      [{ ...deletion(TABLE, state({}, { id: "dev_reports" })) }],
      [importing("dev_reports", "renamed")],
    ]) {
      expect(judge(steps)).to.deep.equal([]);
    }
    expect(rules(judge([{ ...kept("reports", "dev_reports"), op: "read" }])), "only read").to.deep.equal([
      "lost-from-state",
    ]);
  });

  it("says so when its URN is another thing's now", () => {
    const [refusal] = judge([kept("reports", "dev_reports_new")]);
    expect(refusal).to.include({ rule: "lost-from-state", op: "same", id: "dev_reports" });
    expect(refusal?.why).to.contain("Under its URN the state has another one, dev_reports_new.");
  });

  it("is believed to be there when the state has it, or another stack's", () => {
    const keys = keysIn([kept("reports", "dev_reports")]);
    expect(judge([], { present: keys })).to.deep.equal([]);
    expect(judge([], { elsewhere: keys })).to.deep.equal([]);
  });

  it("is nobody's business at disposable, when nothing held it, and when its type holds nothing as somebody has found", () => {
    expect(judge([], { level: "disposable" })).to.deep.equal([]);
    expect(judge([], { inventory: [{ ...reports, locked: false }] })).to.deep.equal([]);
    expect(judge([], { inventory: [{ ...reports, type: "aws:batch/jobQueue:JobQueue" }] })).to.deep.equal([]);
    expect(rules(judge([], { level: "development" }))).to.deep.equal(["lost-from-state"]);
  });

  it("is explained by an approval for exactly it, and by what one has given up", () => {
    const { urn: of, id } = reports;
    const approval = { urn: of, id, operation: "forget", phase: "destroy" } as const;
    expect(judge([], { approvals: [approval] })).to.deep.equal([]);
    expect(judge([], { givenUp: [{ urn: of, id }] })).to.deep.equal([]);
    for (const other of [
      { ...approval, id: "dev_other" },
      { ...approval, urn: urn(TABLE, "other") },
      { ...approval, operation: "loosen" as const },
      { ...approval, operation: "delete" as const, phase: "unlock" as const },
    ]) {
      expect(rules(judge([], { approvals: [other] })), JSON.stringify(other)).to.deep.equal([
        "lost-from-state",
      ]);
    }
    expect(rules(judge([], { givenUp: [{ urn: of, id: "dev_other" }] }))).to.deep.equal(["lost-from-state"]);
  });
});

describe("what another stack holds", () => {
  const held = (...entries: InventoryEntry[]): readonly OtherStack[] => [
    { project: "groundwork", stack: "prod", entries },
  ];
  const other = (
    steps: readonly Step[],
    entry: InventoryEntry = reports,
    more: Partial<MemoryContext> = {},
  ): Refusal[] => judge([aws, ...steps], { inventory: [], others: held(entry), ...more });
  const twin = create(TABLE, { name: "dev_reports" }, "mine");

  it("is refused when the plan makes one of the same name in the same place, at disposable too", () => {
    for (const level of ["production", "disposable"] as const) {
      const [refusal, ...more] = other([twin], reports, { level });
      expect(more).to.deep.equal([]);
      expect(refusal).to.include({
        rule: "belongs-to-other-stack",
        op: "create",
        urn: urn(TABLE, "mine"),
        id: "dev_reports",
      });
      expect(refusal?.loses).to.contain("DynamoDB table dev_reports holds the data of stack groundwork/prod");
      expect(refusal?.safeWay).to.contain(
        "pulumi state move --source organization/groundwork/prod --dest organization/groundwork/dev",
      );
    }
  });

  it("is refused when the plan imports it", () => {
    const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/mail";
    const queue = { ...reports, type: QUEUE, id: url, name: "mail" };
    expect(rules(other([importing(url, "q", QUEUE)], queue))).to.deep.equal(["belongs-to-other-stack"]);
    expect(rules(other([create(QUEUE, { name: "mail" }, "q")], queue))).to.deep.equal([
      "belongs-to-other-stack",
    ]);
    expect(rules(other([importing("other", "q", QUEUE)], queue))).to.deep.equal([]);
  });

  it("may be imported when that stack has lost it, and says how when the stack itself is gone", () => {
    const others = (more: Partial<OtherStack>): readonly OtherStack[] =>
      held(reports).map((one) => ({ ...one, ...more }));
    const judged = (step: Step, more: Partial<OtherStack>): Refusal[] =>
      judge([aws, step], { inventory: [], others: others(more) });
    const managed = keysIn([kept("reports", "dev_reports")]);
    expect(rules(judged(importing("dev_reports"), { managed }))).to.deep.equal(["belongs-to-other-stack"]);
    expect(judged(importing("dev_reports"), { managed: new Set() })).to.deep.equal([]);
    const [refusal] = judged(twin, { managed: new Set(), isGone: true });
    expect(refusal?.rule).to.equal("belongs-to-other-stack");
    expect(refusal?.safeWay)
      .to.contain("The backend has no state of prod any more")
      .and.contain("pulumi import");
  });

  it("is another thing in another account or region, of another name or type, or while its name is not known", () => {
    expect(other([twin], { ...reports, account: "999999999999" })).to.deep.equal([]);
    expect(other([twin], { ...reports, region: "us-east-1" })).to.deep.equal([]);
    expect(other([twin], { ...reports, account: undefined })).to.deep.equal([]);
    expect(other([create(TABLE, { name: "dev_more" })])).to.deep.equal([]);
    expect(other([create(TABLE, { name: UNKNOWN_TEXT })])).to.deep.equal([]);
    expect(other([create(BUCKET, { bucket: "dev_reports" })])).to.deep.equal([]);
    expect(other([kept("reports", "dev_reports")]), "what the state has is its own").to.deep.equal([]);
    expect(other([twin], { ...reports, locked: false }), "nothing held it there").to.deep.equal([]);
  });

  it("is another thing where the cloud gives a name any number of times", () => {
    const zone = "aws:route53/zone:Zone";
    const entry = { ...reports, type: zone, id: "Z0123456", name: "internal" };
    expect(other([create(zone, { name: "internal" })], entry)).to.deep.equal([]);
    expect(rules(other([importing("Z0123456", "zone", zone)], entry))).to.deep.equal([
      "belongs-to-other-stack",
    ]);
    const secret = "aws:secretsmanager/secret:Secret";
    const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:mail-AbCdEf";
    expect(
      rules(other([create(secret, { name: "mail" })], { ...reports, type: secret, id: arn, name: "mail" })),
    ).to.deep.equal(["belongs-to-other-stack"]);
  });

  it("of Kubernetes is the same only in the same cluster and namespace", () => {
    const type = "kubernetes:core/v1:PersistentVolumeClaim";
    const entry: InventoryEntry = {
      urn: urn(type),
      type,
      id: "mail/spool",
      name: "spool",
      locked: true,
      cluster: "https://abc",
    };
    const cluster = (identifier: string): Step => ({
      ...providerStep({}, { clusterIdentifier: identifier }),
      type: "pulumi:providers:kubernetes",
    });
    const claim = (namespace: string): Step => ({
      ...create(type, {}, "claim"),
      new: state({ metadata: { name: "spool", namespace } }, { id: null, provider }),
    });
    const judged = (identifier: string, namespace: string): string[] =>
      rules(judge([cluster(identifier), claim(namespace)], { inventory: [], others: held(entry) }));
    expect(judged("https://abc", "mail")).to.deep.equal(["belongs-to-other-stack"]);
    expect(judged("https://abc", "other")).to.deep.equal([]);
    expect(judged("https://def", "mail")).to.deep.equal([]);
  });

  it("is asked for only where a plan makes or takes in something that holds data", () => {
    expect(takesIn([twin])).to.equal(true);
    expect(takesIn([importing("x")])).to.equal(true);
    expect(
      takesIn([kept("reports", "dev_reports"), create(LIFECYCLE), create("aws:iam/role:Role"), aws]),
    ).to.equal(false);
  });
});

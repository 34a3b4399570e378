import { expect } from "chai";
import { approvalFor, type Approval, type ApprovedOperation } from "../../../guard/approvals/approval";
import {
  missingRecords,
  readRecord,
  sealed,
  sealOf,
  verifyApprovals,
  type ApprovalRecord,
  type Standing,
  type VerificationContext,
} from "../../../guard/approvals/approval-record";
import { judgeSteps } from "../../../guard/judge/judge";
import type { Step } from "../../../guard/step";
import { readApprovals, writtenApprovals } from "../../../settings/handed-approvals";
import {
  BUCKET,
  create,
  DATABASE,
  deletion,
  LIFECYCLE,
  replacement,
  same,
  state,
  update,
  urn,
} from "../steps";

const record = sealed({
  urn: urn(DATABASE),
  id: "id-1",
  operation: "delete",
  by: "Ada",
  reason: "moved to the cluster",
  at: "2026-11-21T10:00:00.000Z",
  expires: "2026-11-21T11:00:00.000Z",
  created: "2026-01-01T00:00:00Z",
});

const resource = { urn: record.urn, id: record.id, created: record.created, held: ["protect is true"] };

function context(more: Partial<VerificationContext> = {}): VerificationContext {
  return {
    history: { given: new Set([record.seal]), revoked: new Map(), unlocked: new Map(), used: new Map() },
    resources: [resource],
    remembered: [],
    now: new Date("2026-11-21T10:30:00Z"),
    ...more,
  };
}

function standing(of: ApprovalRecord, more: Partial<VerificationContext> = {}): Standing {
  const [found] = verifyApprovals([of], context(more));
  return found as Standing;
}

function why(of: ApprovalRecord, more: Partial<VerificationContext> = {}): string {
  const found = standing(of, more);
  return found.approval === undefined ? `${found.flaw}: ${found.why}` : "holds";
}

function history(more: Partial<VerificationContext["history"]>): Partial<VerificationContext> {
  return { history: { ...context().history, ...more } };
}

describe("an approval in the approvals of a stack", () => {
  it("holds for exactly what the state has, and begins with the unlocking run", () => {
    expect(standing(record).approval).to.deep.equal({
      urn: record.urn,
      id: "id-1",
      operation: "delete",
      phase: "unlock",
    });
  });

  it("lets destroy once a run has unlocked it, and as long as it stands free", () => {
    const unlocked = history({ unlocked: new Map([[record.seal, { at: "2026-11-21T10:10:00.000Z" }]]) });
    const free = { resources: [{ ...resource, held: [] }] };
    expect(standing(record, { ...unlocked, ...free }).approval?.phase).to.equal("destroy");
    expect(standing(record, free).approval?.phase, "nothing has kept its copy").to.equal("unlock");
    expect(standing(record, unlocked).approval?.phase, "locked again").to.equal("unlock");
  });

  it("takes one run to loosen", () => {
    const loosen = sealed({ ...record, operation: "loosen" });
    expect(standing(loosen, history({ given: new Set([loosen.seal]) })).approval?.phase).to.equal("destroy");
  });

  it("does not hold when a word of it was altered", () => {
    for (const altered of [
      { ...record, id: "id-2" },
      { ...record, urn: urn(DATABASE, "other") },
      { ...record, operation: "replace" as const },
      { ...record, expires: "2027-11-21T11:00:00.000Z" },
      { ...record, reason: "another reason" },
      { ...record, by: "Bob" },
      { ...record, created: "" },
      { ...record, at: "2026-11-21T10:05:00.000Z" },
    ]) {
      expect(why(altered)).to.match(/^altered: .*seal/);
    }
  });

  it("does not hold when it was written by hand with a right seal, which the ledger does not have", () => {
    const forged = sealed({ ...record, expires: "2027-11-21T11:00:00.000Z" });
    expect(why(forged)).to.match(/^not-in-ledger: /);
  });

  it("does not hold once it is over", () => {
    expect(why(record, { now: new Date(record.expires) })).to.equal(`expired: expired at ${record.expires}`);
    expect(why(record, { now: new Date(Date.parse(record.expires) - 1) })).to.equal("holds");
  });

  it("does not hold once it is revoked or used", () => {
    const note = { at: "2026-11-21T10:20:00.000Z", by: "Bob" };
    expect(why(record, history({ revoked: new Map([[record.seal, note]]) }))).to.equal(
      `revoked: was revoked by Bob on ${note.at}`,
    );
    expect(why(record, history({ used: new Map([[record.seal, note]]) }))).to.match(
      /^used: was used on 2026/,
    );
  });

  it("does not hold for another id, another creation or a resource that is gone", () => {
    expect(why(record, { resources: [{ ...resource, id: "id-2" }] })).to.match(
      /^mismatched: .*id-1.*is id-2/,
    );
    expect(why(record, { resources: [{ ...resource, created: "2026-11-21T10:20:00Z" }] })).to.match(
      /^mismatched: .*came into the state at 2026-01-01T00:00:00Z; this one came at 2026-11-21/,
    );
    expect(why(record, { resources: [] })).to.match(/^mismatched: .*does not have/);
  });

  it("contradicts another one for the same resource, and neither holds", () => {
    const other = sealed({ ...record, operation: "loosen" });
    const found = verifyApprovals(
      [record, other],
      context(history({ given: new Set([record.seal, other.seal]) })),
    );
    expect(found.map(({ flaw }) => flaw)).to.deep.equal(["in-doubt", "in-doubt"]);
  });

  it("to forget is for what the last good run had", () => {
    const forget = sealed({ ...record, operation: "forget", created: "" });
    const given = history({ given: new Set([forget.seal]) });
    expect(why(forget, { ...given, resources: [] })).to.match(/^mismatched: /);
    expect(why(forget, { ...given, resources: [], remembered: [resource] })).to.equal("holds");
  });

  it("is read only when it is written as groundwork writes it", () => {
    expect(readRecord({ ...record })).to.deep.equal(record);
    for (const wrong of [
      undefined,
      "text",
      { ...record, operation: "purge" },
      { ...record, more: true },
      { ...record, seal: "0" },
      { ...record, expires: "tomorrow" },
      { ...record, id: "" },
    ]) {
      expect(readRecord(wrong), JSON.stringify(wrong)).to.have.property("why");
    }
    expect(readRecord({ ...record, operation: "purge" })).to.include({
      urn: record.urn,
      why: "its operation is none of delete, replace, loosen, forget",
    });
    const [malformed] = verifyApprovals([readRecord({ ...record, operation: "purge" })], context());
    expect(malformed?.flaw).to.equal("malformed");
  });

  it("says so where a run has left open what it does not hold for any more", () => {
    const unlocked = history({ unlocked: new Map([[record.seal, { at: "2026-11-21T10:10:00.000Z" }]]) });
    const over = { now: new Date(record.expires) };
    const free = { resources: [{ ...resource, held: [] }] };
    expect(standing(record, { ...unlocked, ...free, ...over })).to.include({ flaw: "expired", isOpen: true });
    for (const closed of [
      { ...unlocked, ...over },
      { ...free, ...over },
    ]) {
      expect(standing(record, closed)).to.not.have.property("isOpen");
    }
  });

  it("is missed when the ledger has it and the approvals have not, as long as that matters", () => {
    const flaws = (more: Partial<VerificationContext>, entries: readonly ApprovalRecord[] = []): unknown[] =>
      missingRecords([record], entries, context(more)).map((one) => [
        one.approval === undefined ? one.urn : "",
        one.flaw,
        one.approval,
      ]);
    const note = { at: "2026-11-21T10:20:00.000Z", by: "Bob" };
    const unlocked = history({ unlocked: new Map([[record.seal, note]]) });
    const over = { now: new Date(record.expires) };
    const missed = [[record.urn, "not-in-file", undefined]];
    expect(flaws({})).to.deep.equal(missed);
    expect(flaws({ ...unlocked, ...over, resources: [{ ...resource, held: [] }] }), "open").to.deep.equal(
      missed,
    );
    expect(flaws({}, [record]), "there").to.deep.equal([]);
    expect(flaws({}, [{ ...record, reason: "another" }]), "altered: told as that").to.deep.equal([]);
    expect(flaws(over), "expired").to.deep.equal([]);
    expect(flaws(history({ used: new Map([[record.seal, note]]) })), "used").to.deep.equal([]);
    expect(flaws(history({ revoked: new Map([[record.seal, note]]) })), "revoked").to.deep.equal([]);
  });

  it("has the same seal in whatever order it is written", () => {
    const { seal, ...rest } = record;
    const turned = Object.fromEntries(Object.entries(rest).reverse()) as typeof rest;
    expect(sealOf(turned)).to.equal(seal);
  });
});

describe("approvals that are handed to a run", () => {
  const approval: Approval = { urn: "a", id: "b", operation: "delete", phase: "unlock" };

  it("are read as they were written", () => {
    expect(readApprovals(writtenApprovals([approval]))).to.deep.equal([approval]);
    expect(writtenApprovals([])).to.equal("");
  });

  it("are none where the text is anything else", () => {
    for (const text of [undefined, "{", "{}", "[1]", JSON.stringify([{ ...approval, more: 1 }]), "null"]) {
      expect(readApprovals(text), text).to.deep.equal([]);
    }
    expect(readApprovals(JSON.stringify([approval, { ...approval, phase: "now" }]))).to.deep.equal([]);
  });

  it("are for one urn and one id", () => {
    expect(approvalFor([approval], "a", "b")).to.equal(approval);
    for (const [other, id] of [
      ["a", "c"],
      ["c", "b"],
      ["a", null],
      ["a", ""],
    ] as const) {
      expect(approvalFor([approval], other, id)).to.equal(undefined);
    }
  });
});

describe("the guard's judgement of what is approved", () => {
  const approval = (operation: ApprovedOperation, phase: Approval["phase"], of = DATABASE): Approval => ({
    urn: urn(of),
    id: "id-1",
    operation,
    phase,
  });
  const rules = (steps: readonly Step[], ...approvals: Approval[]): string[] =>
    judgeSteps(steps, { level: "production", approvals }).map(({ rule }) => rule);

  const locked = state({ deletionProtection: true });
  const open = state({ deletionProtection: false }, { protect: false });

  it("lets protection and locks come off in the first run, and nothing else happen", () => {
    const unlock = approval("delete", "unlock");
    expect(rules([same(DATABASE, locked, open)], unlock)).to.deep.equal([]);
    expect(rules([same(DATABASE, locked, open)])).to.deep.equal(["removes-protection", "removes-lock"]);
    expect(rules([deletion(DATABASE, open)], unlock)).to.deep.equal(["still-locked"]);
    const shorter = update(DATABASE, { backupRetentionPeriod: 14 }, { backupRetentionPeriod: 7 });
    expect(rules([shorter], unlock)).to.deep.equal(["lowered-retention"]);
  });

  it("lets destroy in the second run only what the first has left free", () => {
    const destroy = approval("delete", "destroy");
    expect(rules([deletion(DATABASE, open)], destroy)).to.deep.equal([]);
    expect(rules([deletion(DATABASE, { ...open, retainOnDelete: true })], destroy)).to.deep.equal([]);
    expect(rules([deletion(DATABASE, locked)], destroy)).to.deep.equal(["still-locked"]);
    // As a destroy with the program has it: registered free a moment ago, and locked before.
    expect(rules([same(DATABASE, locked, open), deletion(DATABASE, open)], destroy)).to.deep.equal([
      "still-locked",
    ]);
    const [refusal] = judgeSteps([deletion(DATABASE, locked)], { level: "production", approvals: [destroy] });
    expect(refusal?.safeWay).to.contain("unlocking run comes first");
  });

  it("is for one operation, one urn and one id", () => {
    expect(rules([deletion(DATABASE, open)], approval("replace", "destroy"))).to.deep.equal(["deletes-data"]);
    expect(rules([replacement(DATABASE, ["engine"], open)], approval("delete", "destroy"))).to.deep.equal([
      "replaces-data",
    ]);
    expect(
      rules([replacement(DATABASE, ["engine"], open, open)], approval("replace", "destroy")),
    ).to.deep.equal([]);
    expect(rules([deletion(DATABASE, { ...open, id: "id-2" })], approval("delete", "destroy"))).to.deep.equal(
      ["deletes-data"],
    );
    const other = { ...deletion(DATABASE, open), urn: urn(DATABASE, "other") };
    expect(rules([other], approval("delete", "destroy"))).to.deep.equal(["deletes-data"]);
  });

  it("lets the old one go that a broken replacement has left", () => {
    const made = same(DATABASE, { ...open, id: "id-2" }, { ...open, id: "id-2" });
    const rest = deletion(DATABASE, open);
    expect(rules([made, rest], approval("replace", "destroy"))).to.deep.equal([]);
    expect(rules([rest], approval("replace", "destroy"))).to.deep.equal(["deletes-data"]);
  });

  it("lets one change loosen it, but not make it smaller, unlock or destroy it", () => {
    const loosen = approval("loosen", "destroy");
    const shorter = update(DATABASE, { backupRetentionPeriod: 14 }, { backupRetentionPeriod: 7 });
    expect(rules([shorter], loosen)).to.deep.equal([]);
    const smaller = update(DATABASE, { allocatedStorage: 200 }, { allocatedStorage: 100 });
    expect(rules([smaller], loosen)).to.deep.equal(["shrinks"]);
    expect(rules([same(DATABASE, locked, open)], loosen)).to.deep.equal([
      "removes-protection",
      "removes-lock",
    ]);
    expect(rules([deletion(DATABASE, open)], loosen)).to.deep.equal(["deletes-data"]);
  });

  it("lets objects of the approved bucket expire, by new rules and by changed ones", () => {
    const expiring = [{ id: "all", status: "Enabled", expiration: { days: 30 } }];
    const rulesOf = (bucket: string): Step => create(LIFECYCLE, { bucket, rules: expiring });
    const ofBucket = approval("loosen", "destroy", BUCKET);
    expect(rules([rulesOf("id-1")])).to.deep.equal(["shortened-lifecycle"]);
    expect(rules([rulesOf("id-1")], ofBucket)).to.deep.equal([]);
    expect(rules([rulesOf("id-2")], ofBucket)).to.deep.equal(["shortened-lifecycle"]);
    expect(rules([rulesOf("id-1")], approval("delete", "destroy", BUCKET))).to.deep.equal([
      "shortened-lifecycle",
    ]);
  });
});

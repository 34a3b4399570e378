import { expect } from "chai";
import { Checkpoint } from "../../../guard/judge/checkpoint";
import { checkCloudLocks } from "../../../guard/rules/inputs";
import { judgeSteps } from "../../../guard/judge/judge";
import { queueStays } from "../../../guard/life/queue-policy";
import { lockValue, offValue } from "../../../guard/stateful-type";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import type { ResourceState, Step } from "../../../guard/step";
import { UNKNOWN } from "../../../guard/unknown";

const type = "aws:sqs/queue:Queue";
const urn = `urn:pulumi:dev::groundwork::${type}::mail`;
const owner = {
  Sid: "Owner",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: "sqs:*",
};
const stays = { Effect: "Deny", Principal: "*", Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"] };
const policy = (...statements: readonly unknown[]): string => JSON.stringify({ Statement: statements });

const state = (text: unknown, protect = false): ResourceState => ({
  id: "https://sqs.eu-west-1.amazonaws.com/111122223333/mail",
  protect,
  retainOnDelete: false,
  provider: "aws",
  inputs: { name: "mail", policy: text },
  outputs: {},
});
const step = (op: Step["op"], old: ResourceState, wanted?: ResourceState): Step => ({
  urn,
  type,
  op,
  old,
  new: wanted,
  replaceKeys: [],
  changedKeys: [],
});

describe("the lock of an SQS queue", () => {
  it("is a denial, for everybody and always, to delete and to empty it", () => {
    for (const statement of [
      stays,
      { ...stays, Action: "sqs:*" },
      { ...stays, Action: ["SQS:Delete*", "sqs:purgequeue"] },
      { ...stays, Principal: { AWS: "*" } },
      { ...stays, Principal: { AWS: ["*"] } },
    ]) {
      expect(queueStays.holds(policy(owner, statement)), JSON.stringify(statement)).to.equal(true);
    }
    const half = { ...stays, Action: "sqs:DeleteQueue" };
    expect(queueStays.holds(policy(half, { ...half, Action: "sqs:PurgeQueue" }))).to.equal(true);
    for (const text of [
      policy(owner),
      policy(half),
      policy({ ...stays, Effect: "Allow" }),
      policy({ ...stays, Principal: { AWS: "arn:aws:iam::111122223333:user/ann" } }),
      policy({ ...stays, Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      "no JSON",
      "",
    ]) {
      expect(queueStays.holds(text), text).to.equal(false);
    }
  });

  it("comes off with nothing else of the policy", () => {
    const insecure = { ...stays, Action: "sqs:*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
    const text = offValue(queueStays, policy(owner, stays, insecure));
    expect(text).to.equal(policy(owner, insecure));
    expect(lockValue(queueStays, text)).to.equal("off");
    expect(offValue(queueStays, "no JSON")).to.equal("no JSON");
  });

  it("is not known while the policy is not, and off without one", () => {
    expect(lockValue(queueStays, UNKNOWN)).to.equal(UNKNOWN);
    expect(lockValue(queueStays, undefined)).to.equal(undefined);
    expect(lockValue(queueStays, policy(stays))).to.equal(queueStays.on);
  });

  it("is not taken off at a guarded level, and may be put on", () => {
    const rules = (from: unknown, to: unknown): string[] =>
      judgeSteps([step("update", state(from, true), state(to, true))], { level: "production" }).map(
        ({ rule }) => rule,
      );
    expect(rules(policy(owner, stays), policy(owner))).to.deep.equal(["removes-lock"]);
    expect(rules(policy(owner, stays), UNKNOWN)).to.deep.equal(["removes-lock", "unknown-value"]);
    expect(rules(policy(owner, stays), policy(owner, { ...stays, Sid: "renamed" }))).to.deep.equal([]);
    expect(rules(policy(owner), policy(owner, stays))).to.deep.equal([]);
  });

  it("holds at level disposable until a run has taken it off", () => {
    const kind = statefulType(type);
    if (kind === undefined) throw new Error("not in the table");
    const holds = (text: unknown): string[] => {
      const one = step("delete", state(text));
      return new Checkpoint([one]).holds(one, kind);
    };
    expect(holds(policy(owner))).to.deep.equal([]);
    expect(holds(undefined)).to.deep.equal([]);
    expect(holds(policy(owner, stays))).to.deep.equal([
      "policy is one that denies everybody sqs:DeleteQueue and sqs:PurgeQueue",
    ]);
    expect(holds(UNKNOWN)).to.have.length(1);
  });

  it("is asked of nobody: the policy may be a resource of its own", () => {
    const wanted = {
      type,
      inputs: { name: "mail" },
      options: { protect: true, ignoreChanges: [] },
    } as unknown as Parameters<typeof checkCloudLocks>[0];
    expect(checkCloudLocks(wanted, "production")).to.deep.equal([]);
  });
});

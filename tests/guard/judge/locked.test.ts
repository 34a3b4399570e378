import { expect } from "chai";
import type { Approval } from "../../../guard/approvals/approval";
import { lockedKind, unlockings } from "../../../guard/judge/locked";
import { queueStays } from "../../../guard/life/queue-policy";
import { statefulTypes } from "../../../guard/catalogue/stateful-types";
import { BUCKET, create, DATABASE, deletion, QUEUE, replacement, same, state, update, urn } from "../steps";

const ADDRESS = "aws:ec2/eip:Eip";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const CLUSTER = "aws:eks/cluster:Cluster";

describe("what is locked", () => {
  it("is everything that holds data, and everything else as long as it is protected", () => {
    for (const { type, removable } of statefulTypes) {
      expect(lockedKind(type, false) !== undefined, type).to.equal(removable !== true);
    }
    for (const type of [ADDRESS, "aws:iam/role:Role", "aws:s3/bucketVersioning:BucketVersioning"]) {
      expect(lockedKind(type, true)?.type, type).to.equal(type);
    }
    // Whose deletion AWS refuses until its own lock is off: a run for an approval has to find that so.
    expect(lockedKind(BALANCER, true)?.locks.map(({ path }) => path)).to.deep.equal([
      "enableDeletionProtection",
    ]);
    expect([ADDRESS, "aws:iam/role:Role"].map((type) => lockedKind(type, false))).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});

describe("what a plan unlocks", () => {
  const free = (inputs = {}) => state(inputs, { protect: false });
  const policy = (...statements: readonly unknown[]): string => JSON.stringify({ Statement: statements });
  const stays = { Effect: "Deny", Principal: "*", Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"] };

  it("is protection and the cloud's own locks that come off, by the steps alone", () => {
    const plan = [
      {
        ...update(CLUSTER, {}, {}),
        old: state({ deletionProtection: true }),
        new: free({ deletionProtection: false }),
      },
      { ...update(QUEUE, {}, {}), old: state({ policy: policy(stays) }), new: free({ policy: policy() }) },
      { ...update(DATABASE, { deletionProtection: true }, { deletionProtection: false }) },
      same(ADDRESS, state(), free()),
      {
        ...update(BALANCER, {}, {}),
        old: state({ enableDeletionProtection: true }),
        new: free({ enableDeletionProtection: false }),
      },
      same("aws:iam/role:Role", state(), free()),
    ];
    expect(unlockings(plan, []).map(({ type, lifts }) => [type, lifts])).to.deep.equal([
      [CLUSTER, ["protect", "deletionProtection"]],
      [QUEUE, ["protect", `policy: ${queueStays.on}`]],
      [DATABASE, ["deletionProtection"]],
      [ADDRESS, ["protect"]],
      [BALANCER, ["protect", "enableDeletionProtection"]],
      ["aws:iam/role:Role", ["protect"]],
    ]);
    expect(unlockings(plan, [])[3]).to.deep.equal({
      ...{ urn: urn(ADDRESS), id: "id-1", type: ADDRESS, lifts: ["protect"] },
    });
  });

  it("is not what stays locked, gains locks, is made, or goes", () => {
    const locked = state({ deletionProtection: true });
    expect(
      unlockings(
        [
          same(DATABASE, locked, locked),
          same(DATABASE, free({ deletionProtection: false }), locked),
          create(BUCKET),
          deletion(DATABASE, locked),
          replacement(DATABASE, ["engine"], locked, free()),
        ],
        [],
      ),
    ).to.deep.equal([]);
  });

  it("is not what a person has approved to be given up, and only that", () => {
    const approval = (id: string, operation: Approval["operation"]): Approval => ({
      ...{ urn: urn(ADDRESS), id, operation, phase: "unlock" },
    });
    const plan = [same(ADDRESS, state(), free())];
    const told = (...approvals: Approval[]): number => unlockings(plan, approvals).length;
    expect(told(approval("id-1", "delete"))).to.equal(0);
    expect(told(approval("id-1", "replace"))).to.equal(0);
    expect(told(approval("id-2", "delete"), approval("id-1", "loosen"))).to.equal(1);
  });
});

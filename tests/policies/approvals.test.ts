import { expect } from "chai";
import type { Approval } from "../../guard/approvals/approval";
import { cloudLocks } from "../../policies/rules/guard/cloud-locks";
import { finalCopy } from "../../policies/rules/guard/final-copy";
import { notForced } from "../../policies/rules/guard/not-forced";
import { isProtected } from "../../policies/rules/guard/protected";
import { retention } from "../../policies/rules/guard/retention";
import { contextOf, violations, type Subject } from "./harness";

const database = "aws:rds/instance:Instance";
const bare: Subject = { type: database, props: { backupRetentionPeriod: 0, skipFinalSnapshot: true } };
const bucket: Subject = { type: "aws:s3/bucket:Bucket", props: { forceDestroy: true } };

function approved(
  operation: Approval["operation"],
  { type }: Subject,
  name = "subject",
): ReturnType<typeof contextOf> {
  const urn = `urn:pulumi:dev::groundwork::${type}::${name}`;
  return { ...contextOf(), approvals: [{ urn, id: "db-1", operation, phase: "unlock" }] };
}

describe("an approval, for the policies", () => {
  const freed = [isProtected, cloudLocks];
  const loosened = [retention, finalCopy];

  for (const operation of ["delete", "replace"] as const) {
    it(`to ${operation} lets exactly that resource stand without protection and locks, and no more`, async () => {
      for (const rule of freed) {
        expect(await violations(rule, bare, approved(operation, bare)), rule.name).to.deep.equal([]);
        expect(await violations(rule, bare, approved(operation, bare, "other")), rule.name).to.not.be.empty;
      }
      for (const rule of loosened) {
        expect(await violations(rule, bare, approved(operation, bare)), rule.name).to.not.be.empty;
      }
      expect(await violations(notForced, bucket, approved(operation, bucket))).to.not.be.empty;
    });
  }

  it("to loosen lets exactly that resource go below what is demanded, and keeps its protection", async () => {
    for (const rule of loosened) {
      expect(await violations(rule, bare, approved("loosen", bare)), rule.name).to.deep.equal([]);
      expect(await violations(rule, bare, approved("loosen", bare, "other")), rule.name).to.not.be.empty;
    }
    expect(await violations(notForced, bucket, approved("loosen", bucket))).to.deep.equal([]);
    for (const rule of freed) {
      expect(await violations(rule, bare, approved("loosen", bare)), rule.name).to.not.be.empty;
    }
  });
});

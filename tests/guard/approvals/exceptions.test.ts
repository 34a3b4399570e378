import { expect } from "chai";
import {
  excuseFor,
  isInForce,
  isUnconditional,
  type RuleException,
} from "../../../guard/approvals/exceptions";
import { ruleNames } from "../../../guard/approvals/rule-names";

const exception: RuleException = {
  rule: "s3/versioned",
  resource: "aws:s3/bucket:Bucket::scratch",
  who: "ann@example.com",
  why: "Filled anew every night.",
  until: "2026-06-30",
};
const bucket = { type: "aws:s3/bucket:Bucket", name: "scratch" };
const day = (text: string): Date => new Date(text);

describe("an exception from a rule", () => {
  it("holds to the end of its last day, in UTC", () => {
    expect(isInForce(exception, day("2026-06-30T23:59:59Z"))).to.equal(true);
    expect(isInForce(exception, day("2026-07-01T00:00:00Z"))).to.equal(false);
  });

  it("does not hold with a date that cannot be read", () => {
    expect(isInForce({ ...exception, until: "soon" }, day("2026-06-01"))).to.equal(false);
  });

  it("is for one rule and one resource", () => {
    const today = day("2026-06-01");
    expect(excuseFor("s3/versioned", bucket, [exception], today).kind).to.equal("in-force");
    expect(excuseFor("s3/encrypted", bucket, [exception], today).kind).to.equal("none");
    expect(excuseFor("s3/versioned", { ...bucket, name: "scratch2" }, [exception], today).kind).to.equal(
      "none",
    );
    expect(
      excuseFor("s3/versioned", { ...bucket, type: "aws:s3/bucketV2:BucketV2" }, [exception], today).kind,
    ).to.equal("none");
  });

  it("that has ended says so; a later one for the same counts", () => {
    const today = day("2026-07-02");
    expect(excuseFor("s3/versioned", bucket, [exception], today)).to.deep.equal({
      kind: "expired",
      exception,
    });
    const renewed = { ...exception, until: "2026-08-01" };
    expect(excuseFor("s3/versioned", bucket, [exception, renewed], today).kind).to.equal("in-force");
  });

  it("is never one from a rule that keeps data", () => {
    expect(ruleNames.filter(isUnconditional)).to.deep.equal([
      "guard/cloud-locks",
      "guard/final-copy",
      "guard/not-forced",
      "guard/nothing-lost",
      "guard/options",
      "guard/protected",
      "guard/retention",
    ]);
    for (const rule of ruleNames.filter(isUnconditional)) {
      expect(excuseFor(rule, bucket, [{ ...exception, rule }], day("2026-06-01")).kind, rule).to.equal(
        "none",
      );
    }
  });
});

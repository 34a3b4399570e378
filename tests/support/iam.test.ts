import { expect } from "chai";
import { isAllowed, type IamRequest } from "./iam";
import { evaluate, statementsOf, type Context } from "./iam-evaluation";

type Json = Readonly<Record<string, unknown>>;
const policy = (...statements: readonly Json[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

const account = "111122223333";
const carlos = `arn:aws:iam::${account}:user/carlossalazar`;

/** A policy of one statement on everything, asked with a context. */
function under(condition: Json, context: Context, resource = "arn:aws:s3:::example/key"): string {
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: condition };
  const asked = { principal: carlos, action: "s3:GetObject", resource, resourceAccount: account, context };
  return evaluate(asked, statementsOf(policy(statement), "identity"), []);
}

async function failure(request: Partial<IamRequest>): Promise<string> {
  const whole: IamRequest = {
    principal: carlos,
    policies: [],
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    ...request,
  };
  return isAllowed(whole).then(
    (allowed) => `no error, ${String(allowed)}`,
    (error: unknown) => (error as Error).message,
  );
}

// The examples are AWS's own, from the IAM User Guide; the page is named where each stands.
describe("the evaluation of IAM policies in tests", () => {
  // "Policy evaluation logic", "Example policy evaluation": what Carlos has, and what a bucket gives him.
  const ofCarlos = policy(
    {
      Sid: "AllowS3ListRead",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListAllMyBuckets"],
      Resource: "arn:aws:s3:::*",
    },
    {
      Sid: "AllowS3Self",
      Effect: "Allow",
      Action: ["s3:*"],
      Resource: ["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"],
    },
    { Sid: "DenyS3Logs", Effect: "Deny", Action: "s3:*", Resource: "arn:aws:s3:::*log*" },
  );
  const ofBucket = (Principal: unknown): string =>
    policy({ Effect: "Allow", Principal, Action: "s3:PutObject", Resource: "arn:aws:s3:::given/*" });
  const may = (bucket: string, more: Partial<IamRequest> = {}): Promise<boolean> =>
    isAllowed({
      principal: carlos,
      policies: [ofCarlos],
      action: "s3:PutObject",
      resource: `arn:aws:s3:::${bucket}/key`,
      resourceAccount: account,
      ...more,
    });

  it("allows what a policy allows, nothing that none does, and never what one denies", async () => {
    expect(await may("carlossalazar")).to.equal(true);
    expect(await may("carlossalazar-2")).to.equal(false);
    expect(await may("carlossalazar", { resource: "arn:aws:s3:::carlossalazar/log" })).to.equal(false);
    expect(await may("logs", { action: "s3:GetBucketLocation", resource: "arn:aws:s3:::logs" })).to.equal(
      false,
    );
    expect(await may("other", { action: "s3:GetBucketLocation", resource: "arn:aws:s3:::other" })).to.equal(
      true,
    );
  });

  it("lets a resource's policy give alone within the account, and only with the identity's across accounts", async () => {
    const given = { resourcePolicy: ofBucket({ AWS: carlos }) };
    expect(await may("given", given)).to.equal(true);
    expect(await may("given", { ...given, resourceAccount: "444455556666" })).to.equal(false);
    const both = { ...given, policies: [policy({ Effect: "Allow", Action: "s3:Put*", Resource: "*" })] };
    expect(await may("given", { ...both, resourceAccount: "444455556666" })).to.equal(true);
    expect(
      await may("given", { ...both, resourceAccount: "444455556666", resourcePolicy: undefined }),
    ).to.equal(false);
    expect(await may("given", { resourcePolicy: ofBucket("*") })).to.equal(true);
    expect(await may("given", { resourcePolicy: ofBucket({ AWS: `${carlos}2` }) })).to.equal(false);
    // "AWS JSON policy elements: Principal": an account as principal leaves it to the account's own policies.
    for (const AWS of [account, `arn:aws:iam::${account}:root`]) {
      expect(await may("given", { resourcePolicy: ofBucket({ AWS }) })).to.equal(false);
      const delegated = { ...both, resourcePolicy: ofBucket({ AWS }), resourceAccount: "444455556666" };
      expect(await may("given", delegated)).to.equal(true);
    }
  });

  it("lets a resource's policy deny, also by naming the account", async () => {
    for (const Principal of ["*", { AWS: carlos }, { AWS: account }]) {
      const resourcePolicy = policy({ Effect: "Deny", Principal, Action: "s3:*", Resource: "*" });
      expect(await may("carlossalazar", { resourcePolicy })).to.equal(false);
    }
    const service = { Service: "logs.amazonaws.com" };
    const ofOthers = policy({ Effect: "Deny", Principal: service, Action: "s3:*", Resource: "*" });
    expect(await may("carlossalazar", { resourcePolicy: ofOthers })).to.equal(true);
  });

  it("takes actions in any case, wildcards for any text and for one letter, and what is not named", async () => {
    const only = (statement: Json, action: string): Promise<boolean> =>
      may("b", { policies: [policy({ Effect: "Allow", Resource: "*", ...statement })], action });
    expect(await only({ Action: "S3:put*" }, "s3:PutObject")).to.equal(true);
    expect(await only({ Action: "s3:?utObject" }, "s3:PutObject")).to.equal(true);
    expect(await only({ Action: "s3:?PutObject" }, "s3:PutObject")).to.equal(false);
    expect(await only({ NotAction: "iam:*" }, "s3:PutObject")).to.equal(true);
    expect(await only({ NotAction: "s3:Put*" }, "s3:PutObject")).to.equal(false);
    const notThere = { Action: "s3:*", Resource: undefined, NotResource: "arn:aws:s3:::b/*" };
    expect(await only(notThere, "s3:PutObject")).to.equal(false);
  });

  // "IAM policy elements: Variables and tags": a folder of one's own.
  it("puts in what a variable stands for, as a text and not as a pattern", async () => {
    const own = [policy({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::b/${aws:username}/*" })];
    const asked = (username: string, key: string): Promise<boolean> =>
      may("b", { policies: own, resource: `arn:aws:s3:::b/${key}`, context: { "aws:username": username } });
    expect(await asked("ann", "ann/x")).to.equal(true);
    expect(await asked("ann", "bob/x")).to.equal(false);
    expect(await asked("*", "bob/x")).to.equal(false);
    expect(await failure({ policies: own })).to.contain("aws:username");
    expect(under({ StringLike: { "aws:username": "a${*}*" } }, { "aws:username": "a*n" })).to.equal(
      "Allowed",
    );
    expect(under({ StringLike: { "aws:username": "a${*}*" } }, { "aws:username": "ann" })).to.equal("Denied");
    expect(under({ StringEquals: { "aws:username": "a*" } }, { "aws:username": "ann" })).to.equal("Denied");
  });

  // "Condition operators" and "Conditions with multiple context keys or values": a table of operator, wanted, what is, verdict.
  const cases: readonly (readonly [string, unknown, string | readonly string[] | undefined, boolean])[] = [
    ["StringEquals", ["queen", "king"], "king", true],
    ["StringEquals", "king", "King", false],
    ["StringEquals", "king", undefined, false],
    ["StringEqualsIgnoreCase", "king", "King", true],
    ["StringNotEquals", ["queen", "king"], "king", false],
    ["StringNotEquals", "queen", "king", true],
    ["StringNotEquals", "queen", undefined, true],
    ["StringLike", "t1.*", "t1.micro", true],
    ["StringLike", "t1.*", "m1.micro", false],
    ["StringNotLike", "t1.*", "m1.micro", true],
    ["StringLikeIfExists", ["t1.*", "t2.*"], undefined, true],
    ["StringLikeIfExists", ["t1.*", "t2.*"], "m3.large", false],
    ["ArnLike", "arn:aws:sns:*:111122223333:T*", "arn:aws:sns:eu-west-1:111122223333:Topic", true],
    ["ArnLike", "arn:aws:sns:*:T*", "arn:aws:sns:eu-west-1:111122223333:Topic", false],
    ["ArnNotEquals", "arn:aws:sns:*:111122223333:T*", "arn:aws:sns:eu-west-1:111122223333:U", true],
    ["Bool", "true", "true", true],
    ["Bool", true, "false", false],
    ["Bool", "false", undefined, false],
    ["BoolIfExists", "false", undefined, true],
    ["NumericLessThan", "1.2", "1.1", true],
    ["NumericLessThan", "1.2", "1.2", false],
    ["NumericLessThanEquals", 10, "10", true],
    ["NumericGreaterThan", "9", "10", true],
    ["NumericGreaterThanEquals", "10", "9", false],
    ["NumericNotEquals", "10", "10.0", false],
    ["NumericLessThan", "1.2", undefined, false],
    ["Null", "true", undefined, true],
    ["Null", "true", "x", false],
    ["Null", "false", "x", true],
    ["ForAllValues:StringEquals", ["ID", "Name"], ["ID"], true],
    ["ForAllValues:StringEquals", ["ID", "Name"], ["ID", "Secret"], false],
    ["ForAllValues:StringEquals", ["ID", "Name"], undefined, true],
    ["ForAnyValue:StringEquals", ["ID", "Name"], ["ID", "Secret"], true],
    ["ForAnyValue:StringEquals", ["ID", "Name"], undefined, false],
    ["ForAnyValue:StringNotEquals", ["ID"], ["ID"], false],
  ];
  for (const [operator, wanted, is, holds] of cases) {
    it(`says that ${operator} ${JSON.stringify(wanted)} ${holds ? "holds" : "does not hold"} for ${JSON.stringify(is) ?? "nothing"}`, () => {
      const context: Context = is === undefined ? {} : { "AWS:key": is };
      expect(under({ [operator]: { "aws:Key": wanted } }, context)).to.equal(holds ? "Allowed" : "Denied");
    });
  }

  it("wants all operators and all their keys", () => {
    const both = { StringEquals: { "aws:a": "1", "aws:b": "2" }, Bool: { "aws:c": "true" } };
    const context = { "aws:a": "1", "aws:b": "2", "aws:c": "true" };
    expect(under(both, context)).to.equal("Allowed");
    for (const key of Object.keys(context)) {
      expect(under(both, { ...context, [key]: "other" }), key).to.equal("Denied");
    }
  });

  it("refuses to guess: operators, values and policies that it does not know", async () => {
    expect(() =>
      under({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, { "aws:SourceIp": "10.0.0.1" }),
    ).to.throw("no operator IpAddress");
    expect(() => under({ NumericLessThan: { "aws:a": "x" } }, { "aws:a": "1" })).to.throw("is no number");
    expect(() => under({ StringEquals: { "aws:a": "x" } }, { "aws:a": ["x", "y"] })).to.throw("ForAnyValue");
    const statement = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    for (const [wrong, says] of [
      [{ ...statement, Effect: "allow" }, "Effect"],
      [{ ...statement, Actions: "s3:*" }, "Actions"],
      [{ ...statement, Action: "PutObject" }, "Action"],
      [{ ...statement, Resource: "bucket" }, "Resource"],
      [{ ...statement, Resource: undefined }, "NotResource"],
      [{ ...statement, Principal: "*" }, "Principal"],
    ] as const) {
      expect(await failure({ policies: [policy(wrong)] }), says).to.contain(says);
    }
    expect(await failure({ resourcePolicy: policy(statement) })).to.contain("names no Principal");
    expect(await failure({ policies: ["{"] })).to.match(/JSON/);
  });

  it("refuses requests that nobody can make", async () => {
    expect(await failure({ action: "s3:GetObjekt" })).to.equal("There is no action s3:GetObjekt.");
    expect(await failure({ resource: "arn:aws:s3:::bucket" })).to.contain("is not asked of");
    expect(await failure({ action: "s3:ListAllMyBuckets" })).to.contain("is not asked of");
    expect(await failure({ context: { "s3:TlsVersions": "1.2" } })).to.contain("has no s3:TlsVersions");
    expect(await failure({ principal: "logs.amazonaws.com" })).to.contain("no user and no role");
  });
});

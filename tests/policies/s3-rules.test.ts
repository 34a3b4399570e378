import { expect } from "chai";
import { encrypted } from "../../policies/rules/s3/encrypted";
import { noPublicAcls } from "../../policies/rules/s3/no-public-acls";
import { publicAccessBlocked } from "../../policies/rules/s3/public-access-blocked";
import { tlsOnly } from "../../policies/rules/s3/tls-only";
import { versioned } from "../../policies/rules/s3/versioned";
import { contextOf, stackViolations, UNKNOWN, type Member } from "./harness";
import { describeRule, describeStackRule, notKnown } from "./table";

const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const closed = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

describeRule(publicAccessBlocked, {
  passes: [{ title: "all four switches on", type: BLOCK, props: { bucket: UNKNOWN, ...closed } }],
  refuses: [
    {
      title: "one off and one not set",
      type: BLOCK,
      props: { ...closed, blockPublicPolicy: false, restrictPublicBuckets: undefined },
      level: "disposable",
      says: [
        "blockPublicPolicy is false. Set it to true.",
        "restrictPublicBuckets is not set. Set it to true.",
      ],
    },
  ],
  unknown: [
    {
      title: "one of them",
      type: BLOCK,
      props: { ...closed, ignorePublicAcls: UNKNOWN },
      says: [notKnown("ignorePublicAcls")],
    },
  ],
  ignores: [{ title: "a bucket", type: "aws:s3/bucket:Bucket", props: {} }],
});

describeRule(encrypted, {
  passes: [
    {
      title: "S3's own keys",
      type: ENCRYPTION,
      props: { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    },
    {
      title: "a key of KMS that is still to be made",
      type: ENCRYPTION,
      props: {
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: UNKNOWN } }],
      },
    },
  ],
  refuses: [
    {
      title: "rules without an algorithm",
      type: ENCRYPTION,
      props: { rules: [{ bucketKeyEnabled: true }] },
      says: [
        "rules name no algorithm. Set applyServerSideEncryptionByDefault.sseAlgorithm to AES256 or aws:kms.",
      ],
    },
  ],
  unknown: [
    { title: "the rules", type: ENCRYPTION, props: { rules: UNKNOWN }, says: [notKnown("rules")] },
    {
      title: "the algorithm",
      type: ENCRYPTION,
      props: { rules: [{ applyServerSideEncryptionByDefault: UNKNOWN }] },
      says: [notKnown("rules")],
    },
  ],
  ignores: [{ title: "a queue", type: "aws:sqs/queue:Queue", props: { rules: [] } }],
});

const letsIn = "lets everybody in. Name who is meant.";

describeRule(noPublicAcls, {
  passes: [
    { title: "a bucket without a list", type: "aws:s3/bucket:Bucket", props: {} },
    { title: "a private one", type: "aws:s3/bucketAcl:BucketAcl", props: { acl: "private" } },
  ],
  refuses: [
    {
      title: "a list for the public",
      type: "aws:s3/bucketAcl:BucketAcl",
      props: { acl: "public-read" },
      says: ["acl is public-read. Leave it out: nothing here is for the public."],
    },
    {
      title: "a grant to the public",
      type: "aws:s3/bucketAcl:BucketAcl",
      props: {
        accessControlPolicy: {
          grants: [
            { grantee: { uri: "http://acs.amazonaws.com/groups/global/AllUsers" }, permission: "READ" },
          ],
        },
      },
      says: [`accessControlPolicy.grants ${letsIn}`],
    },
    {
      title: "one to everybody with an account",
      type: "aws:s3/bucket:Bucket",
      props: { grants: [{ uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" }] },
      says: [`grants ${letsIn}`],
    },
  ],
  unknown: [
    {
      title: "the list",
      type: "aws:s3/bucketObject:BucketObject",
      props: { acl: UNKNOWN, key: "k" },
      says: [notKnown("acl")],
    },
    {
      title: "the grants",
      type: "aws:s3/bucket:Bucket",
      props: { grants: UNKNOWN },
      says: [notKnown("grants")],
    },
  ],
  ignores: [{ title: "a topic", type: "aws:sns/topic:Topic", props: { acl: "public-read" } }],
});

const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const refusesHttp = {
  Effect: "Deny",
  Principal: "*",
  Action: ["s3:*"],
  Resource: ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policyOf = (statement: Record<string, unknown>): Record<string, unknown> => ({
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
});
const letsHttpIn = [
  "policy does not refuse plain HTTP. Add a statement: Effect Deny, Principal *, Action s3:*, on the bucket and " +
    'everything in it, Condition {"Bool": {"aws:SecureTransport": "false"}}.',
];

describeRule(tlsOnly, {
  passes: [
    { title: "a policy that denies plain HTTP", type: POLICY, props: policyOf(refusesHttp) },
    {
      title: "one that names everybody as an AWS principal",
      type: POLICY,
      props: policyOf({
        ...refusesHttp,
        Principal: { AWS: "*" },
        Action: "*",
        Condition: { Bool: { "aws:SecureTransport": false } },
      }),
    },
  ],
  refuses: [
    {
      title: "a policy of something else",
      type: POLICY,
      props: policyOf({ ...refusesHttp, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } }),
      says: letsHttpIn,
    },
    {
      title: "one that allows where it should deny",
      type: POLICY,
      props: policyOf({ ...refusesHttp, Effect: "Allow" }),
      says: letsHttpIn,
    },
    {
      title: "one for a single user",
      type: POLICY,
      props: policyOf({ ...refusesHttp, Principal: { AWS: "arn:aws:iam::111111111111:user/a" } }),
      says: letsHttpIn,
    },
    {
      title: "one for reading alone",
      type: POLICY,
      props: policyOf({ ...refusesHttp, Action: "s3:GetObject" }),
      says: letsHttpIn,
    },
    {
      title: "one under another condition besides",
      type: POLICY,
      props: policyOf({
        ...refusesHttp,
        Condition: { ...refusesHttp.Condition, StringEquals: { "aws:SourceVpc": "vpc-1" } },
      }),
      says: letsHttpIn,
    },
  ],
  unknown: [{ title: "the policy", type: POLICY, props: { policy: UNKNOWN }, says: [notKnown("policy")] }],
  ignores: [{ title: "a queue's", type: "aws:sqs/queuePolicy:QueuePolicy", props: { policy: "{}" } }],
});

const reportsBucket: Member = { type: "aws:s3/bucket:Bucket", name: "reports", props: { bucket: "reports" } };

describeStackRule(versioned, {
  passes: [
    {
      title: "a bucket with versioning beside it",
      members: [reportsBucket, { type: VERSIONING, name: "versioning", props: { bucket: "reports" } }],
    },
  ],
  refuses: [{ title: "a bucket alone", members: [reportsBucket], about: ["reports"] }],
  unknown: [
    {
      title: "whose versioning it is",
      members: [
        { ...reportsBucket, props: { bucket: UNKNOWN } },
        { type: VERSIONING, name: "versioning", props: { bucket: UNKNOWN } },
      ],
      about: ["reports"],
    },
  ],
  ignores: [{ title: "a queue", members: [{ type: "aws:sqs/queue:Queue", name: "mail", props: {} }] }],
});

describe("rules over the buckets of a stack", () => {
  const bucket: Member = { type: "aws:s3/bucket:Bucket", name: "reports", props: { bucket: "reports-dev" } };
  const beside = (type: string, more: Partial<Member> = {}): Member => ({
    type,
    name: `reports-${type.split(":")[2] ?? ""}`,
    props: { bucket: UNKNOWN },
    from: { bucket: ["reports"] },
    ...more,
  });

  for (const [rule, type, advice] of [
    [
      publicAccessBlocked,
      BLOCK,
      "BucketPublicAccessBlock beside it. Add one with all four switches on: it holds against policies and access lists alike.",
    ],
    [
      versioned,
      VERSIONING,
      "BucketVersioning, BucketVersioningV2 beside it. Add one with status Enabled: without it, what is overwritten or deleted is gone at once.",
    ],
    [
      encrypted,
      ENCRYPTION,
      "BucketServerSideEncryptionConfiguration, BucketServerSideEncryptionConfigurationV2 beside it. Add one: S3 encrypts everything, but with which key is for the bucket to say.",
    ],
    [
      tlsOnly,
      POLICY,
      "BucketPolicy beside it. Add one that denies everybody s3:* where aws:SecureTransport is false.",
    ],
  ] as const) {
    it(`${rule.name} asks for one beside each bucket`, async () => {
      expect(await stackViolations(rule, [bucket])).to.deep.equal([
        [`bucket reports has none of ${advice}`, "reports"],
      ]);
      expect(await stackViolations(rule, [bucket, beside(type)])).to.deep.equal([]);
      expect(await stackViolations(rule, [])).to.deep.equal([]);
    });

    it(`${rule.name} finds it by name too, and takes none that is another bucket's`, async () => {
      const byName = beside(type, { props: { bucket: "reports-dev" }, from: {} });
      expect(await stackViolations(rule, [bucket, byName])).to.deep.equal([]);
      const anothers = beside(type, { props: { bucket: "other" }, from: {} });
      expect(await stackViolations(rule, [bucket, anothers])).to.have.lengthOf(1);
      const unknown = beside(type, { props: { bucket: UNKNOWN }, from: {} });
      expect(
        await stackViolations(rule, [{ ...bucket, props: { bucket: UNKNOWN } }, unknown]),
      ).to.have.lengthOf(1);
    });
  }

  it("s3/versioned asks for nothing at guard level disposable", async () => {
    expect(await stackViolations(versioned, [bucket], contextOf("disposable"))).to.deep.equal([]);
  });
});

import { expect } from "chai";
import { ciApplyPolicy } from "../../guard/rules/ci-permissions";
import { ciProviderArn, ciTrust as trustOf } from "../../guard/rules/ci-roles";
import { ciTrust } from "../../policies/rules/iam/ci-trust";
import { noAdministrators } from "../../policies/rules/iam/no-administrators";
import { noPublicPrincipals } from "../../policies/rules/iam/no-public-principals";
import { permissionsBoundary } from "../../policies/rules/iam/permissions-boundary";
import { noWildcards } from "../../policies/rules/iam/no-wildcards";
import { BOUNDARY, CI, contextOf, stackViolations, UNKNOWN, violations } from "./harness";
import { describeRule, notKnown } from "./table";

const USER_POLICY = "aws:iam/userPolicy:UserPolicy";
const ROLE = "aws:iam/role:Role";
const table = "arn:aws:dynamodb:eu-west-1:111111111111:table/dev_reports";

interface Statement {
  readonly Sid?: string;
  readonly Effect?: "Allow" | "Deny";
  readonly [element: string]: unknown;
}

function document(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}

function policy(...statements: readonly Statement[]): { type: string; props: Record<string, unknown> } {
  return { type: USER_POLICY, props: { policy: document(...statements) } };
}

const nameIt = "Name what it is allowed on: an ARN with at least the beginning of a name.";
const unreadable = (property: string): string =>
  `${property} is not known before the run, so it is refused. Make the document of names that are known (ARNs of account, region and fixed names), not of outputs of resources that are still to be made.`;

describeRule(permissionsBoundary, {
  passes: [{ title: "a role that has it", type: ROLE, props: { permissionsBoundary: BOUNDARY } }],
  refuses: [
    {
      title: "a user without one",
      type: "aws:iam/user:User",
      props: {},
      says: [`permissionsBoundary is not set, and groundwork:iam names ${BOUNDARY}.`],
    },
    {
      title: "a role with another",
      type: ROLE,
      props: { permissionsBoundary: "arn:aws:iam::111111111111:policy/wide" },
      says: [
        `permissionsBoundary is "arn:aws:iam::111111111111:policy/wide", and groundwork:iam names ${BOUNDARY}.`,
      ],
    },
  ],
  unknown: [
    {
      title: "a role whose boundary is still to be made",
      type: ROLE,
      props: { permissionsBoundary: UNKNOWN },
      says: [notKnown("permissionsBoundary")],
    },
  ],
  ignores: [{ title: "a policy, which has none", type: USER_POLICY, props: {} }],
});

/** The trust policy of a role of CI, with something else in it. */
function otherTrust(change: (text: string) => string): Record<string, unknown> {
  return { name: "groundwork-dev-ci-plan", assumeRolePolicy: change(trustOf(CI, "plan")) };
}
const notMade = (what: string): string =>
  `assumeRolePolicy of groundwork-dev-ci-plan is not the one that groundwork:ci makes: ${what}. Change groundwork:ci in place of it.`;
const stranger = document({
  Principal: { Federated: ciProviderArn(CI) },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:example/*" } },
});

describeRule(ciTrust, {
  passes: [
    { title: "the role that reads", type: ROLE, props: otherTrust((text) => text) },
    {
      title: "the role that changes, its policy written in another way",
      type: ROLE,
      props: {
        name: "groundwork-dev-ci-apply",
        assumeRolePolicy: JSON.stringify(JSON.parse(trustOf(CI, "apply")), undefined, 2),
      },
    },
    {
      title: "a role of machines",
      type: ROLE,
      props: { assumeRolePolicy: document({ Principal: { Service: "ec2.amazonaws.com" } }) },
    },
  ],
  refuses: [
    {
      title: "a subject with a wildcard",
      type: ROLE,
      props: otherTrust((text) => text.replace("StringEquals", "StringLike").replace(":pull_request", ":*")),
      says: [
        notMade(
          'StringLike of the subject ["repo:example/infrastructure:*","repo:example/infrastructure:ref:refs/heads/main"]',
        ),
      ],
    },
    {
      title: "an account besides",
      type: ROLE,
      props: otherTrust((text) => {
        const { Statement, ...rest } = JSON.parse(text) as { Statement: unknown[] };
        const more = {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::222222222222:root" },
          Action: "sts:AssumeRole",
        };
        return JSON.stringify({ ...rest, Statement: [...Statement, more] });
      }),
      says: [
        notMade(
          'StringEquals of the subject ["repo:example/infrastructure:pull_request","repo:example/infrastructure:ref:refs/heads/main"], it may be assumed by "arn:aws:iam::222222222222:root"',
        ),
      ],
    },
    {
      title: "another role for GitHub",
      type: ROLE,
      props: { name: "deploy", assumeRolePolicy: stranger },
      says: [
        "assumeRolePolicy lets in jobs of GitHub, and this role is none of groundwork:ci. Use " +
          "arn:aws:iam::111111111111:role/groundwork-dev-ci-plan or arn:aws:iam::111111111111:role/groundwork-dev-ci-apply.",
      ],
    },
  ],
  unknown: [
    {
      title: "a trust policy that is not known yet",
      type: ROLE,
      props: { name: "groundwork-dev-ci-plan", assumeRolePolicy: UNKNOWN },
      says: [notKnown("assumeRolePolicy")],
    },
  ],
  ignores: [{ title: "a policy of a user", type: USER_POLICY, props: { policy: stranger } }],
});

describe("who is CI", () => {
  const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
  const wide =
    "policy: statement Services allows eks:* on *, and among it what gives permissions. Name the actions that are needed.";
  const props = { role: "groundwork-dev-ci-apply", policy: ciApplyPolicy(CI) };

  it("is nobody in a stack without groundwork:ci", async () => {
    const { ci, ...without } = contextOf();
    expect(ci).to.equal(CI);
    expect(
      await violations(ciTrust, { type: ROLE, props: otherTrust((text) => text) }, without),
    ).to.deep.equal([
      "assumeRolePolicy lets in jobs of GitHub, and this role is none of groundwork:ci. Have that section, which makes two roles bound to one repository.",
    ]);
    expect(await violations(noWildcards, { type: ROLE_POLICY, props }, without)).to.include(wide);
  });

  it("has whole services as apply, by the policy that groundwork:ci makes, and nobody else has it", async () => {
    const judge = (changes: Record<string, unknown>): Promise<string[]> =>
      violations(noWildcards, { type: ROLE_POLICY, props: { ...props, ...changes } });
    expect(await judge({})).to.deep.equal([]);
    expect(await judge({ role: "groundwork-dev-ci-plan" })).to.include(wide);
    expect(await judge({ role: UNKNOWN })).to.include(wide);
    expect(await judge({ policy: props.policy.replace('"sqs:*"', '"sqs:*","lambda:*"') })).to.include(wide);
  });
});

describeRule(noWildcards, {
  passes: [
    {
      title: "what a service user of reports may do",
      ...policy(
        { Action: ["dynamodb:Query", "dynamodb:GetItem"], Resource: [table, `${table}/index/*`] },
        { Action: "s3:GetObject", Resource: "arn:aws:s3:::weaveworks-dev-reports/*" },
      ),
    },
    {
      title: "a key that is named by its alias, because its id is not known before it exists",
      ...policy({
        Action: ["kms:Decrypt"],
        Resource: "arn:aws:kms:eu-west-1:111111111111:key/*",
        Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/groundwork-dev-database" } },
      }),
    },
    {
      title: "everything with queues of one prefix",
      ...policy({ Action: "sqs:*", Resource: "arn:aws:sqs:eu-west-1:111111111111:dev_control_*" }),
    },
    {
      title: "what AWS knows no resource for",
      ...policy({
        Action: [
          "sqs:ListQueues",
          "rds:DescribeDBInstances",
          "ecr:GetAuthorizationToken",
          "sts:GetCallerIdentity",
        ],
        Resource: "*",
      }),
    },
    {
      title: "named actions of services that hold no data, on everything",
      ...policy({ Action: ["cloudwatch:PutMetricData", "ec2:DescribeInstances"], Resource: "*" }),
    },
    { title: "what denies", ...policy({ Effect: "Deny", Action: "*", Resource: "*" }) },
    {
      title: "a document that is an object",
      type: USER_POLICY,
      props: { policy: { Statement: { Effect: "Allow", Action: "dynamodb:GetItem", Resource: table } } },
    },
    { title: "a role without policies of its own", type: ROLE, props: {} },
  ],
  refuses: [
    {
      title: "every action",
      ...policy({ Sid: "All", Action: "*", Resource: table }),
      says: ["policy: statement All allows *. Name the actions that are needed."],
    },
    {
      title: "every action of every service",
      ...policy({ Action: ["*:*"], Resource: table }),
      says: ["policy: statement 1 allows *:*. Name the actions that are needed."],
    },
    {
      title: "all of a service on everything, at every level",
      ...policy({ Sid: "Queues", Action: "sqs:*", Resource: "*" }),
      level: "disposable",
      says: [`policy: statement Queues allows sqs:* on *. ${nameIt}`],
    },
    {
      title: "all of a service without data on everything",
      ...policy({ Action: "cloudwatch:*", Resource: "*" }),
      says: [`policy: statement 1 allows cloudwatch:* on *. ${nameIt}`],
    },
    {
      title: "one action on all tables",
      ...policy({ Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:eu-west-1:111111111111:table/*" }),
      says: [
        `policy: statement 1 allows dynamodb:GetItem on arn:aws:dynamodb:eu-west-1:111111111111:table/*. ${nameIt}`,
      ],
    },
    {
      title: "one action on all buckets",
      ...policy({ Action: "s3:GetObject", Resource: ["arn:aws:s3:::*"] }),
      says: [`policy: statement 1 allows s3:GetObject on arn:aws:s3:::*. ${nameIt}`],
    },
    {
      title: "reading every secret",
      ...policy({
        Action: "secretsmanager:GetSecretValue",
        Resource: "arn:aws:secretsmanager:eu-west-1:111111111111:secret:*",
      }),
      says: [
        `policy: statement 1 allows secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:111111111111:secret:*. ${nameIt}`,
      ],
    },
    ...(
      [
        ["every alias", { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/*" } }],
        ["aliases like one", { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/groundwork" } }],
        ["keys without an alias, too", { "ForAllValues:StringEquals": { "kms:ResourceAliases": "alias/a" } }],
        ["any of no alias", { "ForAnyValue:StringEquals": { "kms:ResourceAliases": [] } }],
      ] as const
    ).map(([title, condition]) => ({
      title: `decrypting with all keys on the condition of ${title}`,
      ...policy({
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:eu-west-1:111111111111:key/*",
        Condition: condition,
      }),
      says: [
        "policy: statement 1 allows kms:Decrypt on arn:aws:kms:eu-west-1:111111111111:key/*. Name what it is allowed on: an ARN with the whole id, or a condition on kms:ResourceAliases.",
      ],
    })),
    {
      title: "another service's action on the condition of a key's alias",
      ...policy({
        Action: ["kms:Decrypt", "dynamodb:GetItem"],
        Resource: "*",
        Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/a" } },
      }),
      says: [`policy: statement 1 allows dynamodb:GetItem on *. ${nameIt}`],
    },
    {
      title: "taking every role",
      ...policy({ Action: ["sts:AssumeRole"], Resource: "*" }),
      says: [`policy: statement 1 allows sts:AssumeRole on *. ${nameIt}`],
    },
    {
      title: "everything but",
      ...policy({ NotAction: "iam:*", Resource: "*" }),
      says: ["policy: statement 1 allows everything but its NotAction. Name what it allows in Action."],
    },
    {
      title: "on everything but",
      ...policy({ Action: "dynamodb:GetItem", NotResource: table }),
      says: [
        "policy: statement 1 allows its actions on everything but its NotResource. Name what they are allowed on in Resource.",
      ],
    },
    {
      title: "a policy within a role",
      type: ROLE,
      props: { inlinePolicies: [{ name: "x", policy: document({ Action: "*", Resource: "*" }) }] },
      says: ["inlinePolicies[0].policy: statement 1 allows *. Name the actions that are needed."],
    },
    {
      title: "what is no document",
      type: USER_POLICY,
      props: { policy: "everything" },
      says: ["policy is no policy document: a JSON object with Statement is wanted."],
    },
  ],
  unknown: [
    { title: "the document", type: USER_POLICY, props: { policy: UNKNOWN }, says: [unreadable("policy")] },
    {
      title: "something in it",
      type: USER_POLICY,
      props: { policy: { Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: UNKNOWN }] } },
      says: [unreadable("policy")],
    },
    {
      title: "the policies within a role",
      type: ROLE,
      props: { inlinePolicies: UNKNOWN },
      says: [notKnown("inlinePolicies")],
    },
    {
      title: "one within a role",
      type: ROLE,
      props: { inlinePolicies: [{ name: "x", policy: UNKNOWN }] },
      says: [unreadable("inlinePolicies[0].policy")],
    },
  ],
  ignores: [
    {
      title: "policies of resources",
      type: "aws:s3/bucketPolicy:BucketPolicy",
      props: { policy: document({ Principal: "*", Action: "*", Resource: "*" }) },
    },
  ],
});

const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const forEverybody =
  "is for everybody. Name who it is for in Principal, or narrow it by a condition such as aws:PrincipalOrgID or aws:SourceArn.";

function resourcePolicy(...statements: readonly Statement[]): {
  type: string;
  props: Record<string, unknown>;
} {
  return { type: BUCKET_POLICY, props: { bucket: UNKNOWN, policy: document(...statements) } };
}

describeRule(noPublicPrincipals, {
  passes: [
    {
      title: "one account",
      ...resourcePolicy({
        Principal: { AWS: "arn:aws:iam::111111111111:root" },
        Action: "s3:*",
        Resource: "*",
      }),
    },
    {
      title: "a service",
      ...resourcePolicy({ Principal: { Service: "vpc-flow-logs.amazonaws.com" }, Action: "sts:AssumeRole" }),
    },
    {
      title: "nobody without TLS",
      ...resourcePolicy({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }),
    },
    {
      title: "everybody of an organization",
      ...resourcePolicy({
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
      }),
    },
    { title: "a queue without a policy", type: "aws:sqs/queue:Queue", props: {} },
  ],
  refuses: [
    {
      title: "everybody",
      ...resourcePolicy({ Sid: "Public", Principal: "*", Action: "s3:GetObject", Resource: "*" }),
      says: [`policy: statement Public ${forEverybody}`],
    },
    {
      title: "every account",
      ...resourcePolicy({ Principal: { AWS: ["*"] }, Action: "s3:GetObject", Resource: "*" }),
      says: [`policy: statement 1 ${forEverybody}`],
    },
    {
      title: "everybody but",
      ...resourcePolicy({ NotPrincipal: { AWS: "arn:aws:iam::1:root" }, Action: "s3:GetObject" }),
      says: ["policy: statement 1 is for everybody but its NotPrincipal. Name who it is for in Principal."],
    },
    {
      title: "everybody under a condition that narrows nothing",
      ...resourcePolicy({
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringLike: { "aws:PrincipalArn": "*" }, Bool: { "aws:SecureTransport": "true" } },
      }),
      says: [`policy: statement 1 ${forEverybody}`],
    },
    {
      title: "everybody under a condition that passes without its key",
      ...resourcePolicy({
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringEqualsIfExists: { "aws:SourceAccount": "1" } },
      }),
      says: [`policy: statement 1 ${forEverybody}`],
    },
    {
      title: "a role that everybody may take",
      type: ROLE,
      props: { assumeRolePolicy: document({ Principal: { AWS: "*" }, Action: "sts:AssumeRole" }) },
      says: [`assumeRolePolicy: statement 1 ${forEverybody}`],
    },
    {
      title: "a key for everybody",
      type: "aws:kms/key:Key",
      props: { policy: document({ Principal: "*", Action: "kms:Decrypt", Resource: "*" }) },
      says: [`policy: statement 1 ${forEverybody}`],
    },
  ],
  unknown: [
    { title: "the document", type: BUCKET_POLICY, props: { policy: UNKNOWN }, says: [unreadable("policy")] },
  ],
  ignores: [{ title: "policies of users", ...policy({ Principal: "*", Action: "s3:GetObject" }) }],
});

const ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment";

describeRule(noAdministrators, {
  passes: [
    {
      title: "a policy of one's own",
      type: ATTACHMENT,
      props: { policyArn: "arn:aws:iam::111111111111:policy/AdministratorAccess" },
    },
    {
      title: "one of AWS's for one purpose",
      type: ATTACHMENT,
      props: { policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" },
    },
    ...[
      "AmazonEKS_CNI_Policy",
      "AmazonEC2ContainerRegistryReadOnly",
      "CloudWatchAgentServerPolicy",
      "CloudWatchReadOnlyAccess",
      "SecurityAudit",
      "service-role/AmazonEBSCSIDriverPolicy",
      "service-role/AWSBackupServiceRolePolicyForBackup",
    ].map((policy) => ({
      title: policy,
      type: ATTACHMENT,
      props: { policyArn: `arn:aws:iam::aws:policy/${policy}` },
    })),
    // The stack as a whole says where an ARN comes from that is not known yet: below.
    { title: "one that is still to be made", type: ATTACHMENT, props: { policyArn: UNKNOWN } },
  ],
  refuses: [
    {
      title: "an administrator",
      type: ATTACHMENT,
      props: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      says: [
        "policyArn is arn:aws:iam::aws:policy/AdministratorAccess. Attach a policy that allows only what is needed.",
      ],
    },
    ...[
      "AmazonDynamoDBFullAccess_v2",
      "AmazonEC2ContainerRegistryPowerUser",
      "AmazonEC2FullAccess",
      "AmazonS3ReadOnlyAccess",
      "AWSDataPipeline_FullAccess",
      "IAMFullAccess",
      "ReadOnlyAccess",
      "SecretsManagerReadWrite",
      "job-function/DatabaseAdministrator",
      "service-role/AmazonElasticMapReduceforEC2Role",
    ].map((policy) => ({
      title: policy,
      type: ATTACHMENT,
      props: { policyArn: `arn:aws:iam::aws:policy/${policy}` },
      says: [
        `policyArn is arn:aws:iam::aws:policy/${policy}. Attach a policy that allows only what is needed.`,
      ],
    })),
    {
      title: "all that a role has, as one list",
      type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      props: { roleName: "own", policyArns: ["arn:aws:iam::aws:policy/AmazonEC2FullAccess"] },
      says: [
        "policyArns is arn:aws:iam::aws:policy/AmazonEC2FullAccess. Attach a policy that allows only what is needed.",
      ],
    },
    {
      title: "all of a service, among others of a role",
      type: ROLE,
      props: {
        managedPolicyArns: [
          "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
          "arn:aws:iam::aws:policy/AmazonS3FullAccess",
        ],
      },
      level: "disposable",
      says: [
        "managedPolicyArns is arn:aws:iam::aws:policy/AmazonS3FullAccess. Attach a policy that allows only what is needed.",
      ],
    },
  ],
  unknown: [
    {
      title: "one of several",
      type: ROLE,
      props: { managedPolicyArns: [UNKNOWN, "arn:aws:iam::aws:policy/PowerUserAccess"] },
      says: [
        "managedPolicyArns is arn:aws:iam::aws:policy/PowerUserAccess. Attach a policy that allows only what is needed.",
      ],
    },
  ],
  ignores: [
    {
      title: "a policy",
      type: "aws:iam/policy:Policy",
      props: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    },
  ],
});

describe("rule iam/no-administrators over a stack", () => {
  const own = { type: "aws:iam/policy:Policy", name: "own", props: {} };
  const attachment = { type: ATTACHMENT, name: "attachment", props: { policyArn: UNKNOWN } };
  const unknownArn = (property: string): string =>
    `${property} is not known before the run, and does not come from a policy of this stack, so it is refused. Write the ARN out, or take it from an aws.iam.Policy.`;

  it("passes an unknown ARN that is that of a policy of the stack", async () => {
    expect(
      await stackViolations(noAdministrators, [own, { ...attachment, from: { policyArn: ["own"] } }]),
    ).to.deep.equal([]);
  });

  it("refuses an unknown ARN that comes from somewhere else, or from nowhere", async () => {
    const other = { type: "random:index/randomPet:RandomPet", name: "other", props: {} };
    expect(
      await stackViolations(noAdministrators, [
        own,
        other,
        { ...attachment, from: { policyArn: ["own", "other"] } },
      ]),
    ).to.deep.equal([[unknownArn("policyArn"), "attachment"]]);
    expect(await stackViolations(noAdministrators, [own, attachment])).to.deep.equal([
      [unknownArn("policyArn"), "attachment"],
    ]);
  });

  it("passes what IAM will say of a role's policies, and refuses what the program says of them and is not known", async () => {
    const role = { type: ROLE, name: "role", props: { managedPolicyArns: UNKNOWN } };
    const other = { type: "random:index/randomPet:RandomPet", name: "other", props: {} };
    expect(await stackViolations(noAdministrators, [role])).to.deep.equal([]);
    expect(
      await stackViolations(noAdministrators, [other, { ...role, from: { managedPolicyArns: ["other"] } }]),
    ).to.deep.equal([[unknownArn("managedPolicyArns"), "role"]]);
  });
});

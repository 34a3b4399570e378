import { expect } from "chai";
import { accountAndRegion } from "../../policies/rules/aws/account-and-region";
import { requiredTags } from "../../policies/rules/aws/required-tags";
import { contextOf, providerSettings, TAGS, UNKNOWN, violations } from "./harness";
import { describeRule, notKnown } from "./table";

const PROVIDER = "pulumi:providers:aws";
const QUEUE = "aws:sqs/queue:Queue";

describeRule(accountAndRegion, {
  passes: [
    { title: "the stack's provider", type: PROVIDER, props: providerSettings, provider: null },
    {
      title: "a list that is no text",
      type: PROVIDER,
      props: { region: "eu-west-1", allowedAccountIds: ["111111111111"] },
    },
    { title: "a resource that leaves the region to its provider", type: QUEUE, props: {} },
    { title: "a resource in the stack's region", type: QUEUE, props: { region: "eu-west-1" } },
  ],
  refuses: [
    {
      title: "another region",
      type: PROVIDER,
      props: { ...providerSettings, region: "us-east-1" },
      says: ['region is "us-east-1", not the stack\'s eu-west-1.'],
    },
    {
      title: "another account, more than one, and none, at every level",
      type: PROVIDER,
      props: { ...providerSettings, allowedAccountIds: '["111111111111","222222222222"]' },
      level: "disposable",
      says: [
        'allowedAccountIds is ["111111111111","222222222222"], not exactly the stack\'s account 111111111111: credentials of another account would be taken.',
      ],
    },
    {
      title: "a provider that is bound to nothing",
      type: PROVIDER,
      props: {},
      says: [
        "region is not set, not the stack's eu-west-1.",
        "allowedAccountIds is not set, not exactly the stack's account 111111111111: credentials of another account would be taken.",
      ],
    },
    {
      title: "a provider that does not look where it is",
      type: PROVIDER,
      props: { ...providerSettings, skipRequestingAccountId: "true" },
      says: [
        "skipRequestingAccountId is set. Leave it out: a provider that does not ask which account it is in allows all.",
      ],
    },
    {
      title: "a resource in another region",
      type: QUEUE,
      props: { region: "us-east-1" },
      says: ['region is "us-east-1", not the stack\'s eu-west-1.'],
    },
  ],
  unknown: [
    {
      title: "where a provider points",
      type: PROVIDER,
      props: { region: UNKNOWN, allowedAccountIds: UNKNOWN },
      says: [notKnown("region"), notKnown("allowedAccountIds")],
    },
    { title: "where a resource is", type: QUEUE, props: { region: UNKNOWN }, says: [notKnown("region")] },
  ],
  ignores: [
    { title: "providers of others", type: "pulumi:providers:kubernetes", props: { region: "us-east-1" } },
    {
      title: "resources of others",
      type: "equinix-metal:index/device:Device",
      props: { region: "us-east-1" },
    },
  ],
});

describe("rule aws/account-and-region of a stack whose account could not be read", () => {
  const blind = { ...contextOf(), place: { accountId: undefined, region: undefined } };

  it("refuses every provider and every region", async () => {
    expect(
      await violations(accountAndRegion, { type: PROVIDER, props: providerSettings }, blind),
    ).to.deep.equal([
      "the stack's aws:region and aws:allowedAccountIds could not be read, so no provider can be held to them. Set both in the stack's file.",
    ]);
    expect(
      await violations(accountAndRegion, { type: QUEUE, props: { region: "eu-west-1" } }, blind),
    ).to.deep.equal(["the stack's aws:region could not be read, so the resource cannot be held to it."]);
  });
});

describeRule(requiredTags, {
  passes: [
    { title: "all of them and more", type: QUEUE, props: { tags: { ...TAGS, Name: "mail" } }, provider: {} },
    { title: "what the provider completes", type: QUEUE, props: { tags: { Name: "mail" } } },
    { title: "what takes no tags, under the stack's provider", type: "aws:ec2/route:Route", props: {} },
    {
      title: "tags as a list",
      type: "aws:autoscaling/group:Group",
      props: { tags: Object.entries(TAGS).map(([key, value]) => ({ key, value, propagateAtLaunch: true })) },
    },
  ],
  refuses: [
    {
      title: "missing and other ones",
      type: QUEUE,
      props: { tags: { project: "groundwork", environment: "prod" } },
      provider: { region: "eu-west-1" },
      level: "disposable",
      says: [
        'tags environment is "prod", not "dev"; managed-by is not set, not "groundwork". Leave them to the provider\'s default tags.',
      ],
    },
    {
      title: "one that says something else than its provider",
      type: QUEUE,
      props: { tags: { environment: "prod" } },
      says: ['tags environment is "prod", not "dev". Leave them to the provider\'s default tags.'],
    },
    {
      title: "a list, which gets none from the provider",
      type: "aws:autoscaling/group:Group",
      props: { tags: [{ key: "project", value: "groundwork", propagateAtLaunch: true }] },
      says: [
        'tags environment is not set, not "dev"; managed-by is not set, not "groundwork". Leave them to the provider\'s default tags.',
      ],
    },
    {
      title: "no tags under a provider that adds none",
      type: "aws:ec2/route:Route",
      props: {},
      provider: { region: "eu-west-1" },
      says: [
        "its provider does not add the tags project, environment, managed-by. Use the stack's own provider, which has them as default tags.",
      ],
    },
    {
      title: "no tags under nobody knows which provider",
      type: QUEUE,
      props: {},
      provider: null,
      says: [
        "its provider does not add the tags project, environment, managed-by. Use the stack's own provider, which has them as default tags.",
      ],
    },
  ],
  unknown: [
    { title: "all tags", type: QUEUE, props: { tags: UNKNOWN }, says: [notKnown("tags")] },
    {
      title: "one tag",
      type: QUEUE,
      props: { tags: { ...TAGS, environment: UNKNOWN } },
      says: [notKnown("tags.environment")],
    },
  ],
  ignores: [{ title: "what is not on AWS", type: "kubernetes:core/v1:ConfigMap", props: {} }],
});

describe("rule aws/account-and-region of a stack whose static services are in other regions", () => {
  const context = { ...contextOf(), place: { ...contextOf().place, otherRegions: ["us-west-2"] } };
  const inOregon = { props: { region: "us-west-2" } };

  it("passes machines, their network and what they say of themselves there", async () => {
    for (const type of [
      "aws:ec2/vpc:Vpc",
      "aws:ec2/launchTemplate:LaunchTemplate",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:autoscaling/group:Group",
      "aws:ssm/parameter:Parameter",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:kms/key:Key",
      "aws:kms/alias:Alias",
    ]) {
      expect(await violations(accountAndRegion, { type, ...inOregon }, context), type).to.deep.equal([]);
    }
  });

  it("refuses what holds data there, and machines in a region that no setting names", async () => {
    const says = 'region is "us-west-2", not the stack\'s eu-west-1.';
    expect(await violations(accountAndRegion, { type: QUEUE, ...inOregon }, context)).to.deep.equal([says]);
    expect(
      await violations(
        accountAndRegion,
        { type: "aws:ec2/vpc:Vpc", props: { region: "us-east-1" } },
        context,
      ),
    ).to.deep.equal([says.replace("us-west-2", "us-east-1")]);
  });
});

import { noPublicImages } from "../../policies/rules/ec2/no-public-images";
import { immutableTags } from "../../policies/rules/ecr/immutable-tags";
import { notPublic } from "../../policies/rules/lambda/not-public";
import { noPublicSnapshots } from "../../policies/rules/rds/no-public-snapshots";
import { noPublicDocuments } from "../../policies/rules/ssm/no-public-documents";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const queue = { title: "a queue", type: "aws:sqs/queue:Queue", props: { sharedAccounts: ["all"] } };
const everybody = "has all, which is everybody. Name the accounts that need it.";

const SNAPSHOT = "aws:rds/snapshot:Snapshot";
describeRule(noPublicSnapshots, {
  passes: [
    { title: "a snapshot of one's own", type: SNAPSHOT, props: {} },
    { title: "one for another account", type: SNAPSHOT, props: { sharedAccounts: ["111111111111"] } },
  ],
  refuses: [
    {
      title: "one for everybody",
      type: "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
      props: { sharedAccounts: ["111111111111", "all"] },
      says: [`sharedAccounts ${everybody}`],
    },
  ],
  unknown: [
    {
      title: "for whom",
      type: SNAPSHOT,
      props: { sharedAccounts: [UNKNOWN] },
      says: [notKnown("sharedAccounts")],
    },
  ],
  ignores: [queue],
});

const SHARED_IMAGE = "aws:ec2/amiLaunchPermission:AmiLaunchPermission";
const BUILT_IMAGE = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";
const userGroups = "amiDistributionConfiguration.launchPermission.userGroups";
const distribution = (launchPermission: unknown): Record<string, unknown> => ({
  distributions: [{ region: "eu-west-1", amiDistributionConfiguration: { launchPermission } }],
});
describeRule(noPublicImages, {
  passes: [
    { title: "an image for one account", type: SHARED_IMAGE, props: { accountId: "111111111111" } },
    {
      title: "images that are built for oneself",
      type: BUILT_IMAGE,
      props: { distributions: [{ region: "eu-west-1" }] },
    },
    {
      title: "images for some accounts",
      type: BUILT_IMAGE,
      props: distribution({ userIds: ["111111111111"] }),
    },
  ],
  refuses: [
    {
      title: "an image for everybody",
      type: SHARED_IMAGE,
      props: { group: "all" },
      says: [`group ${everybody}`],
    },
    {
      title: "images that are built for everybody",
      type: BUILT_IMAGE,
      props: distribution({ userGroups: ["all"] }),
      says: [`distributions[0].${userGroups} ${everybody}`],
    },
  ],
  unknown: [
    { title: "for whom", type: SHARED_IMAGE, props: { group: UNKNOWN }, says: [notKnown("group")] },
    {
      title: "for whom they are built",
      type: BUILT_IMAGE,
      props: distribution(UNKNOWN),
      says: [notKnown(`distributions[0].${userGroups}`)],
    },
  ],
  ignores: [queue],
});

const DOCUMENT = "aws:ssm/document:Document";
describeRule(noPublicDocuments, {
  passes: [
    { title: "a document of one's own", type: DOCUMENT, props: {} },
    {
      title: "one for some accounts",
      type: DOCUMENT,
      props: { permissions: { type: "Share", accountIds: "111111111111,222222222222" } },
    },
  ],
  refuses: [
    {
      title: "one for everybody",
      type: DOCUMENT,
      props: { permissions: { type: "Share", accountIds: "All" } },
      says: [`permissions.accountIds ${everybody}`],
    },
  ],
  unknown: [
    {
      title: "for whom",
      type: DOCUMENT,
      props: { permissions: UNKNOWN },
      says: [notKnown("permissions.accountIds")],
    },
  ],
  ignores: [queue],
});

const ADDRESS = "aws:lambda/functionUrl:FunctionUrl";
const PERMISSION = "aws:lambda/permission:Permission";
describeRule(notPublic, {
  passes: [
    { title: "an address for those who sign", type: ADDRESS, props: { authorizationType: "AWS_IAM" } },
    { title: "a permission for a service", type: PERMISSION, props: { principal: "events.amazonaws.com" } },
    {
      title: "one for an organization",
      type: PERMISSION,
      props: { principal: "*", principalOrgId: "o-0123456789" },
    },
    {
      title: "one for a rule that is still to be made",
      type: PERMISSION,
      props: { principal: "*", sourceArn: UNKNOWN },
    },
  ],
  refuses: [
    {
      title: "an address for everybody",
      type: ADDRESS,
      props: { authorizationType: "NONE" },
      says: ["authorizationType is NONE. Set it to AWS_IAM."],
    },
    {
      title: "a permission for everybody",
      type: PERMISSION,
      props: { principal: "*" },
      says: [
        "principal is everybody. Name who may call, or narrow it by sourceArn, sourceAccount or principalOrgId.",
      ],
    },
  ],
  unknown: [
    {
      title: "who may call",
      type: PERMISSION,
      props: { principal: UNKNOWN },
      says: [notKnown("principal")],
    },
    {
      title: "whether they sign",
      type: ADDRESS,
      props: { authorizationType: UNKNOWN },
      says: [notKnown("authorizationType")],
    },
  ],
  ignores: [queue],
});

const REPOSITORY = "aws:ecr/repository:Repository";
describeRule(immutableTags, {
  passes: [
    { title: "tags that stay", type: REPOSITORY, props: { imageTagMutability: "IMMUTABLE" } },
    {
      title: "tags that stay, but for some",
      type: REPOSITORY,
      props: { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" },
    },
  ],
  refuses: [
    {
      title: "what ECR takes where nothing is said",
      type: REPOSITORY,
      props: {},
      says: ["imageTagMutability is not set. Set it to IMMUTABLE."],
    },
  ],
  unknown: [
    {
      title: "whether",
      type: REPOSITORY,
      props: { imageTagMutability: UNKNOWN },
      says: [notKnown("imageTagMutability")],
    },
  ],
  ignores: [queue],
});

import { expect } from "chai";
import { checkNoWildcards } from "../../guard/rules/iam-document";
import { isHarmless } from "../../guard/rules/iam-actions";
import { iamPrefixes } from "../../guard/rules/iam-services";
import { isWide } from "../../guard/rules/iam-resources";
import { statefulTypes } from "../../guard/catalogue/stateful-types";

const account = "eu-west-1:111111111111";

interface Statement {
  readonly actions: string | readonly string[];
  readonly on?: string | readonly string[];
  readonly where?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function messages(...statements: readonly Statement[]): string[] {
  const Statement = statements.map(({ actions, on = "*", where }) => ({
    Effect: "Allow",
    Action: actions,
    Resource: on,
    ...(where === undefined ? {} : { Condition: where }),
  }));
  return checkNoWildcards({ Version: "2012-10-17", Statement }, "policy").map(({ message }) => message);
}

const tagged = { StringEquals: { "aws:ResourceTag/role": "git" } };

describe("an IAM policy on everything, or everything of a kind", () => {
  for (const action of [
    "ec2:DeleteVolume",
    "ec2:DeleteSnapshot",
    "ec2:DetachVolume",
    "ec2:DeregisterImage",
    "ec2:ModifySnapshotAttribute",
    "ec2:CreateTags",
    "ec2:DeleteTags",
    "ec2:TerminateInstances",
    "ec2:RunInstances",
    "ec2:Delete*",
    "ec2:D*",
    "ec2:*Volume",
    "ec2:D?leteVolume",
    "EC2:DELETEVOLUME",
    "Ec2:*",
    "ec2:GetPasswordData",
    "ec2:GetConsole*",
    "eks:DeleteCluster",
    "eks:UpdateClusterConfig",
    "eks:CreateAccessEntry",
    "eks:AssociateAccessPolicy",
    "logs:DeleteLogGroup",
    "logs:PutRetentionPolicy",
    "logs:GetLogEvents",
    "cloudtrail:StopLogging",
    "cloudtrail:DeleteTrail",
    "lambda:UpdateFunctionCode",
    "lambda:GetFunction",
    "lightsail:DeleteRelationalDatabase",
    "glue:DeleteDatabase",
    "glue:GetConnection",
    "cloudformation:CreateStack",
    "rolesanywhere:CreateProfile",
    "sso:AttachManagedPolicyToPermissionSet",
    "organizations:LeaveOrganization",
    "autoscaling:DeleteAutoScalingGroup",
    "elasticloadbalancing:DeleteLoadBalancer",
    "iam:PassRole",
    "iam:CreateUser",
    "sts:AssumeRole",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:List*",
    "s3:Get*",
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParametersByPath",
    "ssm:SendCommand",
    "ssm:Get*",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:BatchGetItem",
    "kms:Decrypt",
    "kms:ScheduleKeyDeletion",
    "sqs:ReceiveMessage",
    "ebs:GetSnapshotBlock",
    "rds-db:connect",
    "kinesis:GetRecords",
    "codecommit:GitPull",
    "cognito-idp:ListUsers",
    "cognito-idp:List*",
    "cognito-idp:DescribeUserPoolClient",
    "a-service-of-tomorrow:DoSomething",
    "a-service-of-tomorrow:GetSomething",
  ]) {
    it(`may not have ${action}`, () => {
      const [message = "", ...more] = messages({ actions: ["ec2:DescribeVolumes", action] });
      expect(message).to.match(/^policy: statement 1 allows /);
      expect(message).to.include(` allows ${action} on *`);
      expect(more).to.deep.equal([]);
    });
  }

  for (const resource of [
    "*",
    "**",
    "?*",
    "*:*",
    "arn:*",
    "arn:aws:ec2:*",
    "arn:*:*:*:*:*",
    "arn:aws:*:*:*:volume/vol-0abc",
    "arn:aws:ec2:*:*:*",
    "arn:aws:ec2:*:*:*/*",
    "arn:aws:ec2:*:*:vol*",
    "arn:aws:ec2:*:*:volume/*",
    "arn:aws:ec2:*:*:volume/vol-*",
    `arn:aws:ec2:${account}:volume/vol-0*`,
    `arn:aws:ec2:${account}:volume/vol-?????????????????`,
    "arn:aws:eks:*:*:*",
    "arn:aws:eks:*:*:cluster/*",
    "arn:aws:eks:*:*:access-entry/*/role/*",
    `arn:aws:dynamodb:${account}:table*`,
    `arn:aws:dynamodb:${account}:table/????*`,
    `arn:aws:dynamodb:${account}:table/*/index/*`,
    `arn:aws:kms:${account}:key/mrk-*`,
    `arn:aws:kms:${account}:alias/*`,
    `arn:aws:logs:${account}:log-group:/*`,
    `arn:aws:logs:${account}:log-group:*:log-stream:*`,
    `arn:aws:ssm:${account}:parameter/*`,
    `arn:aws:secretsmanager:${account}:secret:rds!*`,
    `arn:aws:rds:${account}:snapshot:rds:*`,
    `arn:aws:rds-db:${account}:dbuser:db-*/app`,
    `arn:aws:elasticloadbalancing:${account}:loadbalancer/app/*`,
    `arn:aws:elasticloadbalancing:${account}:targetgroup/*/*`,
    `arn:aws:autoscaling:${account}:autoScalingGroup:*:autoScalingGroupName/*`,
    `arn:aws:wafv2:${account}:regional/webacl/*`,
    "arn:aws:apigateway:*::/restapis/*",
    "arn:aws:organizations::111111111111:account/o-example1/*",
    "arn:aws:route53:::hostedzone/Z*",
    "arn:aws:iam::*:role/*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::*/*",
    `arn:aws:s3:${account}:accesspoint/*`,
    "arn:aws:s3:::${aws:PrincipalAccount}*",
    "arn:aws:dynamodb:*:*:table/${aws:RequestTag/table}",
    `arn:aws:sqs:${account}:*`,
  ]) {
    it(`is one on ${resource}`, () => {
      expect(isWide(resource)).to.equal(true);
    });
  }

  for (const resource of [
    `arn:aws:ec2:${account}:volume/vol-0123456789abcdef0`,
    `arn:aws:ec2:${account}:key-pair/deploy-*`,
    "arn:aws:ec2:*:*:volume/vol-0123456789abcdef0",
    "arn:aws:dynamodb:*:*:table/dev_*",
    `arn:aws:eks:${account}:access-entry/prod/*`,
    `arn:aws:logs:${account}:log-group:/groundwork/dev/*`,
    `arn:aws:ssm:${account}:parameter/groundwork/dev/*`,
    `arn:aws:secretsmanager:${account}:secret:api-??????`,
    `arn:aws:rds-db:${account}:dbuser:db-ABCDEFGH/app_*`,
    `arn:aws:elasticloadbalancing:${account}:targetgroup/api/*`,
    `arn:aws:elasticloadbalancing:${account}:loadbalancer/app/api/*`,
    `arn:aws:autoscaling:${account}:autoScalingGroup:*:autoScalingGroupName/groundwork-dev-*`,
    "arn:aws:s3:::job/*",
    "arn:aws:s3:::home/${aws:username}/*",
    "arn:aws:iam::*:user/${aws:username}",
    `arn:aws:execute-api:${account}:abc123/*`,
    `arn:aws:sqs:${account}:dev_control_*`,
  ]) {
    it(`is none on ${resource}`, () => {
      expect(isWide(resource)).to.equal(false);
    });
  }

  it("is refused with the statement, the action, the resource and what to write instead", () => {
    expect(
      messages(
        { actions: "s3:GetObject", on: "arn:aws:s3:::releases/*" },
        { actions: ["ec2:DescribeVolumes", "ec2:DeleteVolume"], on: "arn:aws:ec2:*:*:*" },
        { actions: "eks:CreateAccessEntry", on: "arn:aws:eks:*:*:cluster/*" },
        { actions: "autoscaling:SuspendProcesses" },
      ),
    ).to.deep.equal([
      "policy: statement 2 allows ec2:DeleteVolume on arn:aws:ec2:*:*:*. Name what it is allowed on: an ARN with the whole id, or a condition on tags such as aws:ResourceTag/role.",
      "policy: statement 3 allows eks:CreateAccessEntry on arn:aws:eks:*:*:cluster/*. Name what it is allowed on: an ARN with at least the beginning of a name.",
      "policy: statement 4 allows autoscaling:SuspendProcesses on *. Name what it is allowed on: an ARN with at least the beginning of a name, or a condition on tags such as aws:ResourceTag/role.",
    ]);
  });

  it("is refused when one of several resources is everything", () => {
    expect(
      messages({ actions: "dynamodb:GetItem", on: [`arn:aws:dynamodb:${account}:table/a`, "*"] }),
    ).to.have.lengthOf(1);
  });

  for (const action of ["*:Delete*", "e?2:DeleteVolume", "ec2*:DeleteVolume", "ec2", ""]) {
    it(`names no service in ${JSON.stringify(action)}, on whatever`, () => {
      expect(
        messages({ actions: action, on: `arn:aws:ec2:${account}:volume/vol-0123456789abcdef0` }),
      ).to.deep.equal([`policy: statement 1 allows ${action}. Name the actions that are needed.`]);
    });
  }

  it("is refused where what it allows cannot be read", () => {
    expect(
      checkNoWildcards({ Statement: [{ Effect: "Allow", action: "*", resource: "*" }] }, "policy").map(
        ({ message }) => message,
      ),
    ).to.deep.equal(["policy: statement 1 has no Action or no Resource that can be read. Name both."]);
  });
});

describe("an IAM policy with a condition on everything", () => {
  const bound: readonly (readonly [string, string, Statement["where"]])[] = [
    ["a tag", "ec2:DeleteVolume", tagged],
    [
      "a tag of the service's own key",
      "autoscaling:SuspendProcesses",
      { StringLike: { "autoscaling:ResourceTag/a": "b-*" } },
    ],
    [
      "a controller's tag that is there",
      "elasticloadbalancing:DeleteLoadBalancer",
      { Null: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "false" } },
    ],
    [
      "a tag that is the caller's own",
      "ec2:StopInstances",
      { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}" } },
    ],
    ["the tag that a new thing gets", "ec2:CreateVolume", { StringEquals: { "aws:RequestTag/role": "git" } }],
    [
      "tagging only what it makes",
      "ec2:CreateTags",
      { StringEquals: { "ec2:CreateAction": "CreateVolume" } },
    ],
    [
      "one cluster of ECS",
      "ecs:StopTask",
      { ArnEquals: { "ecs:cluster": `arn:aws:ecs:${account}:cluster/api` } },
    ],
  ];
  for (const [title, action, where] of bound) {
    it(`passes ${action} with ${title}`, () => {
      expect(messages({ actions: action, ...(where === undefined ? {} : { where }) })).to.deep.equal([]);
    });
  }

  const loose: typeof bound = [
    ["any tag", "ec2:DeleteVolume", { StringLike: { "aws:ResourceTag/role": "*" } }],
    ["a tag that is there", "ec2:DeleteVolume", { Null: { "aws:ResourceTag/role": "false" } }],
    ["a controller's tag that is missing", "ec2:DeleteVolume", { Null: { "aws:ResourceTag/a.b/c": "true" } }],
    [
      "a tag, where there is one",
      "ec2:DeleteVolume",
      { StringEqualsIfExists: { "aws:ResourceTag/role": "git" } },
    ],
    ["all tags but one", "ec2:DeleteVolume", { StringNotEquals: { "aws:ResourceTag/role": "git" } }],
    [
      "one of several values that is any",
      "ec2:DeleteVolume",
      { StringLike: { "aws:ResourceTag/role": ["git", "*"] } },
    ],
    [
      "a tag that the caller chooses",
      "ec2:DeleteVolume",
      { StringEquals: { "aws:ResourceTag/role": "${aws:RequestTag/role}" } },
    ],
    ["the tag that it gets", "ec2:CreateTags", { StringEquals: { "aws:RequestTag/role": "git" } }],
    ["the tag in the request", "ec2:DeleteVolume", { StringEquals: { "aws:RequestTag/role": "git" } }],
    ["a network", "ec2:DeleteVolume", { StringEquals: { "aws:SourceVpce": "vpce-1" } }],
    ["a region", "ec2:DeleteVolume", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } }],
    ["the account", "ec2:DeleteVolume", { StringEquals: { "aws:ResourceAccount": "111111111111" } }],
    ["a second factor", "ec2:DeleteVolume", { Bool: { "aws:MultiFactorAuthPresent": "true" } }],
    ["all of a service with a tag", "ec2:*", tagged],
    ["a tag where there are names", "dynamodb:GetItem", tagged],
    ["a tag of a cluster", "eks:CreateAccessEntry", tagged],
    [
      "the service that a role is passed to",
      "iam:PassRole",
      { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
    ],
  ];
  for (const [title, action, where] of loose) {
    it(`refuses ${action} with ${title}`, () => {
      const [message = ""] = messages({ actions: action, ...(where === undefined ? {} : { where }) });
      expect(message).to.match(/^policy: statement 1 allows /);
      expect(message).to.include(` allows ${action} on *. Name what it is allowed on`);
    });
  }
});

describe("an IAM policy that gives permissions", () => {
  const role = "arn:aws:iam::111111111111:role/own";

  for (const [action, on] of [
    ["iam:*", role],
    ["IAM:P*", role],
    ["iam:*Role*", role],
    ["sts:*", role],
    ["kms:*", `arn:aws:kms:${account}:key/0b6f7a0e-0000-4000-8000-000000000000`],
    ["eks:*", `arn:aws:eks:${account}:cluster/prod`],
    ["organizations:*", "arn:aws:organizations::111111111111:account/o-example1/222222222222"],
  ] as const) {
    it(`has no wildcard in ${action}, on one thing either`, () => {
      expect(messages({ actions: action, on })).to.deep.equal([
        `policy: statement 1 allows ${action} on ${on}, and among it what gives permissions. Name the actions that are needed.`,
      ]);
    });
  }

  for (const action of ["iam:AttachRolePolicy", "iam:putrolepolicy", "iam:CreatePolicyVersion"]) {
    it(`does not give whatever it likes by ${action} on one thing`, () => {
      expect(messages({ actions: ["iam:GetRole", action], on: role, where: tagged })).to.deep.equal([
        `policy: statement 1 allows ${action} on ${role}, with which it gives every permission. Say in a condition which policy (iam:PolicyARN), or under which boundary (iam:PermissionsBoundary).`,
      ]);
    });
  }

  it("gives what a condition says, and no more", () => {
    const attach = (policies: string): string[] =>
      messages({
        actions: "iam:AttachRolePolicy",
        on: role,
        where: { ArnEquals: { "iam:PolicyARN": policies } },
      });
    expect(attach("arn:aws:iam::111111111111:policy/app-reader")).to.deep.equal([]);
    expect(attach("arn:aws:iam::aws:policy/*")).to.have.lengthOf(1);
  });
});

/** What is in use elsewhere, from the makers' own documents where they have one. */
const inUse: Readonly<Record<string, readonly Statement[]>> = {
  "the CloudWatch agent": [
    {
      actions: [
        "cloudwatch:PutMetricData",
        "ec2:DescribeVolumes",
        "ec2:DescribeTags",
        "logs:PutLogEvents",
        "logs:DescribeLogStreams",
        "logs:DescribeLogGroups",
        "logs:CreateLogStream",
        "logs:CreateLogGroup",
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:GetSamplingStatisticSummaries",
      ],
    },
    { actions: "ssm:GetParameter", on: "arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*" },
  ],
  "the agent of Systems Manager": [
    {
      actions: [
        "ssm:DescribeAssociation",
        "ssm:GetDeployablePatchSnapshotForInstance",
        "ssm:GetDocument",
        "ssm:DescribeDocument",
        "ssm:GetManifest",
        "ssm:ListAssociations",
        "ssm:ListInstanceAssociations",
        "ssm:PutInventory",
        "ssm:PutComplianceItems",
        "ssm:PutConfigurePackageResult",
        "ssm:UpdateAssociationStatus",
        "ssm:UpdateInstanceAssociationStatus",
        "ssm:UpdateInstanceInformation",
      ],
    },
    { actions: ["ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel", "ec2messages:*"] },
  ],
  "a heartbeat of machines": [
    { actions: "ssm:UpdateInstanceInformation", on: `arn:aws:ec2:${account}:instance/i-*` },
  ],
  "pulling from one repository": [
    { actions: "ecr:GetAuthorizationToken" },
    {
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      on: `arn:aws:ecr:${account}:repository/api`,
    },
  ],
  "pulling from the public registry": [
    { actions: ["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"] },
  ],
  "a lifecycle hook of one group": [
    {
      actions: ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
      on: `arn:aws:autoscaling:${account}:autoScalingGroup:*:autoScalingGroupName/api`,
    },
  ],
  "objects of one bucket": [
    { actions: "s3:ListBucket", on: "arn:aws:s3:::reports" },
    { actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], on: "arn:aws:s3:::reports/*" },
    { actions: ["s3:ListAllMyBuckets", "s3:GetBucketLocation"] },
  ],
  "everything with one bucket's objects": [{ actions: "s3:*", on: "arn:aws:s3:::scratch/*" }],
  "one's own folder": [
    { actions: ["s3:GetObject", "s3:PutObject"], on: "arn:aws:s3:::home/${aws:username}/*" },
  ],
  "the log of one group": [
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      on: `arn:aws:logs:${account}:log-group:/app/api:*`,
    },
  ],
  "a Lambda function's log": [
    { actions: "logs:CreateLogGroup", on: `arn:aws:logs:${account}:*` },
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      on: `arn:aws:logs:${account}:log-group:/aws/lambda/f:*`,
    },
  ],
  "one table and its indexes": [
    {
      actions: [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
      ],
      on: [`arn:aws:dynamodb:${account}:table/reports`, `arn:aws:dynamodb:${account}:table/reports/index/*`],
    },
  ],
  "looking at EC2": [{ actions: ["ec2:Describe*", "ec2:DESCRIBEVOLUMES", "ec2:Describe????????"] }],
  "an inventory of the account": [
    {
      actions: [
        "tag:GetResources",
        "iam:Get*",
        "iam:List*",
        "rds:Describe*",
        "rds:List*",
        "dynamodb:List*",
        "dynamodb:Describe*",
        "kms:List*",
        "kms:Describe*",
        "kms:GetKeyPolicy",
        "sqs:ListQueues",
        "sqs:GetQueueAttributes",
        "sns:List*",
        "lambda:List*",
        "eks:List*",
        "eks:Describe*",
        "cloudtrail:LookupEvents",
        "servicequotas:Get*",
        "ce:GetCostAndUsage",
        "organizations:Describe*",
        "secretsmanager:ListSecrets",
        "secretsmanager:DescribeSecret",
      ],
    },
  ],
  "Grafana's metrics": [
    {
      actions: [
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListMetrics",
        "cloudwatch:GetMetricData",
        "cloudwatch:GetMetricStatistics",
        "ec2:DescribeRegions",
        "tag:GetResources",
        "pricing:GetProducts",
      ],
    },
  ],
  "the cluster autoscaler": [
    {
      actions: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
        "eks:DescribeNodegroup",
      ],
    },
    {
      actions: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      where: {
        StringEquals: {
          "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
          "aws:ResourceTag/k8s.io/cluster-autoscaler/prod": "owned",
        },
      },
    },
  ],
  "the load balancer controller, as far as conditions bind it": [
    {
      actions: [
        "ec2:DescribeVpcs",
        "ec2:GetCoipPoolUsage",
        "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeListeners",
        "acm:ListCertificates",
        "acm:DescribeCertificate",
        "iam:ListServerCertificates",
        "iam:GetServerCertificate",
        "wafv2:GetWebACL",
        "wafv2:GetWebACLForResource",
        "shield:GetSubscriptionState",
      ],
    },
    {
      actions: "ec2:CreateTags",
      on: "arn:aws:ec2:*:*:security-group/*",
      where: {
        StringEquals: { "ec2:CreateAction": "CreateSecurityGroup" },
        Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "false" },
      },
    },
    {
      actions: ["ec2:CreateTags", "ec2:DeleteTags"],
      on: "arn:aws:ec2:*:*:security-group/*",
      where: {
        Null: {
          "aws:RequestTag/elbv2.k8s.aws/cluster": "true",
          "aws:ResourceTag/elbv2.k8s.aws/cluster": "false",
        },
      },
    },
    {
      actions: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      where: { Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "false" } },
    },
    {
      actions: [
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        "elasticloadbalancing:DeleteLoadBalancer",
        "ec2:DeleteSecurityGroup",
      ],
      where: { Null: { "aws:ResourceTag/elbv2.k8s.aws/cluster": "false" } },
    },
    {
      actions: "elasticloadbalancing:AddTags",
      on: [
        "arn:aws:elasticloadbalancing:*:*:targetgroup/*/*",
        "arn:aws:elasticloadbalancing:*:*:loadbalancer/net/*/*",
      ],
      where: {
        StringEquals: { "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"] },
        Null: { "aws:RequestTag/elbv2.k8s.aws/cluster": "false" },
      },
    },
  ],
  "the EBS CSI driver, as far as conditions bind it": [
    {
      actions: [
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeInstances",
        "ec2:DescribeSnapshots",
        "ec2:DescribeVolumes",
      ],
    },
    {
      actions: "ec2:CreateVolume",
      on: "arn:aws:ec2:*:*:volume/*",
      where: { StringLike: { "aws:RequestTag/ebs.csi.aws.com/cluster": "true" } },
    },
    {
      actions: "ec2:CreateTags",
      on: ["arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:snapshot/*"],
      where: { StringEquals: { "ec2:CreateAction": ["CreateVolume", "CreateSnapshot"] } },
    },
    {
      actions: "ec2:DeleteVolume",
      on: "arn:aws:ec2:*:*:volume/*",
      where: { StringLike: { "ec2:ResourceTag/ebs.csi.aws.com/cluster": "true" } },
    },
    {
      actions: "ec2:DeleteVolume",
      on: "arn:aws:ec2:*:*:volume/*",
      where: { StringLike: { "ec2:ResourceTag/kubernetes.io/created-for/pvc/name": "*" } },
    },
  ],
  "Karpenter's machines": [
    {
      actions: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      on: ["arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:launch-template/*"],
      where: {
        StringEquals: { "aws:ResourceTag/kubernetes.io/cluster/prod": "owned" },
        StringLike: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
      },
    },
    { actions: "ssm:GetParameter", on: "arn:aws:ssm:eu-west-1::parameter/aws/service/*" },
    { actions: "pricing:GetProducts" },
  ],
  "external-dns on one zone": [
    { actions: "route53:ChangeResourceRecordSets", on: "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ" },
    {
      actions: ["route53:ListHostedZones", "route53:ListResourceRecordSets", "route53:ListTagsForResources"],
    },
  ],
  "cert-manager on one zone": [
    { actions: "route53:GetChange", on: "arn:aws:route53:::change/*" },
    {
      actions: ["route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"],
      on: "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
    },
    { actions: "route53:ListHostedZonesByName" },
  ],
  "secrets by their names": [
    {
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      on: `arn:aws:secretsmanager:${account}:secret:api-??????`,
    },
  ],
  "one key": [
    {
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
      on: `arn:aws:kms:${account}:key/0b6f7a0e-0000-4000-8000-000000000000`,
    },
  ],
  "taking and passing one role": [
    { actions: ["iam:PassRole", "iam:GetRole"], on: "arn:aws:iam::111111111111:role/task" },
    { actions: "sts:AssumeRole", on: "arn:aws:iam::222222222222:role/reader" },
  ],
  "one's own access keys": [
    {
      actions: ["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:ListAccessKeys"],
      on: "arn:aws:iam::*:user/${aws:username}",
    },
  ],
  "deploying one function": [
    {
      actions: ["lambda:GetFunction", "lambda:UpdateFunctionCode"],
      on: `arn:aws:lambda:${account}:function:api`,
    },
  ],
  "deploying one service of ECS": [
    { actions: ["ecs:DescribeServices", "ecs:UpdateService"], on: `arn:aws:ecs:${account}:service/prod/api` },
  ],
  "a topic and a queue": [
    { actions: "sns:Publish", on: `arn:aws:sns:${account}:alarms` },
    {
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl"],
      on: `arn:aws:sqs:${account}:jobs`,
    },
  ],
  "a log-in to one database": [
    { actions: "rds-db:connect", on: `arn:aws:rds-db:${account}:dbuser:db-ABCDEFGHIJKL/app` },
  ],
  "kubectl on one cluster": [
    {
      actions: ["eks:DescribeCluster", "eks:AccessKubernetesApi"],
      on: `arn:aws:eks:${account}:cluster/prod`,
    },
  ],
  "an access entry of one cluster": [
    {
      actions: ["eks:CreateAccessEntry", "eks:DescribeAccessEntry"],
      on: `arn:aws:eks:${account}:cluster/prod`,
    },
  ],
  "targets of one group": [
    {
      actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      on: `arn:aws:elasticloadbalancing:${account}:targetgroup/api/*`,
    },
  ],
};

describe("an IAM policy in use elsewhere", () => {
  for (const [title, statements] of Object.entries(inUse)) {
    it(`passes for ${title}`, () => {
      expect(messages(...statements)).to.deep.equal([]);
    });
  }
});

describe("the services of the guard's table", () => {
  const types = statefulTypes.map(({ type }) => type).filter((type) => type.startsWith("aws:"));

  it("each have a prefix in IAM", () => {
    expect(types.filter((type) => iamPrefixes(type).length === 0)).to.deep.equal([]);
    expect(iamPrefixes("aws:ebs/volume:Volume")).to.deep.equal(["ec2", "ebs"]);
    expect(iamPrefixes("aws:cloudwatch/logGroup:LogGroup")).to.deep.equal(["events", "logs"]);
    expect(iamPrefixes("aws:mwaa/environment:Environment")).to.deep.equal(["airflow"]);
    expect(iamPrefixes("aws:tomorrow/database:Database")).to.deep.equal([]);
  });

  it("let nobody make, change, delete, share or read on everything", () => {
    const verbs =
      "Create Delete Update Put Modify Remove Stop Start Restore Copy Share Attach Detach Tag Untag Batch Get Read Query Invoke Send";
    const passing = [...new Set(types.flatMap((type) => iamPrefixes(type)))].flatMap((service) =>
      verbs
        .split(" ")
        .flatMap((verb) => [`${service}:${verb}*`, `${service}:${verb}Anything`])
        .concat(`${service}:*`)
        .filter(isHarmless),
    );
    // What describes a zone of the DNS is in the DNS.
    expect(passing).to.deep.equal(["route53:Get*", "route53:GetAnything"]);
  });
});

import { ciProviderArn, ciRoleArn, ciRoleKinds, type CiIdentity } from "./ci-roles";

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Services that the program makes something of, in the region that it is asked of. A test compares them with the committed stacks. */
const regional = (
  "acm application-autoscaling autoscaling backup cloudwatch dlm dynamodb ec2 ecr eks elasticloadbalancing imagebuilder kms logs rds s3 " +
  "secretsmanager sqs ssm tag"
).split(" ");

/** Whom the program gives roles to. Source: the pages "service-linked roles" and "service roles" of each service. */
const passedTo =
  "application-autoscaling autoscaling backup dlm ec2 eks imagebuilder monitoring.rds pods.eks ssm vpc-flow-logs".split(
    " ",
  );

/** What names of the program's roles and instance profiles begin with: the parts that make them. A test compares them with the committed stacks. */
const parts = "cluster database fleets network static-services worker-groups workloads".split(" ");

/** What a preview, a refresh, `drift`, `doctor` and `releases` ask. It shows how things are, and not what is in them. */
const looking = `
  acm:DescribeCertificate acm:ListTagsForCertificate
  application-autoscaling:Describe* application-autoscaling:ListTagsForResource
  autoscaling:Describe*
  backup:Describe* backup:GetBackupPlan backup:GetBackupSelection backup:ListTags
  cloudwatch:Describe* cloudwatch:GetMetricData cloudwatch:ListTagsForResource
  dynamodb:Describe* dynamodb:ListTagsOfResource
  ec2:Describe*
  ecr:DescribeImages ecr:DescribePullThroughCacheRules
  eks:Describe* eks:List*
  elasticloadbalancing:Describe*
  iam:Get* iam:List*
  imagebuilder:List*
  kms:Describe* kms:Get*Policy kms:GetKeyRotationStatus kms:List*
  logs:Describe* logs:ListTagsForResource
  rds:Describe* rds:ListTagsForResource
  route53:Get* route53:List*
  s3:GetAccelerateConfiguration s3:GetBucket* s3:GetEncryptionConfiguration s3:GetLifecycleConfiguration
  s3:GetReplicationConfiguration s3:ListAllMyBuckets s3:ListTagsForResource
  secretsmanager:Describe* secretsmanager:Get*Policy secretsmanager:ListSecretVersionIds
  servicequotas:Get* servicequotas:List*
  sns:GetTopicAttributes
  sqs:GetQueue* sqs:ListQueueTags sqs:ListQueues
  ssm:Describe* ssm:GetDocument ssm:ListTagsForResource
  sts:GetCallerIdentity
  tag:Get*
`
  .trim()
  .split(/\s+/);

/**
 * What the role `plan` may do: look at everything, read what the program wrote into parameters and secrets of the stack's own,
 * read the state and decrypt. It writes nothing: a preview takes no lock of the state.
 *
 * @param buckets Names of the stack's buckets. To ask whether one is there takes the permission to list it.
 * @param named Secrets of others that workloads have: names or ARNs. A preview reads them.
 */
export function ciPlanPolicy(ci: CiIdentity, buckets: readonly string[], named: readonly string[]): string {
  const { accountId, partition, project, stack } = ci;
  const database = `${project}-${stack}-database`;
  const s3 = (name: string): string => `arn:${partition}:s3:::${name}`;
  const own = (service: string, name: string): string[] =>
    ci.regions.map((region) => `arn:${partition}:${service}:${region}:${accountId}:${name}`);
  return document([
    allow("Look", looking, ["*"]),
    allow(
      "ReadParameters",
      ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
      [
        ...own("ssm", `parameter/${project}/${stack}/*`),
        ...ci.regions.map((region) => `arn:${partition}:ssm:${region}::parameter/aws/service/*`),
      ],
    ),
    allow(
      "ReadSecrets",
      ["secretsmanager:GetSecretValue"],
      [
        ...own("secretsmanager", `secret:${database}*`),
        // Secrets Manager appends a hyphen and six characters to each name.
        ...named.flatMap((secret) =>
          secret.startsWith("arn:") ? [secret] : own("secretsmanager", `secret:${secret}-??????`),
        ),
      ],
    ),
    // Those of the database are under its key, whose id nobody knows before it is there.
    allow("DecryptSecrets", ["kms:Decrypt"], own("kms", "key/*"), {
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${database}` },
      StringEquals: {
        "kms:ViaService": ci.regions.map((region) => `secretsmanager.${region}.amazonaws.com`),
      },
    }),
    allow(
      "ReadImages",
      [
        "Component",
        "DistributionConfiguration",
        "ImagePipeline",
        "ImageRecipe",
        "InfrastructureConfiguration",
      ].map((what) => `imagebuilder:Get${what}`),
      [
        ...["component", "image-pipeline", "image-recipe"].map((kind) => `${kind}/${project}-${stack}-*`),
        ...["distribution", "infrastructure"].map((kind) => `${kind}-configuration/worker-groups-*`),
      ].flatMap((name) => own("imagebuilder", name)),
    ),
    allow(
      "ReadSnapshotRules",
      ["dlm:GetLifecyclePolicy", "dlm:ListTagsForResource"],
      own("dlm", "policy/policy-*"),
    ),
    ...(buckets.length === 0 ? [] : [allow("FindBuckets", ["s3:ListBucket"], buckets.map(s3))]),
    ...state(ci, ["s3:GetObject", "s3:GetObjectVersion"]),
    ...secrets(ci, ["kms:Decrypt"]),
  ]);
}

/**
 * What the role `apply` may do: everything in the services that the program makes something of, in the stack's regions; roles,
 * users and policies with the program's names, at the stack's path and under its boundary; and nothing to itself, to `plan`, to the
 * provider, to the boundary, or to what keeps the state.
 *
 * It is wide, because a program that makes and removes everything has to be. With a boundary it makes nothing that goes beyond
 * that; without one it can give itself everything, by a role that it makes. No role of somebody else can become its own.
 */
export function ciApplyPolicy(ci: CiIdentity): string {
  const { accountId, partition, path, permissionsBoundary, project, stack } = ci;
  const iam = (what: string): string => `arn:${partition}:iam::${accountId}:${what}`;
  const roles = parts.map((part) => iam(`role${path}${part}-*`));
  const users = iam(`user${path}${project}/${stack}/*`);
  const policies = iam(`policy${path}${project}/${stack}/*`);
  const profiles = parts.map((part) => iam(`instance-profile${path}${part}-*`));
  const bounded =
    permissionsBoundary === undefined
      ? undefined
      : { StringEquals: { "iam:PermissionsBoundary": permissionsBoundary } };
  const dns = (service: string): string => `${service}.amazonaws.com`;
  return document([
    allow(
      "Services",
      regional.map((service) => `${service}:*`),
      ["*"],
      { StringEquals: { "aws:RequestedRegion": ci.regions } },
    ),
    allow(
      "WithoutRegion",
      [
        "iam:Get*",
        "iam:List*",
        "route53:*",
        "s3:ListAllMyBuckets",
        "servicequotas:Get*",
        "servicequotas:List*",
        "sts:DecodeAuthorizationMessage",
        "sts:GetCallerIdentity",
      ],
      ["*"],
    ),
    allow(
      "GivePermissions",
      `
        iam:AttachRolePolicy iam:AttachUserPolicy iam:CreateRole iam:CreateUser iam:PutRolePermissionsBoundary iam:PutRolePolicy
        iam:PutUserPermissionsBoundary iam:PutUserPolicy
      `
        .trim()
        .split(/\s+/),
      [...roles, users],
      bounded,
    ),
    allow(
      "KeepRoles",
      `
        iam:AddRoleToInstanceProfile iam:CreateAccessKey iam:CreateInstanceProfile iam:CreatePolicy iam:CreatePolicyVersion
        iam:DeleteAccessKey iam:DeleteInstanceProfile iam:DeletePolicy iam:DeletePolicyVersion iam:DeleteRole iam:DeleteRolePolicy
        iam:DeleteUser iam:DeleteUserPolicy iam:DetachRolePolicy iam:DetachUserPolicy iam:RemoveRoleFromInstanceProfile
        iam:SetDefaultPolicyVersion iam:TagInstanceProfile iam:TagPolicy iam:TagRole iam:TagUser iam:UntagInstanceProfile
        iam:UntagPolicy iam:UntagRole iam:UntagUser iam:UpdateAccessKey iam:UpdateAssumeRolePolicy iam:UpdateRole
        iam:UpdateRoleDescription iam:UpdateUser
      `
        .trim()
        .split(/\s+/),
      [...roles, users, policies, ...profiles],
    ),
    allow("GiveRoles", ["iam:PassRole"], roles, {
      StringEquals: { "iam:PassedToService": passedTo.map(dns) },
    }),
    allow("RolesOfServices", ["iam:CreateServiceLinkedRole"], [iam("role/aws-service-role/*")]),
    ...state(ci, ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]),
    ...secrets(ci, ["kms:Decrypt", "kms:Encrypt"]),
    deny(
      "NotItself",
      [
        "Add",
        "Attach",
        "Create",
        "Delete",
        "Detach",
        "Pass",
        "Put",
        "Remove",
        "Set",
        "Tag",
        "Untag",
        "Update",
      ].map((verb) => `iam:${verb}*`),
      [
        ...ciRoleKinds.map((kind) => ciRoleArn(ci, kind)),
        ciProviderArn(ci),
        ...(permissionsBoundary === undefined ? [] : [permissionsBoundary]),
      ],
    ),
    ...keepsState(ci),
    // RDS keeps the master user's: nothing that a run does reads it, and whoever is CI is nobody to log in as it.
    deny(
      "NoMasterPassword",
      ["secretsmanager:GetSecretValue"],
      [`arn:${partition}:secretsmanager:*:${accountId}:secret:rds!*`],
    ),
    deny("KeepBoundaries", ["iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"], ["*"]),
  ]);
}

/** The state where it is in S3: the engine lists and reads, and its locks are objects beside it. */
function state({ partition, stateBucket }: CiIdentity, actions: readonly string[]): Statement[] {
  return stateBucket === undefined
    ? []
    : [
        allow("FindState", ["s3:ListBucket"], [`arn:${partition}:s3:::${stateBucket}`]),
        allow("State", actions, [`arn:${partition}:s3:::${stateBucket}/*`]),
      ];
}

/** It writes what is in the state, and takes neither the state's bucket nor its key away, nor earlier versions. */
function keepsState({ partition, secretsKeyArn, stateBucket }: CiIdentity): Statement[] {
  const bucket = `arn:${partition}:s3:::${stateBucket ?? ""}`;
  return [
    ...(stateBucket === undefined
      ? []
      : [
          deny(
            "KeepState",
            `
              s3:DeleteBucket* s3:DeleteObjectVersion s3:PutBucket* s3:PutEncryptionConfiguration s3:PutLifecycleConfiguration
            `
              .trim()
              .split(/\s+/),
            [bucket, `${bucket}/*`],
          ),
        ]),
    ...(secretsKeyArn === undefined
      ? []
      : [
          deny(
            "KeepKey",
            [
              "kms:DeleteImportedKeyMaterial",
              "kms:DisableKey",
              "kms:PutKeyPolicy",
              "kms:ScheduleKeyDeletion",
            ],
            [secretsKeyArn],
          ),
        ]),
  ];
}

function secrets({ secretsKeyArn }: CiIdentity, actions: readonly string[]): Statement[] {
  return secretsKeyArn === undefined ? [] : [allow("Secrets", actions, [secretsKeyArn])];
}

function allow(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Statement["Condition"],
): Statement {
  return { Sid, Effect: "Allow", Action, Resource, ...(Condition !== undefined && { Condition }) };
}

function deny(Sid: string, Action: readonly string[], Resource: readonly string[]): Statement {
  return { Sid, Effect: "Deny", Action, Resource };
}

function document(Statement: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

import type { StackFinding, StackResource } from "./stack-resource";
import { checkNoPublicPrincipal, checkNoWildcards } from "./iam-document";
import { notKnown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "../unknown";

/** Policies of identities: what a user, a role or a group may do. Token to the property with the document. */
const identityPolicies: Readonly<Record<string, string>> = {
  "aws:iam/policy:Policy": "policy",
  "aws:iam/userPolicy:UserPolicy": "policy",
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/groupPolicy:GroupPolicy": "policy",
  "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
};

/** Policies of resources: who may do something with them. */
const resourcePolicies: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:s3/bucket:Bucket": "policy",
  "aws:s3/bucketV2:BucketV2": "policy",
  "aws:sqs/queue:Queue": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
  "aws:kinesis/resourcePolicy:ResourcePolicy": "policy",
  "aws:kms/key:Key": "policy",
  "aws:kms/keyPolicy:KeyPolicy": "policy",
  "aws:kms/replicaKey:ReplicaKey": "policy",
  "aws:secretsmanager/secret:Secret": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
  "aws:backup/vaultPolicy:VaultPolicy": "policy",
  "aws:opensearch/domainPolicy:DomainPolicy": "accessPolicies",
  "aws:glacier/vault:Vault": "accessPolicy",
};

export const identityPolicyTypes: readonly string[] = [...Object.keys(identityPolicies), "aws:iam/role:Role"];
export const resourcePolicyTypes: readonly string[] = Object.keys(resourcePolicies);

/** What an identity may do reaches no data that is not named. */
export function checkIdentityPolicy({ type, inputs }: Wanted): Finding[] {
  const path = identityPolicies[type];
  if (path !== undefined) {
    return checkNoWildcards(read(inputs, path), path);
  }
  const inline = read(inputs, "inlinePolicies");
  if (isUnknown(inline)) {
    return [notKnown("inlinePolicies")];
  }
  return (Array.isArray(inline) ? inline : []).flatMap((entry: unknown, index) =>
    checkNoWildcards(isRecord(entry) ? entry["policy"] : entry, `inlinePolicies[${index}].policy`),
  );
}

/** What a resource lets others do is not for everybody. */
export function checkResourcePolicy({ type, inputs }: Wanted): Finding[] {
  const path = resourcePolicies[type];
  return path === undefined ? [] : checkNoPublicPrincipal(read(inputs, path), path);
}

/** Types that give an identity a policy by its ARN, and the property with the ARN or the list of them. */
const attachments: Readonly<Record<string, string>> = {
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/role:Role": "managedPolicyArns",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
};

export const attachmentTypes: readonly string[] = Object.keys(attachments);

/**
 * AWS's policies that allow a whole service or more, or reading everything in it. Not all end on FullAccess, and some have a
 * version behind that (`AmazonDynamoDBFullAccess_v2`). Source: AWS Managed Policy Reference Guide.
 */
const administrators = new RegExp(
  "^arn:[\\w-]+:iam::aws:policy/(.+/)?(" +
    [
      "AdministratorAccess[\\w-]*",
      "[\\w-]+FullAccess[\\w-]*",
      "\\w*PowerUser\\w*",
      "SecretsManagerReadWrite",
      "(Database|Network|System)Administrator|DataScientist",
      // Roles of old services, with all of S3, DynamoDB and more.
      "AmazonElasticMapReduce(forEC2)?Role|AmazonEC2RoleforDataPipelineRole|AWSDataPipelineRole",
      "AmazonEC2RoleforSSM|AWSLambdaExecute",
      "ReadOnlyAccess|Amazon(DynamoDB|Keyspaces|Kinesis|S3|SSM)ReadOnlyAccess(V\\d+)?",
      "AWSCodeCommitReadOnly|CloudWatchLogsReadOnlyAccess",
    ].join("|") +
    ")$",
);

/** No identity gets one of AWS's own policies that allow a whole service, or all of them. */
export function checkAttachedPolicy({ type, inputs }: Wanted): Finding[] {
  const { property, arns } = attached(type, inputs);
  return arns.flatMap((arn) =>
    typeof arn === "string" && administrators.test(arn)
      ? [{ property, message: `${property} is ${arn}. Attach a policy that allows only what is needed.` }]
      : [],
  );
}

/**
 * An ARN that is not known yet is that of a policy that the same stack makes, and that is judged as such. AWS's own
 * policies are there already, and their ARNs are known.
 */
export function checkUnknownAttachments(resources: readonly StackResource[]): StackFinding[] {
  const own = new Set(resources.filter(({ type }) => type === "aws:iam/policy:Policy").map(({ urn }) => urn));
  return resources.flatMap(({ type, urn, properties, dependencies }): StackFinding[] => {
    const { property, arns } = attached(type, properties);
    const sources = dependencies[property] ?? [];
    // What IAM says of a role's policies is unknown as long as there is no role; what the program says has sources.
    const isAsked = type !== "aws:iam/role:Role" || sources.length > 0;
    return isAsked &&
      arns.some(isUnknown) &&
      !(sources.length > 0 && sources.every((source) => own.has(source)))
      ? [
          {
            urn,
            property,
            message:
              `${property} is not known before the run, and does not come from a policy of this stack, so it is refused. ` +
              "Write the ARN out, or take it from an aws.iam.Policy.",
          },
        ]
      : [];
  });
}

function attached(
  type: string,
  properties: Readonly<Record<string, unknown>>,
): { readonly property: string; readonly arns: readonly unknown[] } {
  const property = attachments[type] ?? "";
  const value = property === "" ? undefined : read(properties, property);
  return { property, arns: value === undefined ? [] : [value].flat() };
}

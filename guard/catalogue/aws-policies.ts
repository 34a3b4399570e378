import type { LifeProperty, StatefulType } from "../stateful-type";
import { lockoutCheck, policies, policyLife, type StoreKind, type StorePolicy } from "./store-policies";

function besidePolicy(
  type: string,
  noun: string,
  kind: StoreKind,
  of: string,
  { path = "policy", own = path, more = [] }: PolicyPlace = {},
): StatefulType {
  const { stores, locks = [] }: StorePolicy = policies[kind];
  return {
    type,
    noun,
    holds: "nothing: it says who may do what with the store that it is of",
    locks,
    life: [...policyLife(kind, path), ...more],
    copyFirst: "See that nothing depends on what it denies.",
    removable: true,
    beside: { stores, of, ...(own !== path && { called: { [path]: own } }) },
  };
}

interface PolicyPlace {
  /** Property with the document. */
  readonly path?: string;
  /** The store's own property with it. */
  readonly own?: string;
  readonly more?: readonly LifeProperty[];
}

/** Policies of stores that are resources of their own. */
export const awsPolicies: readonly StatefulType[] = [
  besidePolicy("aws:kms/keyPolicy:KeyPolicy", "policy of a KMS key", "key", "keyId", {
    more: [lockoutCheck("KMS")],
  }),
  besidePolicy("aws:sqs/queuePolicy:QueuePolicy", "policy of an SQS queue", "queue", "queueUrl"),
  besidePolicy("aws:s3/bucketPolicy:BucketPolicy", "policy of an S3 bucket", "bucket", "bucket"),
  besidePolicy(
    "aws:s3control/bucketPolicy:BucketPolicy",
    "policy of an S3 on Outposts bucket",
    "outpostsBucket",
    "bucket",
  ),
  besidePolicy(
    "aws:s3tables/tableBucketPolicy:TableBucketPolicy",
    "policy of an S3 table bucket",
    "tableBucket",
    "tableBucketArn",
    { path: "resourcePolicy" },
  ),
  besidePolicy(
    "aws:s3tables/tablePolicy:TablePolicy",
    "policy of an S3 table",
    "tableBucket",
    "tableBucketArn",
    {
      path: "resourcePolicy",
    },
  ),
  besidePolicy(
    "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy",
    "policy of an S3 vector bucket",
    "vectorBucket",
    "vectorBucketArn",
  ),
  besidePolicy(
    "aws:dynamodb/resourcePolicy:ResourcePolicy",
    "policy of a DynamoDB table",
    "table",
    "resourceArn",
    {
      more: [
        {
          ...lockoutCheck("DynamoDB"),
          path: "confirmRemoveSelfResourceAccess",
          otherwise: "DynamoDB then takes a policy that whoever sets it cannot change again.",
        },
      ],
    },
  ),
  besidePolicy(
    "aws:kinesis/resourcePolicy:ResourcePolicy",
    "policy of a Kinesis stream",
    "stream",
    "resourceArn",
  ),
  besidePolicy("aws:secretsmanager/secretPolicy:SecretPolicy", "policy of a secret", "secret", "secretArn"),
  besidePolicy(
    "aws:backup/vaultPolicy:VaultPolicy",
    "policy of a backup vault",
    "backupVault",
    "backupVaultName",
  ),
  besidePolicy(
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "policy of a file system",
    "fileSystem",
    "fileSystemId",
    {
      more: [lockoutCheck("EFS")],
    },
  ),
  besidePolicy(
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "policy of a repository",
    "repository",
    "repository",
  ),
  besidePolicy(
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
    "policy of a public repository",
    "repository",
    "repositoryName",
  ),
  besidePolicy(
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
    "policy of a CodeArtifact repository",
    "packages",
    "repository",
    { path: "policyDocument" },
  ),
  besidePolicy(
    "aws:codeartifact/domainPermissions:DomainPermissions",
    "policy of a CodeArtifact domain",
    "packageDomain",
    "domain",
    { path: "policyDocument" },
  ),
  besidePolicy(
    "aws:opensearch/domainPolicy:DomainPolicy",
    "policy of a search domain",
    "search",
    "domainName",
    {
      path: "accessPolicies",
    },
  ),
  besidePolicy(
    "aws:elasticsearch/domainPolicy:DomainPolicy",
    "policy of a search domain",
    "search",
    "domainName",
    {
      path: "accessPolicies",
    },
  ),
  besidePolicy("aws:msk/clusterPolicy:ClusterPolicy", "policy of a Kafka cluster", "brokers", "clusterArn"),
  besidePolicy("aws:acmpca/policy:Policy", "policy of a certificate authority", "authority", "resourceArn"),
];

import { queueStays } from "../life/queue-policy";
import { keepsDenials, keepsNobodyOut } from "../life/resource-policy";
import type { Beside, LifeProperty, Lock, SwitchProperty } from "../stateful-type";

/** The policy of a kind of store: the same whether the store says it, or a resource beside it. */
export interface StorePolicy {
  readonly stores: Beside["stores"];
  /** Denied to everybody, one of these leaves nobody a way back to what is in the store. */
  readonly way: readonly string[];
  /** These take data from the store. */
  readonly ends: readonly string[];
  readonly locks?: readonly Lock[];
}

const shut = "Everybody is denied it, those who could take the denial off among them.";

export const policies = {
  key: {
    stores: ["aws:kms/key:Key", "aws:kms/externalKey:ExternalKey", "aws:kms/replicaKey:ReplicaKey"],
    way: ["kms:PutKeyPolicy", "kms:Decrypt"],
    ends: ["kms:ScheduleKeyDeletion", "kms:DisableKey"],
  },
  queue: {
    stores: ["aws:sqs/queue:Queue"],
    way: ["sqs:SetQueueAttributes"],
    // The denial of these is the queue's lock.
    ends: [],
    locks: [queueStays],
  },
  bucket: {
    stores: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
    way: ["s3:PutBucketPolicy"],
    ends: [
      "s3:DeleteBucket",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:PutLifecycleConfiguration",
      "s3:PutBucketVersioning",
      "s3:BypassGovernanceRetention",
    ],
  },
  outpostsBucket: {
    stores: ["aws:s3control/bucket:Bucket"],
    way: ["s3-outposts:PutBucketPolicy"],
    ends: ["s3-outposts:DeleteBucket", "s3-outposts:DeleteObject", "s3-outposts:PutLifecycleConfiguration"],
  },
  tableBucket: {
    stores: ["aws:s3tables/tableBucket:TableBucket"],
    way: ["s3tables:PutTableBucketPolicy"],
    ends: ["s3tables:DeleteTableBucket", "s3tables:DeleteTable", "s3tables:DeleteNamespace"],
  },
  vectorBucket: {
    stores: ["aws:s3/vectorsVectorBucket:VectorsVectorBucket"],
    way: ["s3vectors:PutVectorBucketPolicy"],
    ends: ["s3vectors:DeleteVectorBucket", "s3vectors:DeleteIndex", "s3vectors:DeleteVectors"],
  },
  table: {
    stores: ["aws:dynamodb/table:Table"],
    way: ["dynamodb:PutResourcePolicy"],
    ends: ["dynamodb:DeleteTable", "dynamodb:DeleteItem", "dynamodb:UpdateContinuousBackups"],
  },
  stream: {
    stores: ["aws:kinesis/stream:Stream"],
    way: ["kinesis:PutResourcePolicy"],
    ends: ["kinesis:DeleteStream", "kinesis:DecreaseStreamRetentionPeriod"],
  },
  secret: {
    stores: ["aws:secretsmanager/secret:Secret"],
    way: ["secretsmanager:PutResourcePolicy"],
    ends: ["secretsmanager:DeleteSecret"],
  },
  backupVault: {
    stores: ["aws:backup/vault:Vault", "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault"],
    // A vault whose policy nobody may change is AWS's own advice.
    way: [],
    ends: [
      "backup:DeleteRecoveryPoint",
      "backup:DeleteBackupVault",
      "backup:UpdateRecoveryPointLifecycle",
      "backup:DeleteBackupVaultAccessPolicy",
      "backup:PutBackupVaultAccessPolicy",
    ],
  },
  archiveVault: {
    stores: ["aws:glacier/vault:Vault"],
    way: ["glacier:SetVaultAccessPolicy"],
    ends: ["glacier:DeleteArchive", "glacier:DeleteVault"],
  },
  fileSystem: {
    stores: ["aws:efs/fileSystem:FileSystem"],
    way: ["elasticfilesystem:PutFileSystemPolicy"],
    ends: ["elasticfilesystem:DeleteFileSystem"],
  },
  repository: {
    stores: ["aws:ecr/repository:Repository", "aws:ecrpublic/repository:Repository"],
    way: ["ecr:SetRepositoryPolicy"],
    ends: ["ecr:DeleteRepository", "ecr:BatchDeleteImage", "ecr:PutLifecyclePolicy"],
  },
  packages: {
    stores: ["aws:codeartifact/repository:Repository"],
    way: ["codeartifact:PutRepositoryPermissionsPolicy"],
    ends: [
      "codeartifact:DeleteRepository",
      "codeartifact:DeletePackage",
      "codeartifact:DeletePackageVersions",
    ],
  },
  packageDomain: {
    stores: ["aws:codeartifact/domain:Domain"],
    way: ["codeartifact:PutDomainPermissionsPolicy"],
    ends: ["codeartifact:DeleteDomain", "codeartifact:DeleteRepository"],
  },
  search: {
    stores: ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"],
    way: ["es:UpdateDomainConfig"],
    ends: ["es:DeleteDomain", "es:DeleteElasticsearchDomain", "es:ESHttpDelete"],
  },
  brokers: {
    stores: ["aws:msk/cluster:Cluster", "aws:msk/serverlessCluster:ServerlessCluster"],
    way: ["kafka:PutClusterPolicy"],
    ends: ["kafka:DeleteCluster", "kafka-cluster:DeleteTopic"],
  },
  authority: {
    stores: ["aws:acmpca/certificateAuthority:CertificateAuthority"],
    way: ["acm-pca:PutPolicy"],
    ends: ["acm-pca:DeleteCertificateAuthority", "acm-pca:UpdateCertificateAuthority"],
  },
} as const satisfies Readonly<Record<string, StorePolicy>>;

export type StoreKind = keyof typeof policies;

/** What a policy must not do to its store, wherever it is said. */
export function policyLife(kind: StoreKind, path = "policy"): readonly LifeProperty[] {
  const { way, ends }: StorePolicy = policies[kind];
  return [
    ...(way.length === 0 ? [] : [keepsNobodyOut(path, way, shut)]),
    ...(ends.length === 0 ? [] : [keepsDenials(path, ends)]),
  ];
}

/** A switch that has the cloud take a policy by which whoever sets it could not change it again. */
export function lockoutCheck(service: string): SwitchProperty {
  return {
    kind: "switch",
    path: "bypassPolicyLockoutSafetyCheck",
    safe: false,
    absent: false,
    otherwise: `${service} then takes a policy that locks everybody out, for good.`,
    demanded: true,
  };
}

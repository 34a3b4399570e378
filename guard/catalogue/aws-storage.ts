import { shortenedLifecycle } from "../lifecycle";
import { keptKey, type StatefulType } from "../stateful-type";

const bucketCopy =
  "Copy the objects to another bucket first (`aws s3 sync`, or replication), versions included.";

/** The rules that let S3 delete objects by itself, in the shape of the lifecycle resource and of the bucket's own. */
function lifecycle(path: string): StatefulType["life"][number] {
  return { kind: "expiry", path, of: "bucket", shortens: shortenedLifecycle };
}

function bucket(type: string): StatefulType {
  return {
    type,
    noun: "S3 bucket",
    holds: "every object and every version in it",
    name: "bucket",
    locks: [],
    life: [lifecycle("lifecycleRules")],
    forced: "forceDestroy",
    copyFirst: bucketCopy,
  };
}

function versioning(type: string): StatefulType {
  return {
    type,
    noun: "versioning of an S3 bucket",
    holds: "the way back for objects that are overwritten or deleted from then on",
    name: "bucket",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "versioningConfiguration.status",
        safe: "Enabled",
        absent: "Suspended",
        otherwise: "What is overwritten or deleted from then on is gone at once.",
        demanded: true,
      },
    ],
    copyFirst: bucketCopy,
  };
}

function fileSystemBackups(path: string, absent: number): StatefulType["life"][number] {
  return {
    kind: "least",
    path,
    unit: "days",
    absent,
    floor: "databaseBackups",
    otherwise: "Automatic backups older than that are deleted; zero switches them off.",
  };
}

function lifecycleConfiguration(type: string): StatefulType {
  return {
    type,
    noun: "lifecycle of an S3 bucket",
    holds: "nothing: objects live longer without it",
    name: "bucket",
    locks: [],
    life: [lifecycle("rules")],
    copyFirst: bucketCopy,
    removable: true,
  };
}

/**
 * Buckets, volumes, file systems, backups and images.
 *
 * Not here: machines (`aws:ec2/instance`), which are replaced whenever their image is, and whose data belongs on a
 * volume of its own; log groups (`aws:cloudwatch/logGroup`), whose content ends by itself and is about the system, not
 * of it; objects in a bucket (`aws:s3/bucketObject`), which the program itself holds the content of.
 */
export const awsStorage: readonly StatefulType[] = [
  {
    ...bucket("aws:s3/bucket:Bucket"),
    life: [
      lifecycle("lifecycleRules"),
      {
        kind: "switch",
        path: "versioning.enabled",
        safe: true,
        absent: false,
        otherwise: "What is overwritten or deleted from then on is gone at once.",
        // Versioning is a resource of its own; s3/versioned asks for that.
        demanded: false,
      },
    ],
  },
  bucket("aws:s3/bucketV2:BucketV2"),
  versioning("aws:s3/bucketVersioning:BucketVersioning"),
  versioning("aws:s3/bucketVersioningV2:BucketVersioningV2"),
  lifecycleConfiguration("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
  lifecycleConfiguration("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"),
  {
    type: "aws:s3/directoryBucket:DirectoryBucket",
    noun: "S3 directory bucket",
    holds: "every object in it",
    name: "bucket",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: bucketCopy,
  },
  {
    type: "aws:s3control/bucket:Bucket",
    noun: "S3 on Outposts bucket",
    holds: "every object in it",
    name: "bucket",
    locks: [],
    life: [],
    copyFirst: bucketCopy,
  },
  {
    type: "aws:s3tables/tableBucket:TableBucket",
    noun: "S3 table bucket",
    holds: "every table in it",
    name: "name",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: "Copy its tables to another table bucket first.",
  },
  {
    type: "aws:s3tables/table:Table",
    noun: "S3 table",
    holds: "its rows and its history",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Copy it to another table bucket first.",
  },
  {
    type: "aws:glacier/vault:Vault",
    noun: "Glacier vault",
    holds: "every archive in it",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Retrieve its archives first.",
  },
  {
    type: "aws:ebs/volume:Volume",
    noun: "EBS volume",
    holds: "everything on it",
    size: [{ path: "type" }, { path: "size", unit: " GiB" }],
    locks: [],
    life: [
      keptKey("kmsKeyId"),
      {
        kind: "switch",
        path: "finalSnapshot",
        safe: true,
        absent: false,
        otherwise: "No snapshot is taken when it is deleted.",
        demanded: false,
      },
    ],
    copyFirst: "Take a snapshot with `aws ec2 create-snapshot` first and see that it is `completed`.",
  },
  {
    type: "aws:ebs/snapshot:Snapshot",
    noun: "EBS snapshot",
    holds: "the copy of the volume that it is",
    size: [{ path: "volumeSize", unit: " GiB" }],
    locks: [],
    life: [],
    copyFirst: "Copy it with `aws ec2 copy-snapshot` first.",
  },
  {
    type: "aws:ebs/snapshotCopy:SnapshotCopy",
    noun: "copy of an EBS snapshot",
    holds: "the copy of the volume that it is",
    size: [{ path: "volumeSize", unit: " GiB" }],
    locks: [],
    life: [],
    copyFirst: "See that the snapshot it was copied from still exists.",
  },
  {
    type: "aws:efs/fileSystem:FileSystem",
    noun: "EFS file system",
    holds: "every file in it",
    name: "creationToken",
    locks: [],
    life: [keptKey("kmsKeyId")],
    copyFirst: "Take a backup with AWS Backup, or copy the files with DataSync, first.",
  },
  {
    type: "aws:efs/backupPolicy:BackupPolicy",
    noun: "backup policy of an EFS file system",
    holds: "its automatic backups from then on",
    name: "fileSystemId",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "backupPolicy.status",
        safe: "ENABLED",
        absent: "DISABLED",
        otherwise: "The file system is no longer backed up.",
        demanded: true,
      },
    ],
    copyFirst: "Take a backup with AWS Backup first.",
  },
  {
    type: "aws:fsx/windowsFileSystem:WindowsFileSystem",
    noun: "FSx for Windows file system",
    holds: "every file in it and its automatic backups",
    size: [{ path: "storageCapacity", unit: " GiB" }],
    locks: [],
    life: [fileSystemBackups("automaticBackupRetentionDays", 7), keptKey("kmsKeyId")],
    finalCopy: { skip: "skipFinalBackup" },
    copyFirst: "Take a backup with `aws fsx create-backup` first.",
  },
  {
    type: "aws:fsx/ontapFileSystem:OntapFileSystem",
    noun: "FSx for ONTAP file system",
    holds: "every volume in it and its automatic backups",
    size: [{ path: "storageCapacity", unit: " GiB" }],
    locks: [],
    life: [fileSystemBackups("automaticBackupRetentionDays", 0), keptKey("kmsKeyId")],
    copyFirst: "Take a backup of each volume with `aws fsx create-backup` first.",
  },
  {
    type: "aws:fsx/ontapVolume:OntapVolume",
    noun: "FSx for ONTAP volume",
    holds: "every file in it",
    name: "name",
    size: [{ path: "sizeInMegabytes", unit: " MiB" }],
    locks: [],
    life: [],
    finalCopy: { skip: "skipFinalBackup" },
    copyFirst: "Take a backup with `aws fsx create-backup` first.",
  },
  {
    type: "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
    noun: "FSx for OpenZFS file system",
    holds: "every volume in it and its automatic backups",
    size: [{ path: "storageCapacity", unit: " GiB" }],
    locks: [],
    life: [fileSystemBackups("automaticBackupRetentionDays", 0), keptKey("kmsKeyId")],
    finalCopy: { skip: "skipFinalBackup" },
    copyFirst: "Take a backup with `aws fsx create-backup` first.",
  },
  {
    type: "aws:fsx/openZfsVolume:OpenZfsVolume",
    noun: "FSx for OpenZFS volume",
    holds: "every file in it",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Take a snapshot with `aws fsx create-snapshot` first.",
  },
  {
    type: "aws:fsx/lustreFileSystem:LustreFileSystem",
    noun: "FSx for Lustre file system",
    holds: "every file in it that has not been exported to S3",
    size: [{ path: "storageCapacity", unit: " GiB" }],
    locks: [],
    life: [keptKey("kmsKeyId")],
    copyFirst: "Export it to S3 with a data repository task first.",
  },
  {
    type: "aws:backup/vault:Vault",
    noun: "backup vault",
    holds: "every recovery point in it",
    name: "name",
    locks: [],
    life: [keptKey("kmsKeyArn")],
    forced: "forceDestroy",
    copyFirst: "Copy its recovery points to another vault first.",
  },
  {
    type: "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    noun: "lock of a backup vault",
    holds: "the lock that keeps recovery points from being deleted early",
    name: "backupVaultName",
    locks: [],
    life: [
      {
        kind: "least",
        path: "minRetentionDays",
        unit: "days",
        absent: 0,
        otherwise: "Recovery points may be deleted earlier.",
      },
    ],
    copyFirst: "Copy the vault's recovery points to another vault first.",
  },
  {
    type: "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault",
    noun: "air-gapped backup vault",
    holds: "every recovery point in it",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "Copy its recovery points to another vault first.",
  },
  {
    type: "aws:backup/plan:Plan",
    noun: "backup plan",
    holds: "the backups that it makes from then on",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "See that another plan backs up the same resources.",
  },
  {
    type: "aws:backup/selection:Selection",
    noun: "selection of a backup plan",
    holds: "the backups, from then on, of what it selects",
    name: "name",
    locks: [],
    life: [],
    copyFirst: "See that another selection covers the same resources.",
  },
  {
    type: "aws:ecr/repository:Repository",
    noun: "ECR repository",
    holds: "every image in it, those that run now included",
    name: "name",
    locks: [],
    life: [],
    forced: "forceDelete",
    copyFirst: "Copy its images to another repository first.",
  },
  {
    type: "aws:ecrpublic/repository:Repository",
    noun: "public ECR repository",
    holds: "every image in it",
    name: "repositoryName",
    locks: [],
    life: [],
    forced: "forceDestroy",
    copyFirst: "Copy its images to another repository first.",
  },
  {
    type: "aws:codecommit/repository:Repository",
    noun: "CodeCommit repository",
    holds: "its whole history",
    name: "repositoryName",
    locks: [],
    life: [keptKey("kmsKeyId")],
    copyFirst: "Clone it with `git clone --mirror` first.",
  },
  {
    type: "aws:codeartifact/domain:Domain",
    noun: "CodeArtifact domain",
    holds: "every package in it",
    name: "domain",
    locks: [],
    life: [keptKey("encryptionKey")],
    copyFirst: "Copy its packages to another domain first.",
  },
  {
    type: "aws:codeartifact/repository:Repository",
    noun: "CodeArtifact repository",
    holds: "every package in it",
    name: "repository",
    locks: [],
    life: [],
    copyFirst: "Copy its packages with `aws codeartifact copy-package-versions` first.",
  },
  {
    type: "aws:cloudtrail/eventDataStore:EventDataStore",
    noun: "CloudTrail event data store",
    holds: "every event in it",
    name: "name",
    locks: [{ path: "terminationProtectionEnabled", on: true, absent: "on" }],
    life: [
      {
        kind: "least",
        path: "retentionPeriod",
        unit: "days",
        absent: 2555,
        otherwise: "Older events are deleted.",
      },
    ],
    copyFirst: "Copy its events to S3 first.",
  },
];

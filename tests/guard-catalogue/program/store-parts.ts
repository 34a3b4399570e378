import { queue, table, database, volume } from "../settings-change";
import type { Part } from "./parts";

const group = "parts-dev";
const subscriptionId = "6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60";

export const account = "azure-native:storage:StorageAccount";
export const blobContainer = "azure-native:storage:BlobContainer";
export const blobService = "azure-native:storage:BlobServiceProperties";
export const lock = "azure-native:authorization:ManagementLockByScope";
export const immutability = "azure-native:storage:BlobContainerImmutabilityPolicy";
export const lifecycle = "azure-native:storage:ManagementPolicy";

function azurePart(name: string, type: string, props: Part["props"], dependsOn: readonly string[]): Part {
  return {
    name,
    type,
    provider: "azure",
    props: { resourceGroupName: group, ...props },
    options: { dependsOn },
  };
}

function accountPart(name: string, accountName: string): Part {
  return azurePart(
    name,
    account,
    {
      accountName,
      location: "westeurope",
      kind: "StorageV2",
      sku: { name: "Standard_GZRS" },
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      allowCrossTenantReplication: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
    },
    ["group"],
  );
}

/** As programs refer to an account: what is in it comes after it. */
export function nameOf(accountPart: string): { readonly $ref: string } {
  return { $ref: `${accountPart}.name` };
}

function servicePart(of: string): Part {
  return azurePart(
    `${of}-service`,
    blobService,
    {
      accountName: nameOf(of),
      blobServicesName: "default",
      isVersioningEnabled: true,
      deleteRetentionPolicy: { enabled: true, days: 30, allowPermanentDelete: false },
      containerDeleteRetentionPolicy: { enabled: true, days: 30 },
      changeFeed: { enabled: true },
      restorePolicy: { enabled: true, days: 29 },
    },
    [of],
  );
}

function containerPart(name: string): Part {
  const props = { accountName: nameOf("blobs"), containerName: name, publicAccess: "None" };
  return azurePart(name, blobContainer, props, ["blobs-service"]);
}

export function lockPart(name: string, on: string, level: "CanNotDelete" | "ReadOnly"): Part {
  return {
    name,
    type: lock,
    provider: "azure",
    props: { scope: { $ref: `${on}.id` }, lockName: name, level },
    options: { dependsOn: [on] },
  };
}

export function lifecyclePart(of: string, actions: object): Part {
  return azurePart(
    `${of}-lifecycle`,
    lifecycle,
    {
      accountName: nameOf(of),
      managementPolicyName: "default",
      policy: {
        rules: [
          {
            name: "old",
            type: "Lifecycle",
            enabled: true,
            definition: { actions, filters: { blobTypes: ["blockBlob"] } },
          },
        ],
      },
    },
    [`${of}-service`],
  );
}

/** Two storage accounts with what keeps their blobs safe. */
export const azureParts: readonly Part[] = [
  { name: "azure", type: "pulumi:providers:azure-native", props: { subscriptionId } },
  {
    name: "group",
    type: "azure-native:resources:ResourceGroup",
    provider: "azure",
    props: { resourceGroupName: group, location: "westeurope" },
  },
  accountPart("blobs", "partsdevblobs"),
  servicePart("blobs"),
  accountPart("copies", "partsdevcopies"),
  servicePart("copies"),
  containerPart("invoices"),
  containerPart("letters"),
  azurePart(
    "invoices-kept",
    immutability,
    {
      accountName: nameOf("blobs"),
      containerName: "invoices",
      immutabilityPolicyName: "default",
      immutabilityPeriodSinceCreationInDays: 365,
    },
    ["invoices"],
  ),
  lifecyclePart("blobs", { version: { delete: { daysAfterCreationGreaterThan: 90 } } }),
  lockPart("frozen", "letters", "ReadOnly"),
  lockPart("stays", "blobs", "CanNotDelete"),
];

/** The lock of the queue of letters: nobody deletes or empties it. */
const lettersStay = {
  Sid: "Stays",
  Effect: "Deny",
  Principal: "*",
  Action: ["sqs:DeleteQueue", "sqs:PurgeQueue"],
};

/** What the queue of letters says of itself, and whatever else it is to say. */
export function lettersPolicy(...more: readonly object[]): string {
  return queuePolicy(lettersStay, ...more);
}

/** A policy of the queue of letters with these statements. */
export function queuePolicy(...statements: readonly object[]): string {
  const Resource = "arn:aws:sqs:eu-west-1:482913067251:dev_letters";
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ ...statement, Resource })),
  });
}

/** The role of the post may send letters. */
export const postMaySend = {
  Sid: "Send",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::482913067251:role/post" },
  Action: "sqs:SendMessage",
};

/** The queue's way for messages that cannot be handled. */
const redrive = JSON.stringify({
  deadLetterTargetArn: "arn:aws:sqs:eu-west-1:482913067251:dev_letters_dead",
  maxReceiveCount: 5,
});

function keyPart(name: string): Part {
  return {
    name,
    type: "aws:kms/key:Key",
    props: { description: "Encrypts the parts.", enableKeyRotation: true, deletionWindowInDays: 30 },
  };
}

const encryptedBy = { $ref: "key.arn" };

/** What a key encrypts, what has a last copy, and queues of which one takes what the other cannot handle. */
export const keyParts: readonly Part[] = [
  keyPart("key"),
  keyPart("other-key"),
  {
    name: "alias",
    type: "aws:kms/alias:Alias",
    props: { name: "alias/dev-parts", targetKeyId: { $ref: "key.id" } },
  },
  {
    name: "dead",
    type: queue,
    props: { name: "dev_letters_dead", messageRetentionSeconds: 1209600, sqsManagedSseEnabled: true },
  },
  {
    name: "queue",
    type: queue,
    props: {
      name: "dev_letters",
      messageRetentionSeconds: 1209600,
      sqsManagedSseEnabled: true,
      redrivePolicy: redrive,
      policy: lettersPolicy(),
    },
    options: { dependsOn: ["dead"] },
  },
  {
    name: "table",
    type: table,
    props: {
      name: "dev_keys",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
      serverSideEncryption: { enabled: true, kmsKeyArn: encryptedBy },
    },
  },
  {
    name: "volume",
    type: volume,
    props: {
      availabilityZone: "eu-west-1a",
      size: 50,
      type: "gp3",
      encrypted: true,
      kmsKeyId: encryptedBy,
      finalSnapshot: true,
    },
  },
  {
    name: "database",
    type: database,
    props: {
      identifier: "dev-keys",
      instanceClass: "db.t4g.small",
      engine: "postgres",
      engineVersion: "16.13",
      allocatedStorage: 50,
      storageType: "gp3",
      storageEncrypted: true,
      kmsKeyId: encryptedBy,
      username: "parts",
      manageMasterUserPassword: true,
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: false,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "dev-keys-final",
      publiclyAccessible: false,
    },
  },
  {
    name: "warehouse",
    type: "aws:redshift/cluster:Cluster",
    props: {
      clusterIdentifier: "dev-keys",
      nodeType: "ra3.large",
      masterUsername: "parts",
      manageMasterPassword: true,
      encrypted: true,
      publiclyAccessible: false,
      automatedSnapshotRetentionPeriod: 14,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "dev-keys-warehouse-final",
    },
  },
  {
    name: "shared-files",
    type: "aws:efs/fileSystem:FileSystem",
    props: { creationToken: "dev-keys", encrypted: true },
  },
  {
    name: "shared-files-backups",
    type: "aws:efs/backupPolicy:BackupPolicy",
    props: { fileSystemId: { $ref: "shared-files.id" }, backupPolicy: { status: "ENABLED" } },
  },
];

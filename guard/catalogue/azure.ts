import { soonestDeletion, versionsDeletedAtAll, versionsDeletedSooner } from "../life/azure-lifecycle";
import {
  endsNoSooner,
  keptKey,
  type LeastProperty,
  type StatefulType,
  type SwitchProperty,
} from "../stateful-type";

function softDelete(path: string, what: string): readonly [SwitchProperty, LeastProperty] {
  return [
    {
      kind: "switch",
      path: `${path}.enabled`,
      safe: true,
      absent: false,
      otherwise: `${what} that are deleted are gone at once.`,
      demanded: true,
    },
    {
      kind: "least",
      path: `${path}.days`,
      unit: "days",
      floor: "softDeletedBlobs",
      otherwise: `${what} that were deleted can be restored for a shorter time.`,
    },
  ];
}

function lock(type: string): StatefulType {
  return {
    type,
    noun: "management lock",
    holds: "the lock that keeps people and programs from deleting what is under it",
    name: "lockName",
    locks: [],
    life: [
      {
        kind: "kept",
        path: "level",
        otherwise: "CanNotDelete and ReadOnly keep different things from happening.",
      },
    ],
    copyFirst: "See that what is under it holds nothing that is needed.",
  };
}

/** Where else an account's data is kept, by the word in its kind: `Standard_RAGZRS`. */
function elsewhere(sku: unknown): ReadonlyMap<string, number> {
  const kind = typeof sku === "string" ? (sku.split("_")[1] ?? "") : "";
  return new Map([
    ...(/ZRS$/.test(kind) ? ([["copies in other zones", Infinity]] as const) : []),
    ...(/GZ?RS$/.test(kind) ? ([["a copy in another region", Infinity]] as const) : []),
  ]);
}

/** What holds Pulumi's state in Azure, and what holds that safe. Azure's own locks are resources: `ManagementLock…`. */
export const azure: readonly StatefulType[] = [
  {
    type: "azure-native:resources:ResourceGroup",
    noun: "resource group",
    holds: "everything in it",
    name: "resourceGroupName",
    locks: [],
    life: [],
    copyFirst: "Move what is still needed to another group first.",
  },
  {
    type: "azure-native:storage:StorageAccount",
    noun: "storage account",
    holds: "every container, share, queue and table in it",
    name: "accountName",
    size: [{ path: "sku.name" }],
    locks: [],
    life: [
      {
        kind: "parts",
        path: "sku.name",
        parts: elsewhere,
        otherwise: "What is lost with a zone or a region is lost for good.",
      },
      {
        kind: "switch",
        path: "encryption.requireInfrastructureEncryption",
        safe: true,
        absent: false,
        otherwise:
          "It is fixed when the account is made: Azure refuses the change (AccountPropertyIsReadOnly), and the run ends half way.",
        demanded: false,
      },
      keptKey("encryption.keyVaultProperties.keyName"),
      keptKey("encryption.keyVaultProperties.keyVaultUri"),
    ],
    copyFirst: "Copy its contents to another account with azcopy first.",
  },
  {
    type: "azure-native:storage:BlobContainer",
    noun: "blob container",
    holds: "every blob in it",
    name: "containerName",
    locks: [],
    life: [],
    copyFirst: "Copy its blobs to another container with azcopy first.",
  },
  {
    type: "azure-native:storage:BlobServiceProperties",
    noun: "blob service of a storage account",
    holds: "versioning and soft delete of its blobs",
    name: "accountName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "isVersioningEnabled",
        safe: true,
        absent: false,
        otherwise: "What is overwritten from then on is gone at once.",
        demanded: true,
      },
      ...softDelete("deleteRetentionPolicy", "Blobs"),
      ...softDelete("containerDeleteRetentionPolicy", "Containers"),
      {
        kind: "switch",
        path: "deleteRetentionPolicy.allowPermanentDelete",
        safe: false,
        absent: false,
        otherwise: "What was deleted can be purged before its time.",
        demanded: false,
      },
      {
        kind: "switch",
        path: "restorePolicy.enabled",
        safe: true,
        absent: false,
        otherwise: "Blobs can no longer be set back to an earlier moment.",
        demanded: false,
      },
      {
        kind: "least",
        path: "restorePolicy.days",
        unit: "days",
        absent: 0,
        otherwise: "Blobs can be set back to a moment less long ago.",
      },
    ],
    copyFirst: "Copy the blobs to another account with azcopy first.",
  },
  {
    type: "azure-native:storage:ManagementPolicy",
    noun: "lifecycle of a storage account",
    holds: "nothing: blobs live longer without it",
    name: "accountName",
    locks: [],
    life: [
      {
        kind: "expiry",
        path: "policy.rules",
        of: "accountName",
        shortens: versionsDeletedSooner,
        starts: versionsDeletedAtAll,
        soonest: soonestDeletion,
      },
    ],
    copyFirst: "Copy the blobs to another account with azcopy first.",
    removable: true,
  },
  {
    type: "azure-native:storage:BlobContainerImmutabilityPolicy",
    noun: "immutability policy of a blob container",
    holds: "the time for which nobody can delete or overwrite its blobs",
    name: "containerName",
    locks: [],
    life: [
      {
        kind: "least",
        path: "immutabilityPeriodSinceCreationInDays",
        unit: "days",
        absent: 0,
        otherwise: "Blobs can be deleted and overwritten sooner.",
      },
    ],
    copyFirst: "See that nothing in the container has to be kept any more.",
  },
  {
    type: "azure-native:storage:BlobContainerLegalHold",
    noun: "legal hold on a blob container",
    holds: "the hold that keeps its blobs from being deleted",
    name: "containerName",
    locks: [],
    life: [
      {
        kind: "parts",
        path: "tags",
        parts: (tags) =>
          new Map((Array.isArray(tags) ? tags : []).map((tag: unknown) => [String(tag), Infinity])),
        otherwise: "That hold ends.",
      },
    ],
    copyFirst: "Ask who asked for the hold.",
  },
  {
    type: "azure-native:storage:ObjectReplicationPolicy",
    noun: "replication of a storage account",
    holds: "the copies in another account of what comes from then on",
    name: "accountName",
    locks: [],
    life: [],
    copyFirst: "See that the blobs are copied another way.",
  },
  {
    type: "azure-native:storage:FileServiceProperties",
    noun: "file service of a storage account",
    holds: "soft delete of its shares",
    name: "accountName",
    locks: [],
    life: [...softDelete("shareDeleteRetentionPolicy", "Shares")],
    copyFirst: "Copy the shares to another account first.",
  },
  {
    type: "azure-native:storage:EncryptionScope",
    noun: "encryption scope",
    holds: "everything that is encrypted under it",
    name: "encryptionScopeName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "state",
        safe: "Enabled",
        absent: "Enabled",
        otherwise: "Whatever is encrypted under it cannot be read until it is enabled again.",
        demanded: false,
      },
      keptKey("keyVaultProperties.keyUri"),
    ],
    copyFirst: "Copy the blobs to another scope first.",
  },
  {
    type: "azure-native:storage:FileShare",
    noun: "file share",
    holds: "every file in it",
    name: "shareName",
    size: [{ path: "shareQuota", unit: " GiB" }],
    locks: [],
    life: [],
    copyFirst: "Take a share snapshot and copy it to another account first.",
  },
  {
    type: "azure-native:storage:Queue",
    noun: "storage queue",
    holds: "every message in it",
    name: "queueName",
    locks: [],
    life: [],
    copyFirst: "Wait until it is empty.",
  },
  {
    type: "azure-native:storage:Table",
    noun: "storage table",
    holds: "every entity in it",
    name: "tableName",
    locks: [],
    life: [],
    copyFirst: "Copy its entities to another account first.",
  },
  lock("azure-native:authorization:ManagementLockByScope"),
  lock("azure-native:authorization:ManagementLockAtResourceLevel"),
  lock("azure-native:authorization:ManagementLockAtResourceGroupLevel"),
  lock("azure-native:authorization:ManagementLockAtSubscriptionLevel"),
  {
    type: "azure-native:keyvault:Vault",
    noun: "key vault",
    holds: "every key and secret in it, and what is encrypted with them",
    name: "vaultName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "properties.enableSoftDelete",
        safe: true,
        absent: true,
        otherwise: "What is deleted from it is gone at once.",
        demanded: true,
      },
      {
        kind: "switch",
        path: "properties.enablePurgeProtection",
        safe: true,
        absent: false,
        otherwise: "What was deleted can be purged before its time.",
        demanded: true,
      },
      {
        kind: "least",
        path: "properties.softDeleteRetentionInDays",
        unit: "days",
        absent: 90,
        otherwise: "What was deleted from it can be restored for a shorter time.",
      },
    ],
    copyFirst: "See that nothing is encrypted with its keys any more.",
  },
  {
    type: "azure-native:keyvault:Key",
    noun: "key in a key vault",
    holds: "everything that is encrypted with it",
    name: "keyName",
    locks: [],
    life: [
      {
        kind: "switch",
        path: "properties.attributes.enabled",
        safe: true,
        absent: true,
        otherwise: "Whatever is encrypted with it cannot be read until it is enabled again.",
        demanded: true,
      },
      endsNoSooner(
        "properties.attributes.expires",
        "Nothing can be encrypted or read with it after that day.",
      ),
    ],
    copyFirst: "See that nothing is encrypted with it any more.",
  },
  {
    type: "azure-native:keyvault:Secret",
    noun: "secret in a key vault",
    holds: "its value and all versions of it",
    name: "secretName",
    locks: [],
    life: [],
    copyFirst: "See that nothing reads it any more.",
  },
];

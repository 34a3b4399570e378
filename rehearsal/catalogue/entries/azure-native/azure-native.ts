import type { Entries, InputRule, Refusal, Rule, UpdateRule } from "../../../interpreter/entry";
import { textOf, textsAt, type Values } from "../../../interpreter/values";

// Codes and wording: the Azure Resource Manager and Azure Storage REST references.

/** Path of a type's resources behind the resource group, `{x}` being inputs; and its name in Azure. */
export interface AzurePath {
  readonly path: string;
  readonly type: string;
}

const group = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}";
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/{accountName}`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/{vaultName}`;

/** The types that are in use, by token without package. */
export const paths: Readonly<Record<string, AzurePath>> = {
  "resources:ResourceGroup": { path: group, type: "Microsoft.Resources/resourceGroups" },
  "storage:StorageAccount": { path: account, type: "Microsoft.Storage/storageAccounts" },
  "storage:BlobServiceProperties": {
    path: `${account}/blobServices/{blobServicesName}`,
    type: "Microsoft.Storage/storageAccounts/blobServices",
  },
  "storage:BlobContainer": {
    path: `${account}/blobServices/default/containers/{containerName}`,
    type: "Microsoft.Storage/storageAccounts/blobServices/containers",
  },
  "storage:ManagementPolicy": {
    path: `${account}/managementPolicies/{managementPolicyName}`,
    type: "Microsoft.Storage/storageAccounts/managementPolicies",
  },
  "storage:Blob": {
    path: `${account}/blobServices/default/containers/{containerName}/{blobName}`,
    type: "Blob",
  },
  "authorization:ManagementLockByScope": {
    path: "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
    type: "Microsoft.Authorization/locks",
  },
  "authorization:ManagementLockAtResourceGroupLevel": {
    path: `${group}/providers/Microsoft.Authorization/locks/{lockName}`,
    type: "Microsoft.Authorization/locks",
  },
  "authorization:ManagementLockAtSubscriptionLevel": {
    path: "/subscriptions/{subscription}/providers/Microsoft.Authorization/locks/{lockName}",
    type: "Microsoft.Authorization/locks",
  },
  "authorization:ManagementLockAtResourceLevel": {
    path:
      `${group}/providers/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}` +
      "/providers/Microsoft.Authorization/locks/{lockName}",
    type: "Microsoft.Authorization/locks",
  },
  "authorization:RoleAssignment": {
    path: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    type: "Microsoft.Authorization/roleAssignments",
  },
  "managedidentity:UserAssignedIdentity": {
    path: identity,
    type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  },
  "managedidentity:FederatedIdentityCredential": {
    path: `${identity}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
    type: "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
  },
  "keyvault:Vault": { path: vault, type: "Microsoft.KeyVault/vaults" },
  "keyvault:Key": { path: `${vault}/keys/{keyName}`, type: "Microsoft.KeyVault/vaults/keys" },
  "keyvault:Secret": { path: `${vault}/secrets/{secretName}`, type: "Microsoft.KeyVault/vaults/secrets" },
};

export const lockTypes = Object.keys(paths)
  .filter((token) => token.startsWith("authorization:ManagementLock"))
  .map((token) => `azure-native:${token}`);

const accountType = "azure-native:storage:StorageAccount";
const groupType = "azure-native:resources:ResourceGroup";
const roleType = "azure-native:authorization:RoleAssignment";
const identityType = "azure-native:managedidentity:UserAssignedIdentity";
const credentialType = "azure-native:managedidentity:FederatedIdentityCredential";

const accountNameIsValid: Rule = ({ inputs }): Refusal | undefined => {
  const name = textOf(inputs, "accountName");
  if (/^[a-z0-9]{3,24}$/.test(name)) return undefined;
  const message =
    `${name} is not a valid storage account name. Storage account name must be between 3 and 24 characters in length ` +
    "and use numbers and lower-case letters only.";
  return { code: "AccountNameInvalid", message };
};

const accountNameIsFree: Rule = ({ inputs }, cloud): Refusal | undefined => {
  const name = textOf(inputs, "accountName");
  const taken = cloud.everywhere(accountType).some(({ id }) => id.endsWith(`/storageAccounts/${name}`));
  if (!taken) return undefined;
  return {
    code: "StorageAccountAlreadyTaken",
    message: `The storage account named ${name} is already taken.`,
    status: 409,
  };
};

/** Fixed when the account is made; the provider sends a change as an update, and the service refuses it. */
const infrastructureEncryptionStays: UpdateRule = ({ inputs }, wanted): Refusal | undefined => {
  if (encryptsTwice(inputs) === encryptsTwice(wanted)) return undefined;
  return {
    code: "AccountPropertyIsReadOnly",
    message:
      "The property 'requireInfrastructureEncryption' was specified in the input, but it cannot be updated as it is read-only.",
    status: 409,
  };
};

function encryptsTwice(inputs: Values): boolean {
  const encryption = inputs["encryption"] as Values | undefined;
  return encryption?.["requireInfrastructureEncryption"] === true;
}

/** https://learn.microsoft.com/azure/storage/common/storage-network-security: public addresses, no /31 and no /32. */
const networksAreTaken = (inputs: Values): Refusal | undefined => {
  const wrong = textsAt(inputs, "networkRuleSet.ipRules.iPAddressOrRange").find((block) =>
    /\/3[12]$|^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(block),
  );
  if (wrong === undefined) return undefined;
  return {
    code: "InvalidValuesForRequestParameters",
    message: `Values for request parameters are invalid: networkAcls.ipRule[*].value(${wrong}).`,
  };
};

const ofIdentity = ({ inputs }: { readonly inputs: Values }): string =>
  ["resourceGroupName", "resourceName"].map((name) => textOf(inputs, name)).join("/");

/**
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations: at most 20 of an identity, which is
 * there, and each issuer and subject once.
 */
const credentialIsTaken: InputRule = (inputs, cloud, { id }): Refusal | undefined => {
  const owner = textOf(inputs, "resourceName");
  if (!cloud.ofType(identityType).some((record) => ofIdentity(record) === ofIdentity({ inputs }))) {
    const message = `The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/${owner}' under resource group '${textOf(inputs, "resourceGroupName")}' was not found.`;
    return { code: "ResourceNotFound", message, status: 404 };
  }
  const others = cloud
    .ofType(credentialType)
    .filter((record) => record.id !== id && ofIdentity(record) === ofIdentity({ inputs }));
  if (others.length >= 20) {
    const message = `Too many Federated Identity Credentials, maximum 20 allowed for this Managed Identity: ${owner}.`;
    return { code: "BadRequest", message };
  }
  const same = (of: Values): boolean =>
    ["issuer", "subject"].every((name) => textOf(of, name) === textOf(inputs, name));
  if (!others.some((record) => same(record.inputs))) return undefined;
  return {
    code: "BadRequest",
    message: "Issuer and subject combination already exists for this Managed Identity.",
  };
};

const roleIsGrantedOnce: Rule = ({ inputs }, cloud): Refusal | undefined => {
  const same = (of: Values): boolean =>
    ["scope", "principalId", "roleDefinitionId"].every((name) => textOf(of, name) === textOf(inputs, name));
  if (!cloud.ofType(roleType).some((record) => same(record.inputs))) return undefined;
  return {
    code: "RoleAssignmentExists",
    message: "The role assignment already exists.",
    status: 409,
  };
};

const containerNameIsValid: Rule = ({ inputs }): Refusal | undefined => {
  const name = textOf(inputs, "containerName");
  if (/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) return undefined;
  const message = "The specified resource name contains invalid characters.";
  return { code: "InvalidResourceName", message };
};

export const entries: Entries = {
  [groupType]: {
    // A group goes with everything in it.
    afterDelete: ({ id }, cloud) => {
      for (const inside of cloud.inPlace())
        if (inside.id.startsWith(`${id}/`)) cloud.remove(inside.type, inside.id);
    },
  },
  [accountType]: {
    outputs: ({ id, inputs, now, place }) => {
      const name = id.split("/").at(-1) ?? "";
      const endpoint = (service: string): string => `https://${name}.${service}.core.windows.net/`;
      return {
        accessTier: textOf(inputs, "accessTier") || "Hot",
        creationTime: now,
        primaryLocation: textOf(inputs, "location") || place.region,
        statusOfPrimary: "available",
        primaryEndpoints: {
          blob: endpoint("blob"),
          dfs: endpoint("dfs"),
          file: endpoint("file"),
          queue: endpoint("queue"),
          table: endpoint("table"),
          web: `https://${name}.z16.web.core.windows.net/`,
        },
      };
    },
    refuseInputs: [networksAreTaken],
    refuseCreate: [accountNameIsValid, accountNameIsFree],
    refuseUpdate: [infrastructureEncryptionStays],
    afterDelete: ({ id }, cloud) => {
      for (const inside of cloud.inPlace())
        if (inside.id.startsWith(`${id}/`)) cloud.remove(inside.type, inside.id);
    },
  },
  "azure-native:storage:BlobContainer": {
    outputs: ({ now, random }) => ({
      deleted: false,
      etag: `"0x8D${random.hex(13).toUpperCase()}"`,
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
      lastModifiedTime: now,
      leaseState: "Available",
      leaseStatus: "Unlocked",
      remainingRetentionDays: 0,
      version: "",
      deletedTime: "",
      leaseDuration: "",
    }),
    refuseCreate: [containerNameIsValid],
  },
  [identityType]: {
    outputs: ({ random }) => ({
      clientId: random.uuid(),
      principalId: random.uuid(),
      tenantId: random.uuid(),
    }),
  },
  [credentialType]: {
    refuseInputs: [credentialIsTaken],
  },
  [roleType]: { refuseCreate: [roleIsGrantedOnce] },
};

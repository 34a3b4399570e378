import type { TypeLine } from "../fact-files";
import type { TypeRules } from "./type-rules";

/**
 * Body properties that force a replacement, beyond the parts of a resource's address and the location. Sources: the
 * replacement table of the Pulumi provider and the REST reference of the services. Types that are not here may have more.
 */
const replaced: Readonly<Record<string, readonly string[]>> = {
  "azure-native:authorization:ManagementLockAtResourceGroupLevel": [],
  "azure-native:authorization:ManagementLockAtResourceLevel": [],
  "azure-native:authorization:ManagementLockAtSubscriptionLevel": [],
  "azure-native:authorization:ManagementLockByScope": [],
  "azure-native:authorization:RoleAssignment": ["principalId", "roleDefinitionId", "scope"],
  "azure-native:authorization:RoleDefinition": [],
  "azure-native:keyvault:Key": [],
  "azure-native:keyvault:Secret": [],
  "azure-native:keyvault:Vault": [],
  "azure-native:managedidentity:FederatedIdentityCredential": [],
  "azure-native:managedidentity:UserAssignedIdentity": [],
  "azure-native:resources:ResourceGroup": [],
  "azure-native:storage:Blob": ["source", "type"],
  "azure-native:storage:BlobContainer": [],
  "azure-native:storage:BlobServiceProperties": [],
  "azure-native:storage:ManagementPolicy": [],
  "azure-native:storage:StorageAccount": ["isHnsEnabled"],
};

/** Own names that are UUIDs in Azure. */
const uuidNames: ReadonlySet<string> = new Set(["roleAssignmentName", "roleDefinitionId"]);

/** Parts of an address that stand before the service's own part: what they name is no parent of the resource. */
const outerParts: ReadonlySet<string> = new Set([
  "apiVersion",
  "groupId",
  "managementGroupId",
  "managementGroupName",
  "parentResourcePath",
  "resourceGroupName",
  "resourceProviderNamespace",
  "resourceType",
  "scope",
  "subscriptionId",
]);

/**
 * What the Azure provider does. A resource's address is made of the text inputs that are no outputs; the optional one
 * among them is the resource's own name, drawn at random for a resource of its own, copied from the program's for a part
 * of another resource.
 */
export function azureNativeRules(token: string, line: TypeLine): TypeRules {
  if (token.startsWith("pulumi:providers:")) return {};
  const address = (line.inputOnly ?? []).filter(
    (name) => line.in[name] === "s" || line.in[`${name}!`] === "s",
  );
  const own = address.filter((name) => name in line.in && /(Name|Id|Version|username)$/.test(name)).pop();
  const isLock = token.startsWith("azure-native:authorization:ManagementLock");
  const parents = address.filter((name) => name !== own && !outerParts.has(name) && !isLock);
  const kind = own !== undefined && uuidNames.has(own) ? "uuid" : parents.length > 0 ? "copy" : "random";
  const table = replaced[token];
  const located = "location" in line.in || "location!" in line.in ? ["location"] : [];
  return {
    ...(own !== undefined && { autonaming: { property: own, kind, separator: "", randomLength: 8 } }),
    replaces: [...new Set([...address, ...located, ...(table ?? [])])],
    certainty: table === undefined ? "declarations" : "schema",
  };
}

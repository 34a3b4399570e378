const group = "/subscriptions/6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60/resourceGroups";

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What Azure makes of the resources of a state backend: paths for ids, and names that are read back. */
export const azureResources: Readonly<
  Record<
    string,
    (resource: { readonly inputs: Readonly<Record<string, unknown>> }) => {
      readonly id: string;
      readonly outputs: Readonly<Record<string, string>>;
    }
  >
> = {
  "azure-native:resources:ResourceGroup": ({ inputs }) => {
    const name = text(inputs["resourceGroupName"]);
    return { id: `${group}/${name}`, outputs: { name } };
  },
  "azure-native:storage:StorageAccount": ({ inputs }) => {
    const name = text(inputs["accountName"]);
    const path = `${group}/${text(inputs["resourceGroupName"])}/providers/Microsoft.Storage/storageAccounts`;
    return { id: `${path}/${name}`, outputs: { name } };
  },
  "azure-native:managedidentity:UserAssignedIdentity": ({ inputs }) => {
    const name = text(inputs["resourceName"]);
    const path = `${group}/${text(inputs["resourceGroupName"])}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;
    return {
      id: `${path}/${name}`,
      outputs: { name, clientId: `client of ${name}`, principalId: `principal of ${name}` },
    };
  },
};

import type { StateSettings } from "../../settings/sections/state";

/**
 * What `pulumi login` takes for a stack's state: `azblob://state?storage_account=weaveworksdevstate`. With the account in
 * it, nobody has to set AZURE_STORAGE_ACCOUNT.
 */
export function backendUrl({ container, storageAccount }: StateSettings): string {
  return `azblob://${container}?storage_account=${storageAccount}`;
}

/** The resource group of a stack's state. */
export function resourceGroupName(settings: StateSettings, stack: string): string {
  return settings.resourceGroup ?? `groundwork-${stack}-state`;
}

/** What `pulumi` takes for the key that encrypts a stack's secrets; undefined for a backend without a vault. */
export function secretsProviderUrl({ keyVault }: StateSettings): string | undefined {
  return keyVault && `azurekeyvault://${keyVault.name}.vault.azure.net/keys/${keyVault.key}`;
}

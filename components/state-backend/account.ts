import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { StateSettings } from "../../settings/sections/state";
import { guarded } from "../guard/guarded";
import type { StackContext } from "../../settings/stack-context";

export interface AccountArgs {
  readonly context: StackContext;
  readonly settings: StateSettings;
  readonly group: ResourceGroup;
  readonly tags: Readonly<Record<string, string>>;
  readonly parent: pulumi.Resource;
}

/**
 * A storage account that only people and programs with a login of Entra ID reach, over TLS 1.2: no anonymous access, no
 * account keys and so no shared access signatures made of them, no local users. Encrypted twice (infrastructure
 * encryption is fixed at creation).
 */
export function createAccount(name: string, args: AccountArgs): StorageAccount {
  const { context, settings, group, tags, parent } = args;
  const blocks = settings.allowedCidrBlocks;
  return new StorageAccount(
    name,
    {
      resourceGroupName: group.name,
      accountName: settings.storageAccount,
      location: settings.location,
      kind: "StorageV2",
      sku: { name: settings.redundancy },
      accessTier: "Hot",
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      isSftpEnabled: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      encryption: {
        keySource: "Microsoft.Storage",
        requireInfrastructureEncryption: true,
        services: {
          blob: { enabled: true, keyType: "Account" },
          file: { enabled: true, keyType: "Account" },
        },
      },
      publicNetworkAccess: "Enabled",
      networkRuleSet: {
        // Nothing of Azure's own needs to get past the rules here.
        bypass: "None",
        defaultAction: blocks.length === 0 ? "Allow" : "Deny",
        ipRules: blocks.map((block) => ({ action: "Allow", iPAddressOrRange: block })),
      },
      tags,
    },
    guarded("azure-native:storage:StorageAccount", context, { parent }),
  );
}

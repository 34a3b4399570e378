import { Key } from "@pulumi/azure-native/keyvault/key";
import { Vault } from "@pulumi/azure-native/keyvault/vault";
import type { StateSettings } from "../../settings/sections/state";
import { guarded } from "../guard/guarded";
import type { AccountArgs } from "./account";

export interface KeyVaultArgs extends AccountArgs {
  readonly vault: NonNullable<StateSettings["keyVault"]>;
}

/**
 * A key vault with the key that encrypts a stack's secrets. The engine has a data key of its own for each stack, and asks the vault
 * to encrypt and decrypt that one; the vault's key never leaves it. Who may is said by roles (access.ts), not by the vault's own list.
 */
export function createKeyVault(name: string, args: KeyVaultArgs): Vault {
  const { context, settings, group, tags, parent } = args;
  const blocks = settings.allowedCidrBlocks;
  const vault = new Vault(
    `${name}-vault`,
    {
      resourceGroupName: group.name,
      vaultName: args.vault.name,
      location: settings.location,
      properties: {
        // The settings demand one beside a vault.
        tenantId: settings.tenantId ?? "",
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        // Azure's most. Without its key nobody can read the stack's secrets again.
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
        publicNetworkAccess: "Enabled",
        networkAcls: {
          bypass: "None",
          defaultAction: blocks.length === 0 ? "Allow" : "Deny",
          ipRules: blocks.map((value) => ({ value })),
        },
      },
      tags,
    },
    guarded("azure-native:keyvault:Vault", context, { parent }),
  );
  new Key(
    `${name}-key`,
    {
      resourceGroupName: group.name,
      vaultName: vault.name,
      keyName: args.vault.key,
      // Go Cloud's azurekeyvault, which the engine uses, encrypts by RSA-OAEP-256.
      properties: {
        kty: "RSA",
        keySize: 3072,
        keyOps: ["encrypt", "decrypt"],
        attributes: { enabled: true },
      },
      tags,
    },
    guarded("azure-native:keyvault:Key", context, { parent }),
  );
  return vault;
}

import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import { BlobContainer } from "@pulumi/azure-native/storage/blobContainer";
import { BlobServiceProperties } from "@pulumi/azure-native/storage/blobServiceProperties";
import { ManagementPolicy } from "@pulumi/azure-native/storage/managementPolicy";
import type { input } from "@pulumi/azure-native/types";
import * as pulumi from "@pulumi/pulumi";
import type { StateSettings } from "../../settings/sections/state";
import type { TagsSettings } from "../../settings/sections/tags";
import { guarded } from "../guard/guarded";
import type { StackContext } from "../../settings/stack-context";
import type { CiIdentity } from "../../guard/rules/ci-roles";
import { grantAccess } from "./access";
import { createAccount } from "./account";
import { backendUrl, resourceGroupName, secretsProviderUrl } from "./address";
import { createCiIdentities, type CiClients } from "./ci-identities";
import { createKeyVault } from "./key-vault";
import { tagsOfStack } from "../names";

export interface StateBackendArgs {
  readonly context: StackContext;
  readonly settings: StateSettings;
  /** Tags besides project, environment and managed-by: the Azure provider adds none by itself. */
  readonly tags: TagsSettings;
  /** Who CI is. Default: nobody, but for whom `principals` names. */
  readonly ci?: CiIdentity | undefined;
}

/**
 * The blob container that Pulumi keeps a stack's state in: a storage account of its own in a resource group of its own,
 * with versions of what is overwritten, soft delete of blobs and containers, a change feed, and a delete lock over all
 * of it; beside it, where the settings say so, a key vault with the key that encrypts the stack's secrets.
 *
 * It belongs to a program of its own (state/), never to the stack whose state it holds.
 */
export class StateBackend extends pulumi.ComponentResource {
  /** For `pulumi login`. */
  readonly backendUrl: string;
  /** For `pulumi stack init --secrets-provider`. */
  readonly secretsProvider: string | undefined;
  /** Undefined where CI has no identities. */
  readonly ciClients: CiClients | undefined;

  constructor(name: string, args: StateBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:state:StateBackend", name, {}, opts);
    const { context, settings } = args;
    const tags = {
      ...args.tags,
      ...tagsOfStack(context),
    };
    const group = new ResourceGroup(
      `${name}-group`,
      { resourceGroupName: resourceGroupName(settings, context.stack), location: settings.location, tags },
      guarded("azure-native:resources:ResourceGroup", context, { parent: this }),
    );
    const account = createAccount(name, { context, settings, group, tags, parent: this });
    const within = { resourceGroupName: group.name, accountName: account.name };
    const service = new BlobServiceProperties(
      `${name}-blob-service`,
      {
        ...within,
        blobServicesName: "default",
        isVersioningEnabled: true,
        // Never allowPermanentDelete: soft delete could be gone around with it.
        deleteRetentionPolicy: { enabled: true, days: settings.softDeleteDays, allowPermanentDelete: false },
        containerDeleteRetentionPolicy: { enabled: true, days: settings.softDeleteDays },
        changeFeed: { enabled: true, retentionInDays: settings.versionDays },
      },
      guarded("azure-native:storage:BlobServiceProperties", context, { parent: this }),
    );
    const lifecycle = new ManagementPolicy(
      `${name}-lifecycle`,
      {
        ...within,
        // The one name that Azure takes.
        managementPolicyName: "default",
        policy: { rules: [deleteOldVersions(settings)] },
      },
      guarded("azure-native:storage:ManagementPolicy", context, { parent: this, dependsOn: [service] }),
    );
    const container = new BlobContainer(
      `${name}-container`,
      // Its name is said here: the provider's own ("state-container") has nothing random in it and may be taken.
      { ...within, containerName: settings.container, publicAccess: "None" },
      // After versioning: what is in it was never without.
      guarded("azure-native:storage:BlobContainer", context, { parent: this, dependsOn: [service] }),
    );
    const ci = args.ci && createCiIdentities(name, { ci: args.ci, settings, group, tags, parent: this });
    this.ciClients = ci?.clients;
    const principals = { ...settings.principals, ...ci?.principals };
    grantAccess(name, { settings, principals, group, parent: this });
    const vault =
      settings.keyVault &&
      createKeyVault(name, { context, settings, vault: settings.keyVault, group, tags, parent: this });
    const lock = (
      suffix: string,
      scope: pulumi.Input<string>,
      notes: string,
      dependsOn: pulumi.Resource[],
    ): void => {
      new ManagementLockByScope(
        `${name}-${suffix}`,
        { scope, lockName: "groundwork-state", level: "CanNotDelete", notes },
        guarded("azure-native:authorization:ManagementLockByScope", context, { parent: this, dependsOn }),
      );
    };
    // At every guard level: the engine refuses to delete in one run what it protected until then. At disposable it stands
    // unprotected, and a destroy takes it first, since it came last.
    lock(
      "lock",
      account.id,
      `Holds the Pulumi state of ${context.stack}: without it nobody knows what belongs to that stack.`,
      [lifecycle, container],
    );
    if (vault !== undefined) {
      lock("vault-lock", vault.id, `Its key opens the secrets of ${context.stack}.`, [vault]);
    }
    this.backendUrl = backendUrl(settings);
    this.secretsProvider = secretsProviderUrl(settings);
    this.registerOutputs({
      backendUrl: this.backendUrl,
      containerId: container.id,
      ...(this.secretsProvider !== undefined && { secretsProvider: this.secretsProvider }),
    });
  }
}

/** Takes away versions that were overwritten long ago, and nothing that is current. */
function deleteOldVersions(settings: StateSettings): input.storage.ManagementPolicyRuleArgs {
  return {
    name: "old-versions",
    type: "Lifecycle",
    enabled: true,
    definition: {
      actions: { version: { delete: { daysAfterCreationGreaterThan: settings.versionDays } } },
      filters: { blobTypes: ["blockBlob"], prefixMatch: [`${settings.container}/`] },
    },
  };
}

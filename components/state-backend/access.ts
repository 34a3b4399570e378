import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { StateSettings } from "../../settings/sections/state";

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage */
const roles = {
  contributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  reader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  lockBreaker: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
} as const;

/** Key Vault Crypto User. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security */
const cryptoUser = "12338af0-0e69-4776-bea7-57ae8d297424";

const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
const writes = ["write", "delete", "add/action", "move/action"];

/**
 * Of what changes blobs only what lies where the engine keeps its locks.
 * https://learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples
 */
const locksAlone =
  `(${writes.map((write) => `!(ActionMatches{'${blobs}/${write}'})`).join(" AND ")}) OR ` +
  `(@Resource[${blobs}:path] StringLike '.pulumi/locks/*')`;

/** As the settings have one, or with an id that is not known before. */
export type Principal = Omit<StateSettings["principals"][string], "objectId"> & {
  readonly objectId: pulumi.Input<string>;
};

/**
 * Lets principals at the state: Storage Blob Data Contributor may read, write and delete blobs, but delete no version of
 * one for good; that takes Storage Blob Data Owner, which nobody is given here.
 *
 * Granted on the resource group, which holds nothing else. On the account or the container nobody could be taken off
 * the list again: a delete lock also refuses the deletion of role assignments on what it locks.
 */
export function grantAccess(
  name: string,
  args: {
    readonly settings: StateSettings;
    readonly principals: Readonly<Record<string, Principal>>;
    readonly group: ResourceGroup;
    readonly parent: pulumi.Resource;
  },
): RoleAssignment[] {
  const { settings, group, parent } = args;
  return Object.entries(args.principals).flatMap(([key, { objectId, type, role }]) => {
    const assign = (suffix: string, roleId: string, condition?: string): RoleAssignment =>
      new RoleAssignment(
        `${name}-${suffix}-${key}`,
        {
          scope: group.id,
          principalId: objectId,
          principalType: type,
          roleDefinitionId: `/subscriptions/${settings.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
          ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
        },
        { parent },
      );
    const access = assign("access", roles[role], role === "lockBreaker" ? locksAlone : undefined);
    const decrypts = settings.keyVault !== undefined && role !== "lockBreaker";
    return decrypts ? [access, assign("decrypts", cryptoUser)] : [access];
  });
}

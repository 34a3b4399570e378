import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import type { StateSettings } from "../../settings/sections/state";

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage */
const roles = {
  contributor: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  reader: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
} as const;

/**
 * Lets principals at the state: Storage Blob Data Contributor may read, write and delete blobs, but delete no version of
 * one for good; that takes Storage Blob Data Owner, which nobody is given here.
 *
 * Granted on the resource group, which holds nothing else. On the account or the container nobody could be taken off
 * the list again: a delete lock also refuses the deletion of role assignments on what it locks.
 */
export function grantAccess(
  name: string,
  { settings, group, parent }: { settings: StateSettings; group: ResourceGroup; parent: pulumi.Resource },
): RoleAssignment[] {
  return Object.entries(settings.principals).map(
    ([key, { objectId, type, role }]) =>
      new RoleAssignment(
        `${name}-access-${key}`,
        {
          scope: group.id,
          principalId: objectId,
          principalType: type,
          roleDefinitionId: `/subscriptions/${settings.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roles[role]}`,
        },
        { parent },
      ),
  );
}

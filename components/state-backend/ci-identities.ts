import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type * as pulumi from "@pulumi/pulumi";
import {
  ciProvider,
  ciRoleName,
  ciSubjects,
  type CiIdentity,
  type CiRoleKind,
} from "../../guard/rules/ci-roles";
import type { StateSettings } from "../../settings/sections/state";
import type { Principal } from "./access";

/** What Entra ID takes such tokens for. Source: Microsoft Entra, "Configure a managed identity to trust an external identity provider". */
const audience = "api://AzureADTokenExchange";

export interface CiIdentitiesArgs {
  readonly ci: CiIdentity;
  readonly settings: StateSettings;
  readonly group: ResourceGroup;
  readonly tags: Readonly<Record<string, string>>;
  readonly parent: pulumi.Resource;
}

/** Client ids: `AZURE_CLIENT_ID` of the jobs that read, and of those that change. */
export type CiClients = Readonly<Record<CiRoleKind, pulumi.Output<string>>>;

/**
 * Two managed identities that jobs of GitHub log in as, with no secret: the one that previews reads the state, the other one writes it.
 * As in AWS, each is for whole subjects.
 */
export function createCiIdentities(
  name: string,
  args: CiIdentitiesArgs,
): { readonly clients: CiClients; readonly principals: Readonly<Record<string, Principal>> } {
  const { ci, group, settings, tags, parent } = args;
  const make = (kind: CiRoleKind): UserAssignedIdentity => {
    const identity = new UserAssignedIdentity(
      `${name}-ci-${kind}`,
      {
        resourceGroupName: group.name,
        resourceName: ciRoleName(ci, kind),
        location: settings.location,
        tags,
      },
      { parent },
    );
    let last: FederatedIdentityCredential[] = [];
    for (const subject of ciSubjects(ci, kind)) {
      // `pull_request`, `ref` or `environment`: one of a kind.
      const key = (subject.split(":")[2] ?? "").replace("_", "-");
      last = [
        new FederatedIdentityCredential(
          `${name}-ci-${kind}-${key}`,
          {
            resourceGroupName: group.name,
            resourceName: identity.name,
            federatedIdentityCredentialResourceName: key,
            issuer: ciProvider.url,
            subject,
            audiences: [audience],
          },
          // Azure takes one after the other: two at a time under one identity are a conflict (409).
          { parent, dependsOn: last },
        ),
      ];
    }
    return identity;
  };
  const [plan, apply] = [make("plan"), make("apply")];
  return {
    clients: { plan: plan.clientId, apply: apply.clientId },
    principals: {
      "ci-plan": { objectId: plan.principalId, type: "ServicePrincipal", role: "reader" },
      "ci-apply": { objectId: apply.principalId, type: "ServicePrincipal", role: "contributor" },
    },
  };
}

import { Provider } from "@pulumi/azure-native/provider";
import type { StateSettings } from "../../settings/sections/state";

/** The one Azure provider of a stack's state, bound to its subscription, whatever `az account set` chose. */
export function createAzureProvider({ subscriptionId, tenantId }: StateSettings): Provider {
  return new Provider("azure", { subscriptionId, ...(tenantId !== undefined && { tenantId }) });
}

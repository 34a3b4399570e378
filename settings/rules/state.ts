import { judge } from "./retention";
import { finding, type Rule } from "./rule";

const deletedStateReachesTheFloor: Rule = function* (input) {
  yield* judge(input, "softDeletedBlobs", "state", ["softDeleteDays"], input.state?.softDeleteDays);
};

const overwrittenStateReachesTheFloor: Rule = function* (input) {
  yield* judge(input, "overwrittenObjects", "state", ["versionDays"], input.state?.versionDays);
};

/** Without its state nothing of production can be changed, or found. */
const productionStateOutlivesABuilding: Rule = function* ({ state, guardLevel }) {
  if (guardLevel === "production" && state?.redundancy === "Standard_LRS") {
    yield finding("state", ["redundancy"], {
      message: 'found "Standard_LRS" at guard level production: all copies would be in one building',
      allowed: "a redundancy over zones, over regions, or both",
    });
  }
};

/** Azure takes one assignment of a role to a principal, and refuses the second. */
const principalsAreNamedOnce: Rule = function* ({ state }) {
  const names = new Map<string, string>();
  for (const [name, principal] of Object.entries(state?.principals ?? {})) {
    const id = principal?.objectId;
    const known = id === undefined ? undefined : names.get(id);
    if (known !== undefined) {
      yield finding("state", ["principals", name, "objectId"], {
        message: `is that of ${JSON.stringify(known)} too`,
        allowed: "each principal once: a contributor may read as well",
      });
    } else if (id !== undefined) {
      names.set(id, name);
    }
  }
};

/** Who may write state may take every lock of the guard away: at production that is what reviewed changes go through. */
const nobodyWritesProductionByHand: Rule = function* ({ state, guardLevel }) {
  if (guardLevel !== "production") return;
  for (const [name, principal] of Object.entries(state?.principals ?? {})) {
    if (principal?.type === "ServicePrincipal" || (principal?.role ?? "contributor") !== "contributor")
      continue;
    yield finding("state", ["principals", name, "role"], {
      message: `lets ${principal?.type === "User" ? "a person" : "a group of people"} write the state of guard level production`,
      allowed:
        "reader for those who preview, lockBreaker for those on call, contributor for the service principal of a pipeline alone",
    });
  }
};

/** A vault belongs to a tenant, and Azure takes no vault without one. */
const aVaultHasATenant: Rule = function* ({ state }) {
  if (state?.keyVault !== undefined && state.tenantId === undefined) {
    yield finding("state", ["keyVault"], {
      message: "there is no tenantId beside it",
      allowed: "groundwork:state.tenantId, as `az account show` prints it",
    });
  }
};

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources: not < > % & \ ? and /. */
const tagsFitAzure: Rule = function* ({ declared, tags }) {
  for (const key of declared.has("state") ? Object.keys(tags ?? {}) : []) {
    if (key.includes("/")) {
      yield finding("tags", [key], {
        message: `${JSON.stringify(key)} has a slash, which Azure does not take in the name of a tag`,
        allowed: "names without a slash in a stack with groundwork:state",
        aboutKey: true,
      });
    }
  }
};

export const stateRules: readonly Rule[] = [
  deletedStateReachesTheFloor,
  overwrittenStateReachesTheFloor,
  productionStateOutlivesABuilding,
  principalsAreNamedOnce,
  nobodyWritesProductionByHand,
  aVaultHasATenant,
  tagsFitAzure,
];

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
  tagsFitAzure,
];

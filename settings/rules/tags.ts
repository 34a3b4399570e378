import { finding, type Rule } from "./rule";

/** AWS takes 50 tags a resource; ten are left for those that are always there and for single resources. */
const mostTags = 40;
const ownTags = ["project", "environment", "managed-by"] as const;

/** Case does not count: IAM and some others take `Project` and `project` for the same key, the rest do not. */
const tagKeysAreUnique: Rule = function* ({ tags }) {
  const seen = new Set<string>();
  for (const key of Object.keys(tags ?? {})) {
    const plain = key.toLowerCase();
    if (ownTags.some((own) => own === plain)) {
      yield finding("tags", [key], {
        message: `${JSON.stringify(key)} is set by the program on every resource`,
        allowed: `keys other than ${ownTags.join(", ")}`,
        aboutKey: true,
      });
    } else if (plain === "name") {
      yield finding("tags", [key], {
        message: `${JSON.stringify(key)} is what the AWS console shows as a resource's name: all would have the same`,
        allowed: "keys other than Name, which each resource sets for itself",
        aboutKey: true,
      });
    } else if (seen.has(plain)) {
      yield finding("tags", [key], {
        message: `${JSON.stringify(key)} stands here twice, in different case`,
        allowed: "keys that differ by more than case: IAM takes them for the same",
        aboutKey: true,
      });
    }
    seen.add(plain);
  }
};

const tagsFitOnResources: Rule = function* ({ tags }) {
  const count = Object.keys(tags ?? {}).length;
  if (count > mostTags) {
    yield finding("tags", [], {
      message: `${count} tags`,
      allowed: `up to ${mostTags}: AWS takes 50 a resource, and some are the resource's own`,
    });
  }
};

export const tagsRules: readonly Rule[] = [tagKeysAreUnique, tagsFitOnResources];

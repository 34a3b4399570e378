import { floor } from "../floors";
import type { GuardLevel } from "../level";
import { hasUnknown, isRecord, read } from "../unknown";

interface Deletion {
  readonly what: string;
  readonly days: number;
  readonly ofVersions: boolean;
}

const notKnown = "Its rules are not known yet, so neither is what they would delete.";

/**
 * Whether the rules of a storage account's management policy let blobs live shorter than the rules before them. Returns
 * what happens, as a sentence; undefined when nothing lives shorter.
 */
export function versionsDeletedSooner(before: unknown, after: unknown): string | undefined {
  if (hasUnknown(after)) {
    return notKnown;
  }
  const earlier = deletions(before);
  for (const [selection, { what, days }] of deletions(after)) {
    const was = earlier.get(selection);
    if (was === undefined) {
      return `A new rule deletes ${what} after ${days} days.`;
    }
    if (days < was.days) {
      return `A rule deletes ${what} after ${days} days instead of ${was.days}.`;
    }
  }
  return undefined;
}

/** What the first rules of an account begin to delete: current blobs at all, old versions sooner than the floor. */
export function versionsDeletedAtAll(rules: unknown, level: GuardLevel): string | undefined {
  if (hasUnknown(rules)) {
    return notKnown;
  }
  const [first] = [...deletions(rules).values()].filter(
    ({ ofVersions, days }) => !ofVersions || days < floor("overwrittenObjects", level),
  );
  return first === undefined ? undefined : `A new rule deletes ${first.what} after ${first.days} days.`;
}

/** The age in days at which rules begin to delete something: zero where that is not known, infinite where they delete nothing. */
export function soonestDeletion(rules: unknown): number {
  return hasUnknown(rules) ? 0 : Math.min(...[...deletions(rules).values()].map(({ days }) => days));
}

const targets = [
  ["baseBlob", "blobs", "daysAfterModificationGreaterThan"],
  ["baseBlob", "blobs", "daysAfterCreationGreaterThan"],
  ["baseBlob", "blobs", "daysAfterLastAccessTimeGreaterThan"],
  ["snapshot", "snapshots", "daysAfterCreationGreaterThan"],
  ["version", "overwritten versions", "daysAfterCreationGreaterThan"],
] as const;

/** Each deletion by what it selects; of several with the same the soonest. */
function deletions(rules: unknown): Map<string, Deletion> {
  const found = new Map<string, Deletion>();
  for (const rule of Array.isArray(rules) ? rules : []) {
    if (!isRecord(rule) || rule["enabled"] === false) {
      continue;
    }
    const filters = JSON.stringify(read(rule, "definition.filters") ?? {});
    for (const [target, what, age] of targets) {
      const days = read(rule, `definition.actions.${target}.delete.${age}`);
      const key = `${target} ${age} ${filters}`;
      if (typeof days === "number" && days < (found.get(key)?.days ?? Infinity)) {
        found.set(key, { what, days, ofVersions: target !== "baseBlob" });
      }
    }
  }
  return found;
}

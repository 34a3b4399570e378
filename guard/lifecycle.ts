import type { GuardLevel } from "./level";
import { floor } from "./floors";
import { hasUnknown, isRecord } from "./unknown";

interface Expiry {
  /** What the rule does, in words. */
  readonly what: string;
  readonly days: number;
  /** Of overwritten and deleted versions, not of what is current. */
  readonly ofVersions: boolean;
}

/**
 * Whether S3 lifecycle rules let objects live shorter than the rules before them: a new rule that expires something, or
 * one that expires it sooner. Returns what happens, as a sentence; undefined when nothing lives shorter.
 *
 * Rules are compared by what they select (prefix, tags, sizes) and what they do; their ids are names and do not count.
 */
export function shortenedLifecycle(before: unknown, after: unknown): string | undefined {
  if (hasUnknown(after)) {
    return "Its rules are not known yet, so neither is what they would delete.";
  }
  const earlier = expiries(before);
  for (const [scope, expiry] of expiries(after)) {
    const was = earlier.get(scope);
    if (was === undefined) {
      return `A new rule deletes ${expiry.what} ${inDays(expiry.days)}.`;
    }
    if (expiry.days < was.days) {
      return `${capital(expiry.what)} are deleted ${inDays(expiry.days)} instead of ${inDays(was.days)}.`;
    }
  }
  return undefined;
}

/**
 * What rules begin to delete in a bucket that had none, as a sentence: current objects at all, overwritten and deleted
 * versions sooner than the guard level's floor.
 */
export function startedLifecycle(rules: unknown, level: GuardLevel): string | undefined {
  if (hasUnknown(rules)) {
    return "Its rules are not known yet, so neither is what they would delete.";
  }
  const [first] = [...expiries(rules).values()].filter(
    ({ ofVersions, days }) => !ofVersions || days < floor("overwrittenObjects", level),
  );
  return first === undefined ? undefined : `A new rule deletes ${first.what} ${inDays(first.days)}.`;
}

/**
 * The age in days at which rules begin to delete something: an object younger than this is safe from all of them. Zero
 * where that is not known, infinite where they delete nothing.
 */
export function soonestExpiry(rules: unknown): number {
  return hasUnknown(rules) ? 0 : Math.min(...[...expiries(rules).values()].map(({ days }) => days));
}

/** Each expiry by selection and action; of several with the same the soonest. */
function expiries(rules: unknown): Map<string, Expiry> {
  const found = new Map<string, Expiry>();
  for (const rule of Array.isArray(rules) ? rules : []) {
    if (!isRecord(rule) || !isOn(rule)) {
      continue;
    }
    const selection = JSON.stringify(selected(rule));
    for (const [action, expiry] of actions(rule)) {
      const key = `${action} ${selection}`;
      const known = found.get(key);
      if (known === undefined || expiry.days < known.days) {
        found.set(key, expiry);
      }
    }
  }
  return found;
}

function isOn(rule: Readonly<Record<string, unknown>>): boolean {
  // The lifecycle resource says `status: Enabled`, the bucket's own rules `enabled: true`.
  return rule["status"] === "Enabled" || rule["enabled"] === true;
}

function* actions(rule: Readonly<Record<string, unknown>>): Iterable<readonly [string, Expiry]> {
  const current = rule["expiration"];
  if (isRecord(current)) {
    if (typeof current["date"] === "string") {
      // A date is a day that comes for every object, however young.
      yield ["current", { what: `objects on ${current["date"]}`, days: 0, ofVersions: false }];
    } else if (typeof current["days"] === "number" && current["days"] > 0) {
      yield ["current", { what: "objects", days: current["days"], ofVersions: false }];
    }
  }
  const old = rule["noncurrentVersionExpiration"];
  if (isRecord(old)) {
    const days = old["noncurrentDays"] ?? old["days"];
    if (typeof days === "number") {
      yield ["noncurrent", { what: "overwritten and deleted versions", days, ofVersions: true }];
    }
  }
}

function selected(rule: Readonly<Record<string, unknown>>): unknown {
  const filter = rule["filter"];
  if (isRecord(filter)) {
    const { prefix, ...rest } = filter;
    // An empty prefix selects everything, as no filter does.
    return sorted(prefix === "" || prefix === undefined ? rest : { prefix, ...rest });
  }
  return rule["prefix"] === undefined || rule["prefix"] === "" ? {} : { prefix: rule["prefix"] };
}

function sorted(value: unknown): unknown {
  if (!isRecord(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function inDays(days: number): string {
  return days === 0 ? "at once" : `after ${days} ${days === 1 ? "day" : "days"}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How long each rule keeps overwritten and deleted versions; `path` is that of the rules. */
export function noncurrentDays(
  rules: unknown,
  path: string,
): { readonly property: string; readonly days: unknown }[] {
  return (Array.isArray(rules) ? rules : []).flatMap((rule: unknown, index) => {
    const property = `${path}[${index}]`;
    if (!isRecord(rule)) {
      return [{ property, days: rule }];
    }
    const expiration = rule["noncurrentVersionExpiration"];
    if (expiration === undefined || expiration === null || !(isOn(rule) || hasUnknown(rule["status"]))) {
      return [];
    }
    if (!isRecord(expiration)) {
      return [{ property: `${property}.noncurrentVersionExpiration`, days: expiration }];
    }
    const name =
      expiration["noncurrentDays"] === undefined && expiration["days"] !== undefined
        ? "days"
        : "noncurrentDays";
    return [{ property: `${property}.noncurrentVersionExpiration.${name}`, days: expiration[name] }];
  });
}

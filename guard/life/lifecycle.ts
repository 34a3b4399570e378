import { isDeepStrictEqual } from "node:util";
import type { GuardLevel } from "../level";
import { floor } from "../floors";
import { asNumber, asSwitch, hasUnknown, isRecord, onlyOne } from "../unknown";

interface Expiry {
  /** What the rule does, in words. */
  readonly what: string;
  readonly days: number;
  /** How many of the newest versions are spared, however old. */
  readonly spared: number;
  /** The day on which it does it, in ms since 1970, where it is one and the same for every object. */
  readonly on?: number;
  /** Of overwritten and deleted versions, not of what is current. */
  readonly ofVersions: boolean;
}

/** An expiry with what it is about. */
interface Rule extends Expiry {
  readonly action: string;
  readonly selection: Selection;
}

type Selection = Readonly<Record<string, unknown>>;

/**
 * Whether S3 lifecycle rules let objects live shorter than the rules before them: a new rule that expires something, or
 * one that expires it sooner. Returns what happens, as a sentence; undefined when nothing lives shorter.
 *
 * Rules are compared by what they select (prefix, tags, sizes) and what they do; their ids are names and do not count. What
 * an earlier rule deletes as soon may get a rule of its own.
 */
export function shortenedLifecycle(before: unknown, after: unknown): string | undefined {
  if (hasUnknown(after)) {
    return "Its rules are not known yet, so neither is what they would delete.";
  }
  const earlier = expiries(before);
  for (const rule of expiries(after)) {
    const wider = earlier.filter(
      (was) => was.action === rule.action && covers(was.selection, rule.selection),
    );
    if (wider.some((was) => sooner(was, rule) === undefined)) {
      continue;
    }
    const same = wider.find(({ selection }) => isDeepStrictEqual(selection, rule.selection));
    return (same && sooner(same, rule)) ?? `A new rule deletes ${rule.what} ${inDays(rule.days)}.`;
  }
  return undefined;
}

/** What is deleted sooner by one rule than by another about the same, as a sentence. */
function sooner(was: Expiry, is: Expiry): string | undefined {
  if (is.on !== undefined && was.on !== undefined) {
    return is.on < was.on
      ? `${capital(is.what)} are deleted instead of on ${new Date(was.on).toISOString()}.`
      : undefined;
  }
  if (is.days < was.days) {
    return `${capital(is.what)} are deleted ${inDays(is.days)} instead of ${inDays(was.days)}.`;
  }
  return is.spared < was.spared
    ? `Of ${is.what} the newest ${is.spared} are spared instead of ${was.spared}.`
    : undefined;
}

/** Whether all that one rule selects is selected by another. */
function covers(wider: Selection, narrower: Selection): boolean {
  return Object.entries(wider).every(([key, value]) => {
    const other = narrower[key];
    return key === "prefix" && typeof value === "string" && typeof other === "string"
      ? other.startsWith(value)
      : isDeepStrictEqual(value, other);
  });
}

/**
 * What rules begin to delete in a bucket that had none, as a sentence: current objects at all, overwritten and deleted
 * versions sooner than the guard level's floor.
 */
export function startedLifecycle(rules: unknown, level: GuardLevel): string | undefined {
  if (hasUnknown(rules)) {
    return "Its rules are not known yet, so neither is what they would delete.";
  }
  const [first] = expiries(rules).filter(
    ({ ofVersions, days }) => !ofVersions || days < floor("overwrittenObjects", level),
  );
  return first === undefined ? undefined : `A new rule deletes ${first.what} ${inDays(first.days)}.`;
}

/**
 * The age in days at which rules begin to delete something: an object younger than this is safe from all of them. Zero
 * where that is not known, infinite where they delete nothing.
 */
export function soonestExpiry(rules: unknown): number {
  return hasUnknown(rules) ? 0 : Math.min(...expiries(rules).map(({ days }) => days));
}

/** Each expiry of the rules that are on. */
function expiries(rules: unknown): Rule[] {
  return (Array.isArray(rules) ? rules : []).flatMap((rule: unknown) =>
    !isRecord(rule) || !isOn(rule)
      ? []
      : [...actions(rule)].map(([action, expiry]) => ({ action, ...expiry, selection: selected(rule) })),
  );
}

function isOn(rule: Readonly<Record<string, unknown>>): boolean {
  // The lifecycle resource says `status: Enabled`, the bucket's own rules `enabled: true`.
  return rule["status"] === "Enabled" || asSwitch(rule["enabled"]) === true;
}

function* actions(rule: Readonly<Record<string, unknown>>): Iterable<readonly [string, Expiry]> {
  const current = onlyOne(rule["expiration"] ?? rule["expirations"]);
  if (isRecord(current)) {
    const date = current["date"];
    const days = asNumber(current["days"]);
    if (typeof date === "string" && date !== "") {
      // A date is a day that comes for every object, however young.
      const on = Date.parse(date);
      const what = `objects on ${date}`;
      yield ["on a day", { what, days: 0, spared: 0, on: Number.isNaN(on) ? 0 : on, ofVersions: false }];
    } else if (typeof days === "number" && days > 0) {
      yield ["current", { what: "objects", days, spared: 0, ofVersions: false }];
    }
  }
  const old = onlyOne(rule["noncurrentVersionExpiration"] ?? rule["noncurrentVersionExpirations"]);
  if (isRecord(old)) {
    const days = asNumber(old["noncurrentDays"] ?? old["days"]);
    const spared = asNumber(old["newerNoncurrentVersions"]);
    if (typeof days === "number") {
      yield [
        "noncurrent",
        {
          what: "overwritten and deleted versions",
          days,
          spared: typeof spared === "number" ? spared : 0,
          ofVersions: true,
        },
      ];
    }
  }
}

function selected(rule: Readonly<Record<string, unknown>>): Selection {
  const filter = onlyOne(rule["filter"]);
  const all = isRecord(filter) ? filter : { prefix: rule["prefix"], tags: rule["tags"] };
  const { and: both, ...one } = all;
  // An empty prefix selects everything, as no filter does.
  return Object.fromEntries(
    Object.entries({ ...one, ...(isRecord(onlyOne(both)) ? (onlyOne(both) as object) : {}) }).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== "" &&
        !(isRecord(value) && Object.keys(value).length === 0),
    ),
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

import { hasUnknown, isRecord, isUnknown, parseJson } from "../unknown";

const notKnown = "Its rules are not known yet, so neither is what they would delete.";

interface Expiry {
  readonly what: string;
  readonly limit: number;
  readonly unit: "days" | "images";
}

/**
 * Whether the rules of an image repository let images live shorter than the rules before them. Rules are compared by what
 * they select and how they count. Untagged images count too: what is used by its digest has no tag.
 */
export function shorterImages(before: unknown, after: unknown): string | undefined {
  if (isUnknown(after) || hasUnknown(parsed(after))) {
    return notKnown;
  }
  const earlier = expiries(before);
  for (const [selection, expiry] of expiries(after)) {
    const was = earlier.get(selection);
    if (was === undefined) {
      return `A new rule deletes ${described(expiry)}.`;
    }
    if (expiry.limit < was.limit) {
      return `A rule deletes ${described(expiry)} instead of ${was.limit}.`;
    }
  }
  return undefined;
}

/** What the first rules of a repository that has images begin to delete. */
export function startedImages(policy: unknown): string | undefined {
  return shorterImages(undefined, policy);
}

/** The age in days at which rules begin to delete something. Zero where they count images: the next one may be too many. */
export function soonestImage(policy: unknown): number {
  if (isUnknown(policy) || hasUnknown(parsed(policy))) {
    return 0;
  }
  return Math.min(...[...expiries(policy).values()].map(({ limit, unit }) => (unit === "days" ? limit : 0)));
}

function described({ what, limit, unit }: Expiry): string {
  return unit === "days" ? `${what} images after ${limit} days` : `${what} images beyond the newest ${limit}`;
}

function parsed(policy: unknown): unknown {
  return typeof policy === "string" ? parseJson(policy) : policy;
}

function expiries(policy: unknown): ReadonlyMap<string, Expiry> {
  const document = parsed(policy);
  const rules =
    isRecord(document) && Array.isArray(document["rules"]) ? (document["rules"] as unknown[]) : [];
  const found = new Map<string, Expiry>();
  for (const rule of rules) {
    const selection = isRecord(rule) ? rule["selection"] : undefined;
    if (!isRecord(selection) || typeof selection["countNumber"] !== "number") {
      continue;
    }
    const { countNumber, ...rest } = selection;
    const key = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
    const status = selection["tagStatus"];
    const expiry: Expiry = {
      what: typeof status === "string" && status !== "any" ? status : "all",
      limit: countNumber,
      unit: selection["countType"] === "sinceImagePushed" ? "days" : "images",
    };
    if (expiry.limit < (found.get(key)?.limit ?? Infinity)) {
      found.set(key, expiry);
    }
  }
  return found;
}

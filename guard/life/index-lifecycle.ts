import { hasUnknown, isRecord, isUnknown, parseJson } from "../unknown";

const notKnown = "Its rules are not known yet, so neither is what they would delete.";

/**
 * Whether the retention rules of an OpenSearch Serverless collection let indexes live shorter than the rules before them: by
 * `MinIndexRetention` (`24h`, `90d`), after which the service may delete. Without a rule, or with `NoMinIndexRetention`, nothing is
 * deleted.
 */
export function shorterIndexes(before: unknown, after: unknown): string | undefined {
  if (isUnknown(after) || hasUnknown(parsed(after))) {
    return notKnown;
  }
  const earlier = retentions(before);
  for (const [index, days] of retentions(after)) {
    const was = earlier.get(index);
    if (was === undefined || days < was) {
      return `What is in ${index} is deleted after ${days} days${was === undefined ? "" : ` instead of ${was}`}.`;
    }
  }
  return undefined;
}

/** The age in days at which rules begin to delete something. */
export function soonestIndex(policy: unknown): number {
  return isUnknown(policy) || hasUnknown(parsed(policy)) ? 0 : Math.min(...retentions(policy).values());
}

function parsed(policy: unknown): unknown {
  return typeof policy === "string" ? parseJson(policy) : policy;
}

/** Days by pattern of indexes. */
function retentions(policy: unknown): ReadonlyMap<string, number> {
  const document = parsed(policy);
  const rules =
    isRecord(document) && Array.isArray(document["Rules"]) ? (document["Rules"] as unknown[]) : [];
  return new Map(
    rules.flatMap((rule: unknown): [string, number][] => {
      const [time, indexes] = isRecord(rule) ? [rule["MinIndexRetention"], rule["Resource"]] : [];
      const match = typeof time === "string" ? /^(\d+)([hd])$/.exec(time) : undefined;
      if (!match || !Array.isArray(indexes)) {
        return [];
      }
      const days = Number(match[1]) / (match[2] === "h" ? 24 : 1);
      return indexes.map((index: unknown) => [String(index), days]);
    }),
  );
}

import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../guard/unknown";

type Values = Readonly<Record<string, unknown>>;

/** A value that is not the same in two trees; null where there is nothing. */
export interface Difference {
  /** `versioning.enabled`, `ingress[0].cidrBlocks`, `tags["a.b"]`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Where two trees differ, as deep as both go. */
export function differences(from: Values, to: Values, prefix = ""): Difference[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((key) => {
    // What the bridge keeps for itself.
    const [had, has] = [from[key] ?? null, to[key] ?? null];
    return key.startsWith("__") ? [] : differing(had, has, at(prefix, key));
  });
}

function differing(from: unknown, to: unknown, path: string): Difference[] {
  if (isSame(from, to)) {
    return [];
  }
  if (isRecord(from) && isRecord(to)) {
    return differences(from, to, path);
  }
  if (
    Array.isArray(from) &&
    Array.isArray(to) &&
    from.length === to.length &&
    from.concat(to).every(isRecord)
  ) {
    return from.flatMap((item: unknown, index) => differing(item, to[index], `${path}[${index}]`));
  }
  return [{ path, from, to }];
}

/** Lists in another order, and documents written otherwise, are the same: which of both it is, only the provider could say. */
function isSame(from: unknown, to: unknown): boolean {
  return isDeepStrictEqual(from, to) || isDeepStrictEqual(canonical(from), canonical(to));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => JSON.stringify(canonical(item))).sort();
  }
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, canonical(inner)]),
    );
  }
  return typeof value === "string" && /^\s*[{[]/.test(value) ? canonicalText(value) : value;
}

function canonicalText(text: string): unknown {
  try {
    return canonical(JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}

function at(prefix: string, key: string): string {
  const plain = /^[\w$-]+$/.test(key);
  return prefix === "" ? (plain ? key : `["${key}"]`) : plain ? `${prefix}.${key}` : `${prefix}["${key}"]`;
}

/** The property that a path lies in. */
export function topOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

/** Whether one path is the other, or lies within it. */
export function overlap(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long === short || (long.startsWith(short) && /^[.[]/.test(long.slice(short.length)));
}

/**
 * What a path of the engine's leads to; null where there is nothing.
 *
 * @param stop what ends the way: where it stands, everything within is it too.
 */
export function valueAt(values: Values, path: string, stop: unknown): unknown {
  let value: unknown = values;
  for (const [, name, index, quoted] of path.matchAll(/([^.[\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g)) {
    if (value === stop) {
      return stop;
    }
    const key = name ?? index ?? quoted?.replace(/\\(.)/g, "$1") ?? "";
    value =
      Array.isArray(value) || isRecord(value) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  }
  return value ?? null;
}

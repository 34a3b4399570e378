import { amount } from "../describe";
import {
  switchValue,
  type CapacityProperty,
  type ExpiryProperty,
  type KeptProperty,
  type LeastProperty,
  type LifeProperty,
  type PartsProperty,
  type SwitchProperty,
  type VersionProperty,
} from "../stateful-type";
import type { Refusal, ResourceState } from "../step";
import { asNumber, hasUnknown, isUnknown, read } from "../unknown";

/** A change of a property that lets data live shorter, or may. */
export interface Shortening {
  /** Kebab-case name of the rule. */
  readonly rule:
    | "loosened"
    | "lowered-retention"
    | "exchanged"
    | "shrinks"
    | "downgrades"
    | "removes-part"
    | "shortened-lifecycle"
    | "forces-deletion"
    | "unknown-value";
  readonly path: string;
  /** What becomes of the data, as a sentence. */
  readonly loses: string;
  /** The change itself, as a sentence. */
  readonly why: string;
  /** What to do, where lifting the guard would not help: the cloud refuses it, too. */
  readonly safeWay?: string;
  readonly standing?: Refusal["standing"];
}

/**
 * Whether a change shortens the life of data. What is wanted and not known yet counts: nobody could say that it does
 * not. What was wanted before and is unknown counts as safe, for then any change might be for the worse.
 */
export function shortening(
  property: LifeProperty,
  before: ResourceState,
  after: ResourceState,
): Shortening | undefined {
  const { path } = property;
  const wanted = read(after.inputs, path);
  const asked = read(before.inputs, path);
  const has = read(before.outputs, path);
  // Where the cloud makes it larger by itself, it may have more by now than was ever asked for.
  const hasGrown =
    property.kind === "capacity" && property.growsTo !== undefined && isLess(property, asked, has);
  if (same(asked, wanted) && !hasGrown) {
    return undefined;
  }
  // What nobody has set has nothing to keep: whatever comes, nothing is exchanged.
  if (property.kind === "kept" && !hasUnknown(asked) && keptPart(property, asked) === undefined) {
    return undefined;
  }
  // Where nothing was asked for, what the cloud said it took.
  const old = hasGrown ? has : (asked ?? has);
  if (isUnknown(wanted) || (property.kind !== "expiry" && hasUnknown(wanted))) {
    return {
      rule: "unknown-value",
      path,
      loses:
        `Whether this shortens the life of the data cannot be said. ${"otherwise" in property ? property.otherwise : ""}`.trim(),
      why: `${path} is not known before the run, so nobody can tell whether it stays as it is.`,
      safeWay:
        "Take the change back, or have what its value comes from made by a run of its own: in the run after, the value is known.",
    };
  }
  switch (property.kind) {
    case "switch":
      return switched(property, old, wanted);
    case "least":
      return lowered(property, old, wanted);
    case "kept":
      return exchanged(property, asked, wanted);
    case "capacity":
      return shrunk(property, old, wanted, after);
    case "version":
      return downgraded(property, old, wanted);
    case "parts":
      return removed(property, asked, wanted);
    case "expiry":
      return expired(property, old, wanted);
  }
}

function switched(property: SwitchProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const { path, safe, absent, otherwise } = property;
  const [was, is] = [switchValue(property, old) ?? absent, switchValue(property, wanted) ?? absent];
  if (is === safe || (was !== safe && !isUnknown(was))) {
    return undefined;
  }
  const why = property.part === undefined ? changed(path, old, wanted) : `${path} changes.`;
  return { rule: "loosened", path, loses: otherwise, why };
}

function lowered(property: LeastProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const { path, unit, absent, otherwise, part = (value: unknown): unknown => value } = property;
  const number = (value: unknown): unknown => part(asNumber(value));
  const [was, is] = [old ?? absent, wanted ?? absent].map((value) =>
    value === undefined || isUnknown(value) ? value : number(value),
  );
  if (typeof was === "number" && typeof is === "number" && is >= was) {
    return undefined;
  }
  // Nothing was said, and what the cloud takes then is not known: a number is at least an answer. Floors judge it.
  if (was === undefined && typeof is === "number") {
    return undefined;
  }
  return {
    rule: "lowered-retention",
    path,
    loses: otherwise,
    why: changed(path, old, wanted, unit),
    ...standingAt(path, old),
  };
}

/** What of a value has to stay. */
function keptPart({ part }: KeptProperty, value: unknown): unknown {
  return value === undefined || isUnknown(value) || part === undefined ? value : part(value);
}

function exchanged(property: KeptProperty, old: unknown, wanted: unknown): Shortening | undefined {
  if (
    (wanted === undefined && property.mayGo === true) ||
    same(keptPart(property, old), keptPart(property, wanted))
  ) {
    return undefined;
  }
  return {
    rule: "exchanged",
    path: property.path,
    loses: property.otherwise,
    why: changed(
      property.path,
      property.part === undefined ? old : undefined,
      property.part === undefined ? wanted : undefined,
    ),
  };
}

function isLess(property: CapacityProperty, value: unknown, than: unknown): boolean {
  const { part = asNumber } = property;
  const [is, other] = [value, than].map((one) =>
    one === undefined || isUnknown(one) ? undefined : part(one),
  );
  return typeof is === "number" && typeof other === "number" && is < other;
}

function shrunk(
  property: CapacityProperty,
  old: unknown,
  wanted: unknown,
  after: ResourceState,
): Shortening | undefined {
  const { path, unit, otherwise, growsTo, part = asNumber } = property;
  const had = old === undefined || isUnknown(old) ? old : part(old);
  const has = wanted === undefined ? undefined : part(wanted);
  // Without a number the cloud keeps what there is.
  if (wanted === undefined || (typeof had === "number" && typeof has === "number" && has >= had)) {
    return undefined;
  }
  if (old === undefined && typeof has === "number") {
    return undefined;
  }
  // The provider takes it for what the cloud has grown from, and sends nothing.
  if (growsTo !== undefined && isLess(property, wanted, read(after.inputs, growsTo))) {
    return undefined;
  }
  const was = typeof had === "number" ? ` from ${had} ${unit}` : "";
  return {
    rule: "shrinks",
    path,
    loses: otherwise,
    ...standingAt(path, old),
    why: `${path} goes${was} to ${typeof has === "number" ? `${has} ${unit}` : "something else"}.`,
    safeWay:
      "Take the change back: nothing makes it smaller in place. For a smaller one make a second one beside it, move the " +
      "data, and give up the first on purpose (docs/guard.md).",
  };
}

export function downgraded({ path }: VersionProperty, old: unknown, wanted: unknown): Shortening | undefined {
  if (old === undefined || wanted === undefined || !isOlder(wanted, old)) {
    return undefined;
  }
  return {
    rule: "downgrades",
    path,
    loses:
      "An older version does not read what a newer one has written: it would not start, or would start empty.",
    why: `${changed(path, old, wanted)} If nobody here lowered it, the cloud has raised it by itself, as it does when the support of a version ends.`,
    ...standingAt(path, old),
    safeWay:
      "Take the change back, to the version that there is: nothing goes back to an older version in place. To go back, restore a copy from before the " +
      "upgrade beside it and move what was written since.",
  };
}

/**
 * Whether a version comes before another: number by number, as far as both go. `14` is not older than `14.9`, for it
 * leaves the rest to the cloud. Versions of different products (`Elasticsearch_7.10`, `OpenSearch_2.11`) have no order.
 */
function isOlder(version: unknown, than: unknown): boolean {
  const [a, b] = [version, than].map((text) =>
    typeof text === "string" || typeof text === "number"
      ? /^(\D*)(\d+(?:\.\d+)*)/.exec(String(text))
      : undefined,
  );
  if (!a || !b) {
    return isUnknown(than);
  }
  if (a[1] !== b[1]) {
    return false;
  }
  const [is, was] = [a[2], b[2]].map((numbers) => (numbers ?? "").split(".").map(Number));
  for (const [index, number] of (is ?? []).entries()) {
    const other = was?.[index];
    if (other === undefined || number > other) return false;
    if (number < other) return true;
  }
  return false;
}

function removed(property: PartsProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const { path, parts, otherwise } = property;
  if (old === undefined) {
    return undefined;
  }
  const left = parts(wanted);
  for (const [name, kept] of parts(old)) {
    const keeps = left.get(name);
    if (keeps === undefined) {
      return { rule: "removes-part", path, loses: otherwise, why: `${path} no longer has ${name}.` };
    }
    if (keeps < kept) {
      const from = Number.isFinite(kept) ? ` instead of ${kept}` : "";
      return {
        rule: "lowered-retention",
        path,
        loses: otherwise,
        why: `${name} of ${path} keeps ${keeps}${from}.`,
      };
    }
  }
  return undefined;
}

function expired(property: ExpiryProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const what = property.shortens(old, wanted);
  return what === undefined
    ? undefined
    : {
        rule: "shortened-lifecycle",
        path: property.path,
        loses: what,
        why: `${property.path} changes.`,
      };
}

function standingAt(property: string, value: unknown): Pick<Shortening, "standing"> {
  const isPlain = typeof value === "number" || (typeof value === "string" && !isUnknown(value));
  return isPlain ? { standing: { property, value } } : {};
}

function same(a: unknown, b: unknown): boolean {
  return !hasUnknown(a) && !hasUnknown(b) && JSON.stringify(a) === JSON.stringify(b);
}

/** `backupRetentionPeriod goes from 14 days to 3 days.` */
function changed(path: string, old: unknown, wanted: unknown, unit?: LeastProperty["unit"]): string {
  const text = (value: unknown): string | undefined =>
    typeof value === "number"
      ? unit === undefined
        ? String(value)
        : amount(value, unit)
      : typeof value === "boolean" || typeof value === "string"
        ? String(value)
        : undefined;
  const from = isUnknown(old) ? undefined : text(old);
  const to = text(wanted);
  if (to === undefined) {
    return from === undefined ? `${path} changes.` : `${path} was ${from} and is no longer set.`;
  }
  return from === undefined ? `${path} becomes ${to}.` : `${path} goes from ${from} to ${to}.`;
}

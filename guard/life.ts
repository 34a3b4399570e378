import { amount } from "./describe";
import type {
  CapacityProperty,
  ExpiryProperty,
  KeptProperty,
  LeastProperty,
  LifeProperty,
  SwitchProperty,
} from "./stateful-type";
import type { ResourceState } from "./step";
import { hasUnknown, isUnknown, read } from "./unknown";

/** A change of a property that lets data live shorter, or may. */
export interface Shortening {
  /** Kebab-case name of the rule. */
  readonly rule:
    "loosened" | "lowered-retention" | "exchanged" | "shrinks" | "shortened-lifecycle" | "unknown-value";
  readonly path: string;
  /** What becomes of the data, as a sentence. */
  readonly loses: string;
  /** The change itself, as a sentence. */
  readonly why: string;
  /** What to do, where lifting the guard would not help: the cloud refuses it, too. */
  readonly safeWay?: string;
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
  if (same(asked, wanted)) {
    return undefined;
  }
  // Where nothing was asked for, what the cloud said it took.
  const old = asked ?? read(before.outputs, path);
  if (isUnknown(wanted) || (property.kind !== "expiry" && hasUnknown(wanted))) {
    return {
      rule: "unknown-value",
      path,
      loses:
        `Whether this shortens the life of the data cannot be said. ${property.kind === "expiry" ? "" : property.otherwise}`.trim(),
      why: `${path} is not known before the run, so nobody can tell whether it stays as it is.`,
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
      return shrunk(property, old, wanted);
    case "expiry":
      return expired(property, old, wanted);
  }
}

function switched(property: SwitchProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const { path, safe, absent, otherwise } = property;
  const was = old ?? absent;
  const is = wanted ?? absent;
  if (is === safe || (was !== safe && !isUnknown(was))) {
    return undefined;
  }
  return { rule: "loosened", path, loses: otherwise, why: changed(path, old, wanted) };
}

function lowered(property: LeastProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const { path, unit, absent, otherwise } = property;
  const was = old ?? absent;
  const is = wanted ?? absent;
  if (typeof was === "number" && typeof is === "number" && is >= was) {
    return undefined;
  }
  // Nothing was said, and what the cloud takes then is not known: a number is at least an answer. Floors judge it.
  if (was === undefined && typeof is === "number") {
    return undefined;
  }
  return { rule: "lowered-retention", path, loses: otherwise, why: changed(path, old, wanted, unit) };
}

function exchanged(property: KeptProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const part = property.part ?? ((value: unknown) => value);
  const was = old === undefined || isUnknown(old) ? old : part(old);
  if (was === undefined || same(was, wanted === undefined ? undefined : part(wanted))) {
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

function shrunk(property: CapacityProperty, old: unknown, wanted: unknown): Shortening | undefined {
  const { path, unit, otherwise } = property;
  // Without a number the cloud keeps what there is.
  if (wanted === undefined || (typeof old === "number" && typeof wanted === "number" && wanted >= old)) {
    return undefined;
  }
  if (old === undefined && typeof wanted === "number") {
    return undefined;
  }
  const was = typeof old === "number" ? ` from ${old} ${unit}` : "";
  return {
    rule: "shrinks",
    path,
    loses: otherwise,
    why: `${path} goes${was} to ${typeof wanted === "number" ? `${wanted} ${unit}` : "something else"}.`,
    safeWay:
      "Take the change back: nothing makes it smaller in place. For a smaller one make a second one beside it, move the " +
      "data, and give up the first on purpose (docs/guard.md).",
  };
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

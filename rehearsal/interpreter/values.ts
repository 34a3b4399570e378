/**
 * Resource properties as the rehearsal handles them: JSON, with one addition for what a preview cannot know yet.
 * The wire's special signatures (secrets, unknowns, resource references) are taken off in host/wire.ts; assets and
 * archives stay as the objects they are on the wire.
 */

/** A value that is not known before something has been created. */
export class Unknown {
  /** Sets the type apart from every other object with a toString. */
  readonly known = false;

  toString(): string {
    return "(known after apply)";
  }
}

/** The one instance; compare with `isUnknown`. */
export const unknown = new Unknown();

export type Value =
  string | number | boolean | null | Unknown | readonly Value[] | { readonly [name: string]: Value };
export type Values = Readonly<Record<string, Value>>;

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

/** An object that is neither a list nor an unknown. */
export function isRecord(value: unknown): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** Whether an unknown hides anywhere inside. */
export function containsUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (isList(value)) return value.some((item) => containsUnknown(item));
  return isRecord(value) && Object.values(value).some(containsUnknown);
}

/** Structural equality; an absent property and an undefined one are the same, and an unknown equals nothing. */
export function sameValue(left: Value | undefined, right: Value | undefined): boolean {
  if (isUnknown(left) || isUnknown(right)) return false;
  if (left === right) return true;
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => sameValue(left[name], right[name]));
}

/** The texts at a path such as `vpcConfig.subnetIds`: lists on the way are walked, what is no text is passed over. */
export function textsAt(values: Values, path: string): string[] {
  const found = path
    .split(".")
    .reduce<Value[]>(
      (at, name) => at.flatMap((value) => listed(isRecord(value) ? value[name] : undefined)),
      [values],
    );
  return found.filter((value): value is string => typeof value === "string" && value !== "");
}

/** The text of one property; empty when it has none. */
export function textOf(values: Values, name: string): string {
  const value = values[name];
  return typeof value === "string" ? value : "";
}

/** The number of one property; undefined when it has none. */
export function numberOf(values: Values, name: string): number | undefined {
  const value = values[name];
  return typeof value === "number" ? value : undefined;
}

/** The items of one property that is a list; none when it is no list. */
export function listOf(values: Values, name: string): readonly Value[] {
  const value = values[name];
  return isList(value) ? value : [];
}

/** The properties of one property that is an object; none when it is no object. */
export function recordOf(values: Values, name: string): Values {
  const value = values[name];
  return isRecord(value) ? value : {};
}

function listed(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

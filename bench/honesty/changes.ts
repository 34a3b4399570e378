import type { PropertyFacts, PropertyType } from "../../rehearsal/catalogue/type-facts";
import { isList, isRecord, type Value, type Values } from "../../rehearsal/interpreter/values";

/** One change of a resource's inputs. */
export interface InputChange {
  /** Path of the property, `[]` for any index: `defaultActions[].type`. */
  readonly property: string;
  readonly kind: "another" | "longer" | "shorter" | "removed";
  readonly inputs: Values;
}

type Declared = Readonly<Record<string, PropertyFacts>>;

/**
 * Every property of a resource, nested ones too, changed to another value of its kind, lengthened and shortened (lists),
 * and removed: each change alone.
 *
 * @param declared what the type's package declares of its inputs, for values that are one of a few.
 */
export function everyChange(inputs: Values, declared: Declared): readonly InputChange[] {
  return ofRecord(inputs, declared, "").map(({ value, ...change }) => ({
    ...change,
    inputs: value as Values,
  }));
}

interface Change extends Omit<InputChange, "inputs"> {
  /** What stands in place of the value then; undefined where it is gone. */
  readonly value: Value | undefined;
}

function ofRecord(values: Values, declared: Declared | undefined, at: string): readonly Change[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (name.startsWith("__") || value === null) return [];
    const property = at === "" ? name : `${at}.${name}`;
    const inside = ofValue(value, declared?.[name]?.type, property);
    const removed: Change = { property, kind: "removed", value: undefined };
    return [...inside, removed].map((change) => ({ ...change, value: put(values, name, change.value) }));
  });
}

function put(values: Values, name: string, value: Value | undefined): Values {
  const rest = Object.entries(values).filter(([other]) => other !== name);
  return value === undefined ? Object.fromEntries(rest) : { ...values, [name]: value };
}

function ofValue(value: Value, type: PropertyType | undefined, property: string): readonly Change[] {
  if (isList(value)) return ofList(value, type?.kind === "array" ? type.element : undefined, property);
  if (isRecord(value))
    return ofRecord(value, type?.kind === "object" ? type.properties() : undefined, property);
  return [{ property, kind: "another", value: another(value, type) }];
}

function ofList(list: readonly Value[], type: PropertyType | undefined, at: string): readonly Change[] {
  const last = list.at(-1);
  if (last === undefined) return [];
  const inside = list.flatMap((item, index) =>
    ofValue(item, type, `${at}[]`).map((change) => ({
      ...change,
      value: list.map((other, place) => (place === index ? (change.value ?? null) : other)),
    })),
  );
  return [
    ...inside,
    { property: at, kind: "longer", value: [...list, anotherItem(last, type)] },
    { property: at, kind: "shorter", value: list.slice(0, -1) },
  ];
}

/** One more of its kind: a copy of the item with its first plain value changed. */
function anotherItem(item: Value, type: PropertyType | undefined): Value {
  const [first] = ofValue(item, type, "").filter(({ kind }) => kind === "another");
  return first?.value ?? item;
}

/** Another plausible value: the next of an enumeration, a number more, a text of the same form. */
function another(value: Value, type: PropertyType | undefined): Value {
  const named = type?.kind === "union" ? type.of.find((part) => part.kind === "enum") : type;
  if (named?.kind === "enum" && named.values.length > 1) {
    const index = named.values.findIndex((one) => one === value);
    return named.values[(index + 1) % named.values.length] ?? value;
  }
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value !== "string") return value;
  if (value === "true" || value === "false") return value === "true" ? "false" : "true";
  if (/^\s*\{/.test(value)) return value.replace(/"([^"]*)"(?=[^"]*$)/, '"$1-other"');
  return value.replace(/[a-z0-9](?=[^a-z0-9]*$)/i, next);
}

/** The sign after a letter or digit, within what hexadecimal has where that may be. */
function next(sign: string): string {
  if (/\d/.test(sign)) return String((Number(sign) + 1) % 10);
  if (/[fFzZ]/.test(sign)) return sign === sign.toLowerCase() ? "a" : "A";
  return String.fromCharCode(sign.charCodeAt(0) + 1);
}

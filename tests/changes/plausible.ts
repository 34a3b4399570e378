import { z } from "zod";
import { isMapping, metaOf, unwrap } from "../../settings/schema-walk";
import { isOptional, type SettingName } from "./settings-list";
import { values } from "./values";

/** One way to change a value: what it is called, and what it may become, the likeliest first. */
export interface Variant {
  readonly kind: string;
  readonly candidates: readonly unknown[];
}

/** More choices than this are tried at their ends and beside what stands there. */
const mostChoices = 6;

/** Values that may stand where there is none, the likeliest first. None, where the schema does not tell and nobody has said. */
export function plausible(schema: z.core.$ZodType, name: SettingName): readonly unknown[] {
  const said = values[name];
  if (said !== undefined) return said;
  const { examples } = metaOf(schema);
  const bare = unwrap(schema);
  // Another value than the default: to write the default down changes nothing.
  const usual: unknown = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  const found = [...(examples ?? []), ...ofType(bare, name, usual)].filter((value) => !isSame(value, usual));
  return found.filter((value, index) => found.findIndex((other) => isSame(other, value)) === index);
}

function ofType(bare: z.core.$ZodType, name: SettingName, usual: unknown): readonly unknown[] {
  if (bare instanceof z.ZodBoolean) return [true, false];
  if (bare instanceof z.ZodEnum) return bare.options;
  if (bare instanceof z.ZodLiteral) return [...bare.values];
  if (bare instanceof z.ZodNumber) {
    const from = typeof usual === "number" ? usual : (range(bare).min ?? 1);
    return [...upFrom(from, bare), from, ...downFrom(from, bare)];
  }
  if (bare instanceof z.ZodArray) return lists(bare, name);
  if (bare instanceof z.ZodRecord) {
    return plausible(bare.valueType, `${name}.*`).flatMap((value) =>
      plausibleKeys(bare.keyType, name).map((key) => ({ [key]: value })),
    );
  }
  if (bare instanceof z.ZodObject) return mappings(bare, name);
  if (bare instanceof z.ZodUnion) return bare.options.flatMap((option) => plausible(option, name));
  return [];
}

function lists(bare: z.ZodArray, name: SettingName): readonly unknown[] {
  return plausible(bare.element, `${name}[]`).map((value) => [value]);
}

/** What it must have, and no more; and that with each of what it may have besides. */
function mappings(bare: z.ZodObject, name: SettingName): readonly unknown[] {
  const keys = Object.entries<z.core.$ZodType>(bare.shape);
  const first = ([key, schema]: (typeof keys)[number]): readonly (readonly [string, unknown])[] =>
    plausible(schema, `${name}.${key}`)
      .slice(0, 1)
      .map((value) => [key, value] as const);
  const needed = Object.fromEntries(keys.filter(([, schema]) => !isOptional(schema)).flatMap(first));
  const more = keys.filter(([, schema]) => isOptional(schema)).flatMap(first);
  return [needed, ...more.map(([key, value]) => ({ ...needed, [key]: value }))];
}

/** Names for an entry. */
export function plausibleKeys(schema: z.core.$ZodType, name: SettingName): readonly string[] {
  const said = values[`${name} key`];
  const { examples } = metaOf(schema);
  const bare = unwrap(schema);
  const options = bare instanceof z.ZodEnum ? bare.options.map(String) : [];
  return [...(said ?? examples ?? options), "other", "OTHER", "2", "8081"].map(String);
}

/** How a value may become another one: up, down, other, each choice. */
export function variantsOf(schema: z.core.$ZodType, name: SettingName, current: unknown): readonly Variant[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodBoolean) return [{ kind: `to ${String(!current)}`, candidates: [!current] }];
  if (bare instanceof z.ZodEnum || bare instanceof z.ZodLiteral) {
    const options = bare instanceof z.ZodEnum ? bare.options : [...bare.values];
    return choices(options, current).map((value) => ({ kind: `to ${String(value)}`, candidates: [value] }));
  }
  if (bare instanceof z.ZodNumber && typeof current === "number") {
    const said = (values[name] ?? []).filter((value) => typeof value === "number");
    return [
      { kind: "up", candidates: [...said.filter((value) => value > current), ...upFrom(current, bare)] },
      { kind: "down", candidates: [...said.filter((value) => value < current), ...downFrom(current, bare)] },
    ].filter(({ candidates }) => candidates.length > 0);
  }
  if (bare instanceof z.ZodString && typeof current === "string") {
    const others = [...(values[name] ?? metaOf(schema).examples ?? []), ...alike(current)];
    return [{ kind: "other", candidates: others.filter((value) => value !== current) }];
  }
  return bare instanceof z.ZodUnion ? ofUnion(bare, name, current) : [];
}

function ofUnion(bare: z.ZodUnion, name: SettingName, current: unknown): readonly Variant[] {
  const option = bare.options.find((one) => z.safeParse(one, current).success);
  const literals = bare.options.every((one) => one instanceof z.ZodLiteral);
  if (literals) {
    const all = bare.options.flatMap((one) => [...(one as z.ZodLiteral).values]);
    return choices(all, current).map((value) => ({ kind: `to ${String(value)}`, candidates: [value] }));
  }
  if (option === undefined || isMapping(current)) return [];
  const variants = variantsOf(option, name, current);
  // A word that stands for itself becomes what else may stand there.
  return variants.length > 0
    ? variants
    : [{ kind: "other", candidates: plausible(bare, name).filter((value) => value !== current) }];
}

/** All others; of many the first, the last, and the neighbours. */
function choices<T>(options: readonly T[], current: unknown): readonly T[] {
  const at = options.findIndex((option) => option === current);
  const few = options.filter(
    (_, index) =>
      options.length <= mostChoices ||
      [0, options.length - 1].includes(index) ||
      (at !== -1 && Math.abs(index - at) === 1),
  );
  return few.filter((option) => option !== current);
}

function range(schema: z.ZodNumber): { readonly min?: number; readonly max?: number } {
  const { minValue: min, maxValue: max } = schema;
  return {
    ...(min !== null && min > Number.MIN_SAFE_INTEGER && { min }),
    ...(max !== null && max < Number.MAX_SAFE_INTEGER && { max }),
  };
}

function upFrom(current: number, schema: z.ZodNumber): readonly number[] {
  return within(schema, [current * 2, current + 10, current + 1, Math.ceil(current * 1.2)]).filter(
    (value) => value > current,
  );
}

function downFrom(current: number, schema: z.ZodNumber): readonly number[] {
  return within(schema, [Math.floor(current / 2), current - 10, current - 1]).filter(
    (value) => value < current,
  );
}

function within(schema: z.ZodNumber, numbers: readonly number[]): readonly number[] {
  const { min = -Infinity, max = Infinity } = range(schema);
  const ends = [max, min].filter((end) => Number.isFinite(end));
  return [...numbers.filter((value) => value >= min && value <= max), ...ends];
}

/** A text of the same form: its last digit or letter is another one. */
function alike(text: string): readonly string[] {
  const other = (letter: string): string =>
    /\d/.test(letter) ? String((Number(letter) + 1) % 10) : letter === "b" ? "c" : "b";
  return [text.replace(/[a-z\d](?=[^a-z\d]*$)/i, other), `${text}2`];
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

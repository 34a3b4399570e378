import { z } from "zod";
import type { SettingMeta } from "./describe";
import type { Path } from "./problem";

/** Reading zod schemas: what they are under their defaults, what they allow, which schema a path leads to. */

/** Without optional, default and prefault. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? unwrap(schema.unwrap())
    : schema;
}

/** What `setting` and `format` attached, on the schema or under its wrappers; the outermost word wins. */
export function metaOf(schema: z.core.$ZodType): Partial<SettingMeta> {
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
      ? metaOf(schema.unwrap())
      : {};
  return { ...inner, ...(z.globalRegistry.get(schema) as Partial<SettingMeta> | undefined) };
}

/**
 * The option of a union that a mapping belongs to: by its discriminator, or the only one that is a mapping. Undefined when
 * that tells nothing.
 */
export function chosenOption(union: z.core.$ZodType, value: unknown): z.ZodObject | undefined {
  if (!isMapping(value)) {
    return undefined;
  }
  if (!(union instanceof z.ZodDiscriminatedUnion)) {
    const options = union instanceof z.ZodUnion ? union.options : [];
    const mappings = options.filter((option): option is z.ZodObject => option instanceof z.ZodObject);
    return mappings.length === 1 ? mappings[0] : undefined;
  }
  const discriminator = union.def.discriminator;
  return union.options.find(
    (option): option is z.ZodObject =>
      option instanceof z.ZodObject &&
      (option.shape[discriminator] as z.ZodType).safeParse(value[discriminator]).success,
  );
}

/** The schema at a path, following the value through unions; undefined where the path leaves the schema. */
export function schemaAt(schema: z.core.$ZodType, value: unknown, path: Path): z.core.$ZodType | undefined {
  const [step, ...rest] = path;
  if (step === undefined) {
    return schema;
  }
  const bare = unwrap(schema);
  const next = (child: z.core.$ZodType | undefined): z.core.$ZodType | undefined =>
    child === undefined ? undefined : schemaAt(child, valueAt(value, [step]), rest);
  if (bare instanceof z.ZodObject) {
    return next(bare.shape[step] as z.core.$ZodType | undefined);
  }
  if (bare instanceof z.ZodArray) {
    return next(bare.element);
  }
  if (bare instanceof z.ZodRecord) {
    return next(bare.valueType);
  }
  const option = chosenOption(bare, value);
  // Where nothing tells the option, the union itself says what is allowed.
  return option === undefined ? schema : schemaAt(option, value, path);
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, step) => {
    if (Array.isArray(current)) {
      return (current as unknown[])[Number(step)];
    }
    return isMapping(current) && Object.hasOwn(current, step) ? current[step] : undefined;
  }, value);
}

/** What may stand here, as the end of "allowed: ". */
export function allowedText(schema: z.core.$ZodType): string {
  const { allowed, unit } = metaOf(schema);
  const text = allowed ?? allowedByType(unwrap(schema));
  return unit === undefined ? text : `${text}, in ${unit}`;
}

function allowedByType(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodNumber) {
    const kind = schema.format === "safeint" ? "a whole number" : "a number";
    return `${kind}${range(schema.minValue, schema.maxValue)}`;
  }
  if (schema instanceof z.ZodBoolean) {
    return "true or false";
  }
  if (schema instanceof z.ZodString) {
    const { minLength, maxLength } = schema;
    return minLength === null && maxLength === null ? "a text" : `a text of${lengths(minLength, maxLength)}`;
  }
  if (schema instanceof z.ZodEnum || schema instanceof z.ZodLiteral) {
    const values = schema instanceof z.ZodEnum ? schema.options : [...schema.values];
    return values.length === 1
      ? JSON.stringify(values[0])
      : `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (schema instanceof z.ZodArray) {
    return `a list, each entry ${allowedText(schema.element)}`;
  }
  if (schema instanceof z.ZodObject) {
    return `a mapping with ${keysText(Object.keys(schema.shape))}`;
  }
  if (schema instanceof z.ZodRecord) {
    return "a mapping";
  }
  return "what the reference of settings says";
}

/** "the key level", "the keys min, max" */
export function keysText(keys: readonly string[]): string {
  return `the ${keys.length === 1 ? "key" : "keys"} ${keys.join(", ")}`;
}

function range(min: number | null, max: number | null): string {
  const lowest = min === null || min <= Number.MIN_SAFE_INTEGER ? undefined : min;
  const highest = max === null || max >= Number.MAX_SAFE_INTEGER ? undefined : max;
  if (lowest !== undefined && highest !== undefined) {
    return ` from ${lowest} to ${highest}`;
  }
  return lowest === undefined ? (highest === undefined ? "" : ` up to ${highest}`) : `, at least ${lowest}`;
}

function lengths(min: number | null, max: number | null): string {
  return max === null ? ` at least ${min ?? 0} characters` : ` ${min ?? 0} to ${max} characters`;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

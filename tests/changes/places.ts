import { z } from "zod";
import type { Path } from "../../settings/problem";
import { isMapping, unwrap } from "../../settings/schema-walk";
import type { SettingName } from "./settings-list";

export interface Child {
  readonly schema: z.core.$ZodType;
  readonly path: Path;
  readonly name: SettingName;
}

/** What is under a value: the keys of a mapping, each entry, each item. */
export function childrenOf(
  schema: z.core.$ZodType,
  path: Path,
  name: SettingName,
  value: unknown,
): readonly Child[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) {
    return Object.entries(bare.shape as Readonly<Record<string, z.core.$ZodType>>).map(([key, child]) => ({
      schema: child,
      path: [...path, key],
      name: `${name}.${key}`,
    }));
  }
  if (bare instanceof z.ZodRecord && isMapping(value)) {
    return Object.keys(value).map((key) => ({
      schema: bare.valueType,
      path: [...path, key],
      name: `${name}.*`,
    }));
  }
  if (bare instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((_, index) => ({ schema: bare.element, path: [...path, index], name: `${name}[]` }));
  }
  const option =
    bare instanceof z.ZodUnion ? bare.options.find((one) => z.safeParse(one, value).success) : undefined;
  return option === undefined ? [] : childrenOf(option, path, name, value);
}

/** No mapping, and no list. */
export function isScalar(schema: z.core.$ZodType): boolean {
  const bare = unwrap(schema);
  return !(bare instanceof z.ZodObject || bare instanceof z.ZodRecord || bare instanceof z.ZodArray);
}

/** A number, a text, yes or no; or a list of them. */
export function isPlain(schema: z.core.$ZodType): boolean {
  const bare = unwrap(schema);
  return bare instanceof z.ZodArray
    ? isPlain(bare.element)
    : bare instanceof z.ZodNumber || bare instanceof z.ZodString || bare instanceof z.ZodBoolean;
}

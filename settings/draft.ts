import { z } from "zod";
import { chosenOption, isMapping, unwrap } from "./schema-walk";

/**
 * Settings of which some may be missing because they are wrong by themselves. Rules across keys see this and judge
 * what is there, so that one misspelt key hides no other problem.
 */
export type Draft<T> = T extends readonly (infer Entry)[]
  ? readonly (Draft<Entry> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> }
    : T;

/** What of a value its schema accepts, with defaults: the whole when all is right, else key by key. */
export function draftOf(schema: z.core.$ZodType, value: unknown): unknown {
  const result = z.safeParse(schema, value);
  if (result.success) {
    return result.data;
  }
  const bare = unwrap(schema);
  if (bare instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((entry) => draftOf(bare.element, entry));
  }
  if (!isMapping(value)) {
    return undefined;
  }
  if (bare instanceof z.ZodRecord) {
    const draftAt = (key: string): unknown =>
      z.safeParse(bare.keyType, key).success ? draftOf(bare.valueType, value[key]) : undefined;
    return Object.fromEntries(Object.keys(value).map((key) => [key, draftAt(key)]));
  }
  const mapping = bare instanceof z.ZodObject ? bare : chosenOption(bare, value);
  if (mapping === undefined) {
    return undefined;
  }
  const drafts = Object.entries(mapping.shape).map(
    ([key, child]) => [key, draftOf(child as z.core.$ZodType, value[key])] as const,
  );
  // What is there but wrong stays as undefined, so that a rule can tell it from what is not there.
  return Object.fromEntries(drafts.filter(([key, draft]) => draft !== undefined || key in value));
}

import { z } from "zod";
import { stackSections } from "../../settings/schema";
import { unwrap } from "../../settings/schema-walk";
import { awsSettings } from "../../settings/sections/aws";

/**
 * A setting as the page names it: the keys down to it, `*` for an entry's own name, `[]` for the items of a list:
 * `fleets.*.ingress[].port`.
 */
export type SettingName = string;

/** The schema of everything that a stack file says: the two keys of the provider as the section `aws`, and the sections. */
export const wholeSchema = z.strictObject({ aws: awsSettings, ...stackSections.shape });

/**
 * Every setting that there is, in the order of the reference: what has a value, a list or entries of its own, and every mapping
 * that may be left out.
 */
export function everySetting(): readonly SettingName[] {
  return [...new Set(settingsOf(wholeSchema, ""))];
}

function settingsOf(schema: z.core.$ZodType, name: SettingName): readonly SettingName[] {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) {
    return Object.entries(bare.shape as Readonly<Record<string, z.core.$ZodType>>).flatMap(([key, child]) => {
      const own = name === "" ? key : `${name}.${key}`;
      return [...(isSetting(child) ? [own] : []), ...settingsOf(child, own)];
    });
  }
  if (bare instanceof z.ZodRecord) return settingsOf(bare.valueType, `${name}.*`);
  if (bare instanceof z.ZodArray) return settingsOf(bare.element, `${name}[]`);
  return bare instanceof z.ZodUnion ? bare.options.flatMap((option) => settingsOf(option, name)) : [];
}

/** A mapping that must be there has no change of its own: its keys have. */
function isSetting(schema: z.core.$ZodType): boolean {
  return !(unwrap(schema) instanceof z.ZodObject) || isOptional(schema);
}

/** Whether it may be left out. */
export function isOptional(schema: z.core.$ZodType): boolean {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
}

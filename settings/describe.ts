import type { z } from "zod";
import { floors, type FloorName } from "../guard/floors";

/**
 * What a setting says about itself besides its type. `description` and `examples` are JSON Schema's own words;
 * the rest is folded into the description by settings/json-schema.ts.
 */
export interface SettingMeta {
  /** What it is, in one or two sentences. */
  readonly description: string;
  /** Of a number: GiB, days, seconds, percent. */
  readonly unit?: string;
  /** Why the default is what it is, or why the bound is there. */
  readonly why?: string;
  /** What may stand here, for errors and the reference; made from the type where absent. */
  readonly allowed?: string;
  /** The default in words, where it depends on something (the stack's name). */
  readonly defaultText?: string;
  readonly examples?: readonly unknown[];
}

/** A format shared by several settings: says what is allowed, but not yet what it is for. */
export type FormatMeta = Pick<SettingMeta, "allowed" | "examples">;

/** Attaches documentation to a schema: checked for its words, unlike zod's own `meta`, which takes any key. */
export function setting<S extends z.ZodType>(schema: S, meta: SettingMeta): S {
  return schema.meta({ ...meta });
}

export function format<S extends z.ZodType>(schema: S, meta: FormatMeta): S {
  return schema.meta({ ...meta });
}

/** The guard's floor under a retention, as a sentence of the setting's description. */
export function floorText(name: FloorName): string {
  const { production, development } = floors[name].least;
  return `At least ${production} at guard level production, ${development} at development.`;
}

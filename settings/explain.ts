import { z } from "zod";
import type { TriedChanges } from "./change-verdicts";
import { nearestName } from "./nearest";
import { aboutSetting, type AboutSetting } from "./reference";
import { stackSections } from "./schema";
import { metaOf, unwrap } from "./schema-walk";
import { awsSettings } from "./sections/aws";

/** What a setting of the stack files is. */
export interface Explanation {
  /** As in schema/changes.json: `database.parameters.*`. */
  readonly setting: string;
  readonly about: AboutSetting;
  /** The settings below it. */
  readonly keys: readonly { readonly key: string; readonly description: string }[];
}

/** A name that leads nowhere. */
export interface UnknownSetting {
  /** The part of the name that is known. */
  readonly known: string;
  /** What may come after it. */
  readonly keys: readonly string[];
  readonly near: string | undefined;
}

const root = z.strictObject({ ...stackSections.shape, aws: awsSettings });

/** A setting, and its name as in schema/changes.json. */
interface Place {
  readonly schema: z.core.$ZodType;
  readonly name: string;
}

/**
 * Explains a setting by its name: `database.engineVersion`, `workloads.frontend.image`; an entry of a mapping by any name, an item of
 * a list by none. `groundwork:` may stand before it.
 */
export function explainSetting(typed: string, tried: TriedChanges): Explanation | UnknownSetting {
  let here: Place = { schema: root, name: "" };
  for (const word of typed
    .replace(/^groundwork:/, "")
    .replace(/^aws:/, "aws.")
    .split(".")) {
    const below = placesBelow(here);
    const next = below[word] ?? below["*"];
    if (next === undefined) {
      const keys = Object.keys(below);
      return { known: here.name, keys, near: nearestName(word, keys) };
    }
    here = next;
  }
  return {
    setting: here.name,
    about: aboutSetting({ ...here, tried }),
    keys: Object.entries(placesBelow(here)).map(([key, { schema }]) => ({
      key,
      description: metaOf(schema).description ?? "",
    })),
  };
}

/** By key; `*` for an entry of any name. Of a union what any of its forms has. */
function placesBelow({ name, schema }: Place): Readonly<Record<string, Place>> {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject) {
    return Object.fromEntries(
      Object.entries<z.core.$ZodType>(bare.shape).map(([key, child]) => [
        key,
        { schema: child, name: name === "" ? key : `${name}.${key}` },
      ]),
    );
  }
  if (bare instanceof z.ZodRecord) {
    return { "*": { schema: bare.valueType, name: `${name}.*` } };
  }
  if (bare instanceof z.ZodArray) {
    return placesBelow({ schema: bare.element, name: `${name}[]` });
  }
  const forms = bare instanceof z.ZodUnion ? bare.options : [];
  return Object.fromEntries(forms.flatMap((form) => Object.entries(placesBelow({ schema: form, name }))));
}

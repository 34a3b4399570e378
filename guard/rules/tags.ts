import { notKnown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, parseJson, read } from "../unknown";

export type Tags = Readonly<Record<string, string>>;

/**
 * A resource carries the tags that every resource has to, with their values.
 *
 * Every resource that takes tags gets its provider's default tags besides its own. A resource without `tags` is right
 * when its provider has the tags among its defaults.
 *
 * @param providerInputs Settings of the resource's provider; undefined where the engine says nothing of it.
 */
export function checkTags(
  { inputs }: Wanted,
  required: Tags,
  providerInputs: Readonly<Record<string, unknown>> | undefined,
): Finding[] {
  const tags = read(inputs, "tags");
  if (isUnknown(tags)) {
    return [notKnown("tags")];
  }
  if (tags === undefined) {
    const defaults = providerInputs === undefined ? undefined : defaultTags(providerInputs);
    const lacking = defaults === undefined ? Object.keys(required) : missing(defaults, required);
    return lacking.length === 0
      ? []
      : [
          {
            property: "tags",
            message: `its provider does not add the tags ${lacking.join(", ")}. Use the stack's own provider, which has them as default tags.`,
          },
        ];
  }
  // Whatever takes a mapping of tags gets the provider's, its own coming first. A list of tags (Auto Scaling) gets none.
  const inherited = Array.isArray(tags) || providerInputs === undefined ? {} : defaultTags(providerInputs);
  const present = { ...inherited, ...asRecord(tags) };
  const unknown = Object.keys(required).filter((key) => isUnknown(present[key]));
  const wrong = missing(present, required).filter((key) => !unknown.includes(key));
  return [
    ...unknown.map((key) => notKnown(`tags.${key}`)),
    ...(wrong.length === 0
      ? []
      : [
          {
            property: "tags",
            message: `tags ${wrong.map((key) => `${key} is ${text(present[key])}, not ${text(required[key])}`).join("; ")}. Leave them to the provider's default tags.`,
          },
        ]),
  ];
}

function text(tag: unknown): string {
  return tag === undefined ? "not set" : JSON.stringify(tag);
}

function missing(tags: Readonly<Record<string, unknown>>, required: Tags): string[] {
  return Object.entries(required)
    .filter(([key, value]) => tags[key] !== value)
    .map(([key]) => key);
}

/** Provider settings hold lists and objects as JSON text. */
function defaultTags(providerInputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const value = read(providerInputs, "defaultTags");
  const settings = typeof value === "string" ? parseJson(value) : value;
  const tags = isRecord(settings) ? settings["tags"] : undefined;
  return isRecord(tags) ? tags : {};
}

/** Tags as a mapping; Auto Scaling has them as a list of keys and values. */
function asRecord(tags: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(tags)) {
    return Object.fromEntries(
      tags
        .filter(isRecord)
        .flatMap((tag) => (typeof tag["key"] === "string" ? [[tag["key"], tag["value"]]] : [])),
    );
  }
  return isRecord(tags) ? tags : {};
}

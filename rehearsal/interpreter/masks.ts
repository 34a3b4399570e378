import { createHash } from "node:crypto";
import { isList, isRecord, type Value, type Values } from "./values";

/** What of a resource is secret. */
export interface Secrets {
  /** Texts that the program calls secret. */
  readonly texts: readonly string[];
  /** Properties that are secret whatever the program says. */
  readonly names: readonly string[];
}

/**
 * The values with a mark in place of each text that is secret or has something secret in it: for files of what is in no
 * cloud, which would be the only place where it stands in clear. The mark says whether it is the same text as before, and
 * is too short to find the text by.
 */
export function masked(values: Values, { texts, names }: Secrets): Values {
  const secrets = texts.filter((text) => text.length >= 4);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      mapTexts(value, (text) =>
        text !== "" && (names.includes(name) || secrets.some((secret) => text.includes(secret)))
          ? markOf(text)
          : text,
      ),
    ]),
  );
}

/** Masked values with the texts that `known` has in place of their marks. A mark of another text stays. */
export function unmasked(values: Values, known: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, filledIn(value, known[name])]),
  );
}

function filledIn(value: Value | undefined, known: Value | undefined): Value {
  if (typeof value === "string") {
    return typeof known === "string" && value === markOf(known) ? known : value;
  }
  if (isList(value)) {
    return value.map((item, index) => filledIn(item, isList(known) ? known[index] : undefined));
  }
  if (isRecord(value)) {
    return unmasked(value, isRecord(known) ? known : {});
  }
  return value ?? null;
}

function mapTexts(value: Value | undefined, change: (text: string) => string): Value {
  if (typeof value === "string") {
    return change(value);
  }
  if (isList(value)) {
    return value.map((item) => mapTexts(item, change));
  }
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
  }
  return value ?? null;
}

function markOf(text: string): string {
  return `[secret ${createHash("sha256").update(text).digest("hex").slice(0, 8)}]`;
}

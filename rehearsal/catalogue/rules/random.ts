import type { TypeRules } from "./type-rules";

/** How random text is drawn unless the program says otherwise. */
const text = {
  lower: true,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  minUpper: 0,
  number: true,
  numeric: true,
  special: true,
  upper: true,
};

/** Defaults by type. Source: the documentation of the random provider. */
const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "random:index/randomPassword:RandomPassword": text,
  "random:index/randomPet:RandomPet": { length: 2, separator: "-" },
  "random:index/randomString:RandomString": text,
};

/** A random value is drawn once: with other inputs it is another resource. */
export function randomRules(token: string): TypeRules {
  return { neverUpdates: true, outputDefaults: defaults[token] ?? {}, certainty: "schema" };
}

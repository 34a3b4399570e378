import { locate } from "../catalogue/modules";

/** How a provider says what is wrong with inputs, and how strict it is about types. */
export interface Dialect {
  /** Numbers and booleans are taken as strings, and strings that read as such the other way round. */
  readonly coerces: boolean;
  /** @param nearest The known name that was probably meant. */
  unknown(path: string, nearest: string | undefined, owner: string): string;
  missing(path: string, owner: string): string;
  type(path: string, expected: string, actual: string, owner: string): string;
}

/** The Terraform bridge. */
const bridged: Dialect = {
  coerces: true,
  unknown: (path, nearest, owner) =>
    `Invalid or unknown key '${lastName(path)}'${meant(nearest)}. Examine values at '${owner}.${path}'.`,
  missing: (path, owner) =>
    `Missing required property '${lastName(path)}'. Examine values at '${owner}.${path}'.`,
  type: (path, expected, actual, owner) =>
    `Expected ${expected}, got ${actual}. Examine values at '${owner}.${path}'.`,
};

/** Providers written against the Pulumi schema itself: the same words, no coercion. */
const native: Dialect = { ...bridged, coerces: false };

/** The Kubernetes API server under strict field validation. */
const kubernetes: Dialect = {
  coerces: false,
  unknown: (path, nearest) => `strict decoding error: unknown field "${path}"${meant(nearest)}`,
  missing: (path) => `${path}: Required value`,
  type: (path, expected, actual) => `${path}: Invalid value: expected ${expected}, got ${actual}`,
};

const dialects: Readonly<Record<string, Dialect>> = {
  aws: bridged,
  "equinix-metal": bridged,
  random: bridged,
  kubernetes,
};

/** The dialect of the provider that a token belongs to. */
export function dialectOf(token: string): Dialect {
  return dialects[locate(token).package] ?? native;
}

function meant(nearest: string | undefined): string {
  return nearest === undefined ? "" : ` (did you mean '${nearest}'?)`;
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

import type { ScalarTag, Tags } from "yaml";
import { isMapping } from "./schema-walk";

/**
 * Stack files as the engine reads them (gopkg.in/yaml.v3, then its own configuration values), so that what the
 * commands judge is what the program will get. Checked against `pulumi config --json` of engine 3.259.0.
 */

/** Numbers as Go writes them: `010` is eight, `1_000` a thousand, `0b11` three. YAML 1.2 has the first two otherwise. */
const integer: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[1-9][0-9_]*|0)$/,
  resolve: (text) => {
    const plain = text.replaceAll("_", "");
    const [, sign = "", digits = ""] = /^([-+]?)(.*)$/.exec(plain) ?? [];
    const number = Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return sign === "-" ? -number : number;
  },
};

export const engineTags = (tags: Tags): Tags => [integer, "timestamp", ...tags];

/** A configuration value as the engine hands it to a program: text as it is, everything else as JSON. */
export function engineText(value: unknown): string {
  const plain = plainValue(value);
  if (typeof plain === "string") {
    return plain;
  }
  return plain === null || plain === undefined ? "" : JSON.stringify(plain);
}

/** `{secure: …}`, the engine's way to write an encrypted value. */
export function isSecure(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** Moments in time become what the engine makes of them: Go's `time.Time.String()`. */
function plainValue(value: unknown): unknown {
  if (value instanceof Date) {
    const [day, time = ""] = value.toISOString().split("T");
    return `${day} ${time
      .replace("Z", "")
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "")} +0000 UTC`;
  }
  if (Array.isArray(value)) {
    return value.map(plainValue);
  }
  return isMapping(value)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plainValue(entry)]))
    : value;
}

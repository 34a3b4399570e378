import { createHash } from "node:crypto";
import { isRecord } from "../../guard/unknown";

/** SHA-256 in hexadecimal of what a value says as JSON: in any order of its keys, and what is undefined is not there. */
export function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("hex");
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(canonical);
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== undefined)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, canonical(inner)]),
      )
    : value;
}

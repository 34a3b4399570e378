import type { Finding, Path } from "./problem";
import { isMapping } from "./schema-walk";

/** How the engine writes a moment in time into a program's configuration: Go's `time.Time.String()`. */
const engineDate = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} (UTC|[+-]\d{4})$/;

/**
 * Dates that somebody left unquoted: the engine's YAML library reads `2026-01-31` as a moment in time, and what comes
 * out ("2026-01-31 00:00:00 +0000 UTC") is not what was written. No setting is a moment in time.
 */
export function unquotedDates(key: string, value: unknown, path: Path = []): readonly Finding[] {
  if (typeof value === "string" && engineDate.test(value)) {
    return [
      {
        key,
        path,
        message: `found the date ${JSON.stringify(value)}`,
        allowed: "a text in quotes",
        suggestion: "Put it in quotes: unquoted, YAML reads it as a moment in time.",
      },
    ];
  }
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => unquotedDates(key, entry, [...path, index]));
  }
  return isMapping(value)
    ? Object.entries(value).flatMap(([name, entry]) => unquotedDates(key, entry, [...path, name]))
    : [];
}

import type { Finding, Path } from "./problem";
import { isMapping } from "./schema-walk";

/** JavaScript takes this key of an object for something else, and what is under it would be passed over in silence. */
const unusable = "__proto__";

/** Every such key in a configuration value. */
export function unusableKeys(key: string, value: unknown, path: Path = []): readonly Finding[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => unusableKeys(key, entry, [...path, index]));
  }
  return isMapping(value)
    ? Object.entries(value).flatMap(([name, entry]) =>
        name === unusable
          ? [
              {
                key,
                path: [...path, name],
                message: `${JSON.stringify(name)} cannot be a key`,
                allowed: "any other name",
                aboutKey: true,
              },
            ]
          : unusableKeys(key, entry, [...path, name]),
      )
    : [];
}

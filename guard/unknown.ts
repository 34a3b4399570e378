/**
 * What the engine puts in the place of a value that is not known before something has been created. Preview events,
 * and what policies are given, carry these strings where the program has an output; one for each type of value.
 * They are part of the engine's protocol: `UnknownStringValue` and its like in its sdk/go/common/resource/plugin.
 */
const sentinels: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // string
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
  "[secret]", // what events show of a secret, whatever it is
]);

/** A value that cannot be known yet. Compared by identity. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** The engine's way to wrap what is secret, in events and state: `{"4dabf18193072939515e22adb298388d": …, "value": …}`. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Whether the value itself is unknown; not whether something in it is. */
export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN || sentinels.has(value);
}

/** Whether the value or anything in it is unknown. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.some(hasUnknown);
  }
  return isRecord(value) && Object.values(value).some(hasUnknown);
}

/**
 * The value at a dotted path (`pointInTimeRecovery.enabled`): undefined where nothing is set, `UNKNOWN` where it, or
 * something on the way to it, is not known yet. A secret that only stands encrypted is unknown too. A block that a provider
 * takes as a list of one (`versionings[0].enabled`) is gone through as if it were the one.
 */
export function read(properties: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = properties;
  for (const name of path.split(".")) {
    const block = onlyOne(value);
    value = isRecord(block) ? plain(block[name]) : undefined;
    if (isUnknown(value)) {
      return UNKNOWN;
    }
    if (value === undefined || value === null) {
      return undefined;
    }
  }
  return value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A block, also where it stands in a list of its own. */
export function onlyOne(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? plain((value as unknown[])[0]) : value;
}

/** A number, also one that is written as a text: providers take `"7"` for 7. Anything else stays as it is. */
export function asNumber(value: unknown): unknown {
  return typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
}

/** A switch, also one that is written as a text: providers take `"true"` for true. Anything else stays as it is. */
export function asSwitch(value: unknown): unknown {
  return value === "true" ? true : value === "false" ? false : value;
}

/** A value out of its wrapping as a secret. */
function plain(value: unknown): unknown {
  if (!isRecord(value) || value[SIGNATURE] === undefined) {
    return value;
  }
  return "value" in value ? value["value"] : UNKNOWN;
}

/** What a JSON text says; the text itself where it is none, so that a comparison still sees every difference. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return text;
    }
    throw error;
  }
}

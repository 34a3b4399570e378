import { NullValue, Struct, ListValue, Value as WireValue } from "google-protobuf/google/protobuf/struct_pb";
import { isUnknown, unknown, type Value, type Values } from "../interpreter/values";

// The signatures and sentinels of the engine's protocol (sdk/go/common/resource in the engine's sources).
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const referenceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownSentinels = new Set([
  unknownString,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Where secrets stand in an object: true for the whole value, or what is secret inside an object. */
export type Secrecy = true | { readonly [name: string]: Secrecy };

export interface Decoded {
  readonly values: Values;
  /** Names of what is secret; empty when nothing is. */
  readonly secret: Readonly<Record<string, Secrecy>>;
}

/** Plain values of what the engine sent, and a note of which of them are secret. */
export function decode(struct: Struct | undefined): Decoded {
  const values: Record<string, Value> = {};
  const secret: Record<string, Secrecy> = {};
  struct?.getFieldsMap().forEach((wire: WireValue, name: string) => {
    const found = decodeValue(wire);
    values[name] = found.value;
    if (found.secret !== undefined) secret[name] = found.secret;
  });
  return { values, secret };
}

interface DecodedValue {
  readonly value: Value;
  readonly secret?: Secrecy;
}

function decodeValue(wire: WireValue): DecodedValue {
  switch (wire.getKindCase()) {
    case WireValue.KindCase.BOOL_VALUE:
      return { value: wire.getBoolValue() };
    case WireValue.KindCase.NUMBER_VALUE:
      return { value: wire.getNumberValue() };
    case WireValue.KindCase.STRING_VALUE: {
      const text = wire.getStringValue();
      return { value: unknownSentinels.has(text) ? unknown : text };
    }
    case WireValue.KindCase.LIST_VALUE: {
      const items = (wire.getListValue()?.getValuesList() ?? []).map(decodeValue);
      // One secret item makes the whole list secret, as in the engine: items move about.
      const secret = items.some((item) => item.secret !== undefined);
      return { value: items.map((item) => item.value), ...(secret && { secret: true }) };
    }
    case WireValue.KindCase.STRUCT_VALUE:
      return decodeObject(decode(wire.getStructValue()));
    case WireValue.KindCase.NULL_VALUE:
    case WireValue.KindCase.KIND_NOT_SET:
      return { value: null };
  }
}

function decodeObject({ values, secret }: Decoded): DecodedValue {
  switch (values[signatureKey]) {
    case secretSignature:
      return { value: values["value"] ?? null, secret: true };
    case outputSignature:
      return {
        value: "value" in values ? values["value"] : unknown,
        ...(values["secret"] === true && { secret: true }),
      };
    case referenceSignature: {
      const id = values["id"];
      return { value: id === undefined ? (values["urn"] ?? null) : id === "" ? unknown : id };
    }
    default:
      return { value: values, ...(Object.keys(secret).length > 0 && { secret }) };
  }
}

/** For the engine, with what is secret marked so. */
export function encode(values: Values, secret: Readonly<Record<string, Secrecy>> = {}): Struct {
  const struct = new Struct();
  const fields = struct.getFieldsMap();
  for (const [name, value] of Object.entries(values)) {
    // An absent value and an undefined one are the same.
    if ((value as Value | undefined) !== undefined) fields.set(name, encodeValue(value, secret[name]));
  }
  return struct;
}

function encodeValue(value: Value, secret: Secrecy | undefined): WireValue {
  const wire = new WireValue();
  const inside = typeof secret === "object" && isPlainObject(value) ? secret : undefined;
  if (secret !== undefined && inside === undefined) {
    wire.setStructValue(encode({ [signatureKey]: secretSignature, value }));
  } else if (isUnknown(value)) {
    wire.setStringValue(unknownString);
  } else if (value === null) {
    wire.setNullValue(NullValue.NULL_VALUE);
  } else if (typeof value === "string") {
    wire.setStringValue(value);
  } else if (typeof value === "number") {
    wire.setNumberValue(value);
  } else if (typeof value === "boolean") {
    wire.setBoolValue(value);
  } else if (Array.isArray(value)) {
    const list = new ListValue();
    list.setValuesList(value.map((item: Value) => encodeValue(item, undefined)));
    wire.setListValue(list);
  } else {
    wire.setStructValue(encode(value as Values, inside));
  }
  return wire;
}

function isPlainObject(value: Value): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

/** What is secret in any of them. */
export function mergeSecrecy(
  ...parts: readonly (Readonly<Record<string, Secrecy>> | undefined)[]
): Readonly<Record<string, Secrecy>> {
  const merged: Record<string, Secrecy> = {};
  for (const part of parts) {
    for (const [name, secrecy] of Object.entries(part ?? {})) {
      const present = merged[name];
      merged[name] =
        present === undefined || secrecy === true
          ? secrecy
          : present === true
            ? true
            : mergeSecrecy(present, secrecy);
    }
  }
  return merged;
}

/** Every text that is secret in these values; for keeping them out of logs. */
export function secretTexts({ values, secret }: Decoded): string[] {
  return Object.entries(secret).flatMap(([name, secrecy]) => {
    const value = values[name];
    return secrecy === true
      ? texts(value)
      : secretTexts({ values: (value ?? {}) as Values, secret: secrecy });
  });
}

function texts(value: Value | undefined): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || isUnknown(value)) return [];
  return Object.values(value).flatMap(texts);
}

import { isRecord } from "../../guard/unknown";

/** What a secret is shown as. */
export const secretMask = "[secret]";

/** The engine marks a secret in its events by this key; the value beside it is blinded already. */
const signatureKey = "4dabf18193072939515e22adb298388d";

/** What a value is shown as that is not known before the change is made. */
export const unknownMask = "[not known yet]";

/** The engine's word for it. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Values of an event, with what is secret in them masked. */
export function masked(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
  const plain = mask(values ?? {});
  return isRecord(plain) ? plain : {};
}

function mask(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(mask);
  }
  if (value === unknownValue) {
    return unknownMask;
  }
  if (isRecord(value)) {
    return signatureKey in value
      ? secretMask
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mask(inner)]));
  }
  return value;
}

/** Whether something in a masked value is a secret. */
export function holdsSecret(value: unknown): boolean {
  return (
    value === secretMask ||
    ((Array.isArray(value) || isRecord(value)) && Object.values(value).some(holdsSecret))
  );
}

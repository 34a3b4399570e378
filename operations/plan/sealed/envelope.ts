import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";

// A sealed plan as it travels: a head that anybody can read, and everything else under AES-256-GCM, whose key is encrypted by the
// stack's secrets provider. Head and encrypted key are authenticated with it: docs/adr/0019-sealed-plans.md.

const kind = "sealed plan";
const nonceBytes = 12;
const tagBytes = 16;
/** Of AES-256. */
export const keyBytes = 32;

const headSchema = z.strictObject({
  groundwork: z.literal(kind),
  /** Of this file; another one is of another version of groundwork. */
  format: z.literal(1),
  /** The command that carries it out. */
  command: z.enum(["up", "destroy"]),
  project: z.string().min(1),
  stack: z.string().min(1),
  /** What the stack's secrets were encrypted by when it was sealed, as a person names it. */
  encryptedBy: z.string().min(1),
  sealedAt: z.iso.datetime(),
  /** From then on it is not applied any more. */
  until: z.iso.datetime(),
});

/** What a sealed plan says of itself in clear; to be believed only once it was opened. */
export type SealHead = Readonly<z.infer<typeof headSchema>>;

const envelopeSchema = z.strictObject({
  ...headSchema.shape,
  /** The key, as the engine encrypts a secret of the stack's configuration. */
  key: z.string().min(1),
  /** Nonce, ciphertext and tag, in base64. */
  sealed: z.string().min(1),
});

export type Envelope = Readonly<z.infer<typeof envelopeSchema>>;

/** Somebody has changed it, or it was cut off. */
export class AlteredSeal extends Error {}

/** The text of a sealed plan. @param key in clear, of `keyBytes`; used for this one alone. */
export function sealedText(
  head: Omit<SealHead, "groundwork" | "format">,
  { key, encryptedKey }: { readonly key: Buffer; readonly encryptedKey: string },
  content: unknown,
): string {
  const whole = { groundwork: kind, format: 1, ...head } as const;
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(authenticated(whole, encryptedKey));
  const body = Buffer.concat([cipher.update(gzipSync(JSON.stringify(content))), cipher.final()]);
  const sealed = Buffer.concat([nonce, body, cipher.getAuthTag()]).toString("base64");
  return textOf({ ...whole, key: encryptedKey, sealed });
}

/**
 * The envelope that a text is; undefined for what is something else altogether.
 *
 * @throws AlteredSeal for one that is not, character by character, as it was written.
 */
export function readEnvelope(text: string): Envelope | undefined {
  if (!text.slice(0, 200).includes(`"groundwork": "${kind}"`)) {
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AlteredSeal("it is cut off, or its text was changed");
  }
  const { format } = value as { readonly format?: unknown };
  if (typeof format === "number" && format !== 1) {
    throw new AlteredSeal(`its format is ${format}, which this version of groundwork does not know`);
  }
  const read = envelopeSchema.safeParse(value);
  if (!read.success || textOf(read.data) !== text || !isCanonical(read.data.sealed)) {
    throw new AlteredSeal("its text is not as it was written");
  }
  return read.data;
}

/** Whether base64 is written as it is written here: there are other ways for the same bytes. */
function isCanonical(base64: string): boolean {
  return Buffer.from(base64, "base64").toString("base64") === base64;
}

/** What was sealed. @throws AlteredSeal where head, key or content are not those that were sealed together. */
export function openedContent({ key: encryptedKey, sealed, ...head }: Envelope, key: Buffer): unknown {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(authenticated(head, encryptedKey));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const body = bytes.subarray(nonceBytes, bytes.length - tagBytes);
    const content = Buffer.concat([decipher.update(body), decipher.final()]);
    return JSON.parse(gunzipSync(content).toString("utf8"));
  } catch {
    // Which of them it was, a cipher does not tell.
    throw new AlteredSeal("what it says of itself and what is sealed in it do not belong together");
  }
}

function authenticated(head: SealHead, encryptedKey: string): Buffer {
  return Buffer.from(JSON.stringify(inOrder({ ...head, key: encryptedKey })));
}

/** Always in the same order, so that each text is the only one for what it says. */
function inOrder<T extends SealHead>(envelope: T): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.keys(envelopeSchema.shape).map((name) => [
      name,
      (envelope as Readonly<Record<string, unknown>>)[name],
    ]),
  );
}

function textOf(envelope: Envelope): string {
  return `${JSON.stringify(inOrder(envelope), undefined, 2)}\n`;
}

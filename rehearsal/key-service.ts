import { createHash } from "node:crypto";
import { rehearsalPassphrase } from "./environment";
import { decrypt, encrypt } from "./passphrase";

/**
 * The rehearsal's key service: what it has wrapped with a key it opens again, in this rehearsal and in every other. There is any key
 * that is asked for: a real one is in an account that no rehearsal reaches.
 */

const wrapping = createHash("sha256").update(rehearsalPassphrase).digest();

/** What a key service keeps secret about a text, in base64 as AWS KMS has it. */
export function wrapped(keyId: string, plaintext: string): string {
  return Buffer.from(JSON.stringify({ keyId, sealed: encrypt(wrapping, plaintext) })).toString("base64");
}

/** @returns undefined for what no key of this service has wrapped. */
export function unwrapped(blob: string): { readonly keyId: string; readonly plaintext: string } | undefined {
  try {
    const { keyId, sealed } = JSON.parse(Buffer.from(blob, "base64").toString("utf8")) as Record<
      string,
      string
    >;
    return { keyId: keyId ?? "", plaintext: decrypt(wrapping, sealed ?? "") };
  } catch {
    // No text of this service's, or sealed otherwise: to a key service both are one.
    return undefined;
  }
}

/** The key that values in a stack file are under, out of its `encryptedkey`. */
export function dataKeyOf(encryptedKey: string): Buffer | undefined {
  const opened = unwrapped(encryptedKey);
  return opened && Buffer.from(opened.plaintext, "base64");
}

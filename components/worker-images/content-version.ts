import { createHash } from "node:crypto";

/** Image Builder takes whole numbers below this in a version. */
const NUMBERS = 2 ** 30;

/**
 * The version of what Image Builder keeps by name and version and never changes: `1.0.` and a number made from the
 * content. The same content has the same version everywhere; other content another one, which can be made while the old is
 * still in use. It says nothing of which is newer: nothing here asks for "the newest".
 */
export function contentVersion(...content: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify(content)).digest();
  return `1.0.${digest.readUInt32BE(0) % NUMBERS}`;
}

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** PostgreSQL's own default (`scram_iterations`). More would slow each login, and a generated password needs no more. */
const ITERATIONS = 4096;

/**
 * What PostgreSQL stores of a password, made where the password is: `SCRAM-SHA-256$<iterations>:<salt>$<stored>:<server>`
 * (RFC 5803). Who sets a role's password with it never sees the password, nor does the server or any log of it.
 *
 * The same password and salt give the same text, so that a run which changes nothing sends nothing new.
 *
 * @param password Printable ASCII: everything else would have to be normalised first (SASLprep).
 * @param salt 16 random bytes, as base64.
 */
export function scramVerifier(password: string, salt: string): string {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new Error("A password of printable ASCII characters is wanted.");
  }
  const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), ITERATIONS, 32, "sha256");
  const keyFor = (text: string): Buffer => createHmac("sha256", salted).update(text).digest();
  const storedKey = createHash("sha256").update(keyFor("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt}$${storedKey}:${keyFor("Server Key").toString("base64")}`;
}

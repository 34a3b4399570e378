import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/**
 * The engine's format for values under a passphrase (sdk/go/common/resource/config/crypt.go): the key is PBKDF2 with
 * SHA-256, a million rounds over an 8-byte salt; a value is AES-256-GCM, written `v1:<nonce>:<ciphertext and tag>`.
 */
const rounds = 1_000_000;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The key that a passphrase and an `encryptionsalt` line stand for. Takes some 0.3 seconds, by design. */
export function deriveKey(passphrase: string, encryptionSalt: string): Buffer {
  const salt = Buffer.from(encryptionSalt.split(":")[1] ?? "", "base64");
  return pbkdf2Sync(passphrase, salt, rounds, keyBytes, "sha256");
}

/** A value as it stands under `secure:`. */
export function encrypt(key: Buffer, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

/** @throws Error when the key is not the one that the value was encrypted with. */
export function decrypt(key: Buffer, value: string): string {
  const [version, nonce = "", sealed = ""] = value.split(":");
  if (version !== "v1") throw new Error("An encrypted value begins with v1:.");
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  return decipher.update(bytes.subarray(0, -tagBytes), undefined, "utf8") + decipher.final("utf8");
}

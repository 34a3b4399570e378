import { createPrivateKey } from "node:crypto";

const LABELS = ["OPENSSH PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY"] as const;

/** Whether a text is one private key that can be used as it is: of a known form, whole, and without a passphrase. */
export function isPrivateKey(text: string): boolean {
  const [, label, body = ""] =
    /^-----BEGIN ([A-Z ]+)-----\r?\n([\s\S]+?)\r?\n-----END \1-----\s*$/.exec(text) ?? [];
  if (!LABELS.some((known) => known === label)) {
    return false;
  }
  return label === "OPENSSH PRIVATE KEY" ? isOpenSsh(body) : isReadable(text);
}

/**
 * The file's head says how it is encrypted: magic, then the cipher's name with its length before it.
 * https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
function isOpenSsh(body: string): boolean {
  if (!/^[A-Za-z0-9+/=\s]+$/.test(body)) {
    return false;
  }
  const bytes = Buffer.from(body, "base64");
  const head = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    Buffer.from([0, 0, 0, 4]),
    Buffer.from("none"),
  ]);
  // The shortest one, of Ed25519 without a comment, has some 250 bytes: less is a part of one.
  return bytes.subarray(0, head.length).equals(head) && bytes.length > 200;
}

function isReadable(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    // Not a key, not whole, or under a passphrase: its words would say no more.
    return false;
  }
}

/** Stands in for a private key in a rehearsal: a real one, made for this and in nobody's authorized_keys. */
export const rehearsalPrivateKey = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
  "QyNTUxOQAAACBOTSsU+1alKvuf+dGJJ7mWkyl4suPe6Z7/tCTdDRY7ZgAAAJA+q2bFPqtm",
  "xQAAAAtzc2gtZWQyNTUxOQAAACBOTSsU+1alKvuf+dGJJ7mWkyl4suPe6Z7/tCTdDRY7Zg",
  "AAAEATzb68jaQQ0F6PCJoiUnEI7FvJXxOphDCjMwJNmmVzMk5NKxT7VqUq+5/50YknuZaT",
  "KXiy497pnv+0JN0NFjtmAAAACXJlaGVhcnNhbAECAwQ=",
  "-----END OPENSSH PRIVATE KEY-----",
].join("\n");

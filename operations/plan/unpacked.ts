import { gunzipSync } from "node:zlib";
import { parseDocument, stringify } from "yaml";
import { isRecord, parseJson } from "../../guard/unknown";

/** More than this nobody reads, and nobody has to unpack: bytes. EC2 takes 16 KiB of user data, compressed. */
const mostBytes = 4 * 1024 * 1024;

/**
 * What is in a text, as lines that can be compared: a JSON document (an IAM policy), a script, user data in base64, compressed, in
 * parts. Undefined for a plain value.
 */
export function unpackedLines(text: string): readonly string[] | undefined {
  const inside = fromBase64(text);
  if (inside !== undefined) {
    return unpackedLines(inside) ?? inside.split("\n");
  }
  const parts = partsOf(text);
  if (parts !== undefined) {
    return parts.flatMap(({ title, content }) => [title, ...(unpackedLines(content) ?? content.split("\n"))]);
  }
  const isConfig = text.startsWith("#cloud-config");
  if (isConfig || /^\s*[{[]/.test(text)) {
    const value = treeOf(text, isConfig);
    return value === undefined
      ? linesOf(text)
      : [
          ...(isConfig ? ["#cloud-config"] : []),
          ...stringify(inOrder(value), { lineWidth: 0 }).trimEnd().split("\n"),
        ];
  }
  return linesOf(text);
}

function linesOf(text: string): readonly string[] | undefined {
  return text.includes("\n") ? text.split("\n") : undefined;
}

/** JSON, or the YAML of a cloud-config; undefined where it is none, or a single value. */
function treeOf(text: string, isConfig: boolean): unknown {
  const value = isConfig ? yamlOf(text) : parseJson(text);
  return isRecord(value) || Array.isArray(value) ? value : undefined;
}

function yamlOf(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  try {
    return document.errors.length > 0 ? undefined : (document.toJS() as unknown);
  } catch (error) {
    // Aliases of aliases: shown as it is written.
    if (error instanceof ReferenceError) {
      return undefined;
    }
    throw error;
  }
}

/** Keys by the alphabet, since their order says nothing; the files of a machine, unpacked, begin with where they go. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inOrder);
  }
  if (isRecord(value)) {
    const first = (key: string): number => (key === "path" ? 0 : key === "content" ? 2 : 1);
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => first(a) - first(b) || (a < b ? -1 : 1))
        .map(([key, inner]) => [key, inOrder(inner)]),
    );
  }
  if (typeof value !== "string") {
    return value;
  }
  // A file that is a document itself.
  const inside = /^\s*[{[]/.test(value) ? treeOf(value, false) : undefined;
  return inside === undefined ? (unpackedText(value) ?? value) : inOrder(inside);
}

function unpackedText(text: string): string | undefined {
  return fromBase64(text) === undefined ? undefined : unpackedLines(text)?.join("\n");
}

/** Only what shows by itself what it is: much that is no base64 could be. */
const openings = /^(#!|#cloud-config|#include|Content-Type:|MIME-Version:|\s*[{[])/i;

function fromBase64(text: string): string | undefined {
  const packed = text.replace(/\s/g, "");
  if (packed.length < 16 || packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) {
    return undefined;
  }
  const bytes = Buffer.from(packed, "base64");
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? decompressed(bytes) : bytes;
  const inside = plain === undefined ? "" : decoded(plain);
  return (plain !== bytes && inside !== "") || openings.test(inside) ? inside : undefined;
}

function decompressed(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes });
  } catch {
    // It begins as a compressed text does, and is none; or it is too long to be read.
    return undefined;
  }
}

/** Empty for what is no text. */
function decoded(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? "" : text;
}

/** The parts of a MIME message, as cloud-init takes them. */
function partsOf(text: string): readonly { readonly title: string; readonly content: string }[] | undefined {
  const [, boundary] = /^Content-Type:\s*multipart\/[^\n]*boundary="?([^"\n;]+)"?/im.exec(text) ?? [];
  if (boundary === undefined) {
    return undefined;
  }
  return text
    .split(`--${boundary.trim()}`)
    .slice(1)
    .filter((part) => !part.startsWith("--"))
    .map((part) => {
      const [head = "", ...body] = part.trim().split(/\r?\n\r?\n/);
      const field = (name: string): string | undefined =>
        new RegExp(`^${name}:\\s*([^;\\r\\n]+)`, "im").exec(head)?.[1]?.trim();
      const content = body.join("\n\n");
      const isPacked = field("Content-Transfer-Encoding")?.toLowerCase() === "base64";
      return {
        title: `part ${field("Content-Type") ?? "text/plain"}`,
        content: isPacked ? Buffer.from(content, "base64").toString("utf8") : content,
      };
    });
}

import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, parseDocument, visit, type Document, type Pair, type YAMLMap } from "yaml";
import { engineTags } from "../../settings/engine-yaml";
import { isMapping } from "../../settings/schema-walk";
import { engineKey } from "../../settings/stack-file-config";
import { UsageError } from "../terminal/errors";
import { spellingsOf } from "./stack-file-edit";

/** What the engine keeps at the top of a stack file to encrypt and decrypt. */
export const providerKeys = ["encryptionsalt", "encryptedkey", "secretsprovider"] as const;

/** What a stack file's content has of `providerKeys`. */
export function providerOf(content: unknown): Readonly<Record<string, string>> {
  const entries = isMapping(content) ? content : {};
  return Object.fromEntries(
    providerKeys.flatMap((key) => {
      const value = entries[key];
      return typeof value === "string" ? [[key, value] as const] : [];
    }),
  );
}

/** What the engine has encrypted, as it stands in a stack file. */
export interface Encrypted {
  /** Ciphertext by configuration key: `groundwork:sendgridApiKey`. */
  readonly values: Readonly<Record<string, string>>;
  /** What the engine keeps beside `config` to decrypt it again: `encryptionsalt`, `encryptedkey`, `secretsprovider`. */
  readonly provider: Readonly<Record<string, string>>;
}

/**
 * The text of a stack file with encrypted values put in, and every other character as it was: comments, order, quotes,
 * line ends. (The engine itself would write the whole file anew: it keeps comments, and no blank line.)
 *
 * A value that is there is replaced where it stands, a new one goes behind the last of `config`.
 *
 * @param where.project a key may stand without the project's name before it, as the engine allows.
 * @throws UsageError where that cannot be done without changing something else: behind an alias, an anchor or a merge.
 */
export function withEncrypted(
  text: string,
  encrypted: Encrypted,
  where: { readonly file: string; readonly project: string },
): string {
  const edits = [
    ...Object.entries(encrypted.values).map(([key, value]) => ({
      path: ["config", key],
      spellings: spellingsOf(key, where.project),
      value: { secure: value },
    })),
    ...Object.entries(encrypted.provider).map(([key, value]) => ({ path: [key], spellings: [key], value })),
  ];
  return edits.reduce((edited, edit) => {
    const after = withOne(edited, edit);
    if (!isDeepStrictEqual(contentOf(after), contentWith(edited, edit))) {
      throw new UsageError(
        `${where.file}: ${edit.path.join(".")} cannot be set there without changing something else (an alias, an anchor or a merge). ` +
          "Write the key on a line of its own, and call again. Nothing was touched.",
      );
    }
    return after;
  }, text);
}

/**
 * The text of a stack file with every encrypted value, and what they are encrypted by, as the engine has written them into its own
 * copy of the file under another key; every other character stays as it was.
 *
 * @throws UsageError where an encrypted value does not stand there by itself: behind an alias, an anchor or a merge.
 */
export function resealed(
  text: string,
  byTheEngine: string,
  where: { readonly file: string; readonly project: string },
): string {
  const [own, engines] = [ciphertextsIn(text, where.project), ciphertextsIn(byTheEngine, where.project)];
  const missing = [...engines.keys()].find((path) => !own.has(path));
  if (missing !== undefined || own.size !== engines.size) {
    throw new UsageError(
      `${where.file}: ${missing ?? "an encrypted value"} is not a value of its own there (an alias, an anchor or a merge). ` +
        "Write it on a line of its own, and call again.",
    );
  }
  const sealed = [...own]
    .sort(([, a], [, b]) => b.start - a.start)
    .reduce(
      (edited, [path, { start, end }]) =>
        edited.slice(0, start) + plain(engines.get(path)?.value ?? "") + edited.slice(end),
      text,
    );
  const provider = providerOf(contentOf(byTheEngine));
  const left = providerKeys.filter((key) => !(key in provider)).reduce(withoutTopLine, sealed);
  return withEncrypted(left, { values: {}, provider }, where);
}

/**
 * Refuses a file in which an encrypted value may stand in two places at once: an alias or a merge whose anchor holds one.
 *
 * @throws UsageError naming the anchor.
 */
export function refuseSharedCiphertexts(text: string, file: string): void {
  visit(read(text), {
    Collection: (_position, { anchor, ...collection }) => {
      if (anchor !== undefined && /"secure":/.test(JSON.stringify(collection))) {
        throw new UsageError(
          `${file}: what the anchor &${anchor} stands at holds an encrypted value, and aliases of it hold it too. ` +
            "Write each on lines of its own, and call again. Nothing was touched.",
        );
      }
    },
  });
}

interface Ciphertext {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Encrypted values by where they are, the first key as the engine names it. */
function ciphertextsIn(text: string, project: string): ReadonlyMap<string, Ciphertext> {
  const found = new Map<string, Ciphertext>();
  visit(read(text), {
    Map: (_position, map, ancestors) => {
      const held = map.items.length === 1 ? map.get("secure", true) : undefined;
      if (!isScalar(held) || typeof held.value !== "string" || !held.range) return undefined;
      const steps = [...ancestors, map].flatMap((node, depth, all) =>
        "items" in node && Array.isArray(node.items) && all[depth + 1] !== undefined && !("key" in node)
          ? [stepTo(node.items as readonly unknown[], all[depth + 1])]
          : [],
      );
      const [first = "", second = "", ...rest] = steps;
      const path = [first, engineKey(second, project) ?? second, ...rest].join(".");
      const [start, end] = held.range;
      const tail = /\s*$/.exec(text.slice(start, end))?.[0].length ?? 0;
      found.set(path, { value: held.value, start, end: end - tail });
      return visit.SKIP;
    },
  });
  return found;
}

/** The key of a pair, or the place in a list, by which a node stands in another. */
function stepTo(items: readonly unknown[], child: unknown): string {
  const pair = child as Partial<Pair>;
  return isScalar(pair.key) ? String(pair.key.value) : String(items.indexOf(child));
}

/** Without a key at the top of the file, and the line that it stands on. */
function withoutTopLine(text: string, key: string): string {
  const { contents } = read(text);
  const pair = isMap(contents)
    ? contents.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
  const end = isScalar(pair?.value) ? pair.value.range?.[1] : undefined;
  if (start === undefined || end === undefined) return text;
  const lineEnd = text.indexOf("\n", Math.max(start, text.slice(0, end).trimEnd().length));
  return text.slice(0, text.lastIndexOf("\n", start) + 1) + (lineEnd === -1 ? "" : text.slice(lineEnd + 1));
}

interface Edit {
  readonly path: readonly string[];
  /** How the last key may be written. */
  readonly spellings: readonly string[];
  readonly value: string | { readonly secure: string };
}

function withOne(text: string, edit: Edit): string {
  const document = read(text);
  const parent: unknown = edit.path.length === 1 ? document.contents : document.get("config", true);
  if (!isMap(parent) || parent.items.length === 0 || !parent.range) {
    return rewritten(document, edit);
  }
  const pair = parent.items.find(
    (item) => isScalar(item.key) && edit.spellings.includes(String(item.key.value)),
  );
  return pair === undefined ? inserted(text, parent, edit) : replaced(text, document, pair, edit);
}

function replaced(text: string, document: Document, { value: node }: Pair, edit: Edit): string {
  // The ciphertext alone, where there is one: the way in which it is written stays.
  const held = isMap(node) && node.items.length === 1 ? node.items[0]?.value : node;
  const scalar = isScalar(held) ? held : undefined;
  if (!scalar?.range || scalar.anchor !== undefined) {
    return rewritten(document, edit);
  }
  const [start, end] = scalar.range;
  const tail = /\s*$/.exec(text.slice(start, end))?.[0] ?? "";
  const secret = typeof edit.value === "string" ? edit.value : edit.value.secure;
  const put = held === node && typeof edit.value !== "string" ? flow(edit.value) : plain(secret);
  // A key without a value: nothing stands between it and the line's end.
  return text.slice(0, start) + (start === end ? " " : "") + put + tail + text.slice(end);
}

function inserted(text: string, parent: YAMLMap, edit: Edit): string {
  const key = edit.path.at(-1) as string;
  const last = parent.items.at(-1)?.value as { readonly range?: readonly number[] | null } | null;
  const [from = 0, to = 0] = parent.range ?? [];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  if (parent.flow === true) {
    const end = text.lastIndexOf("}", to - 1);
    const written = typeof edit.value === "string" ? plain(edit.value) : flow(edit.value);
    return `${text.slice(0, end).trimEnd()}, ${JSON.stringify(key)}: ${written} ${text.slice(end)}`;
  }
  // Behind `config` the file's end, as the engine has it; in there behind the last value, before a comment that follows.
  const lastEnd = edit.path.length === 1 ? text.length : (last?.range?.[1] ?? to);
  const lineEnd = text.indexOf("\n", text.slice(0, lastEnd).trimEnd().length);
  const at = edit.path.length === 1 || lineEnd === -1 ? text.length : lineEnd + 1;
  const margin = " ".repeat(from - (text.lastIndexOf("\n", from - 1) + 1));
  const lines =
    typeof edit.value === "string"
      ? [`${margin}${key}: ${plain(edit.value)}`]
      : [`${margin}${key}:`, `${margin}  secure: ${plain(edit.value.secure)}`];
  const before = at > 0 && text[at - 1] !== "\n" ? eol : "";
  return text.slice(0, at) + before + lines.join(eol) + eol + text.slice(at);
}

/** For files in which there is no line to put it behind: comments stay, spaces may not. */
function rewritten(document: Document, edit: Edit): string {
  const [first = "", second] = edit.path;
  const isNew = second !== undefined && !isMap(document.get("config", true));
  document.setIn(
    isNew ? [first] : edit.path,
    document.createNode(isNew ? { [second]: edit.value } : edit.value),
  );
  return document.toString({ lineWidth: 0 });
}

function contentWith(text: string, edit: Edit): unknown {
  const content = contentOf(text);
  const root: Record<string, unknown> = isMapping(content) ? { ...content } : {};
  if (edit.path.length === 1) {
    return { ...root, [edit.path[0] ?? ""]: edit.value };
  }
  const config: Record<string, unknown> = isMapping(root["config"]) ? { ...root["config"] } : {};
  const written = edit.spellings.find((spelling) => spelling in config) ?? edit.path[1] ?? "";
  return { ...root, config: { ...config, [written]: edit.value } };
}

function read(text: string): Document {
  return parseDocument(text, { customTags: engineTags, merge: true });
}

function contentOf(text: string): unknown {
  return read(text).toJS();
}

/** As YAML, on one line: the engine's own characters need no quotes. */
function plain(value: string): string {
  return /^[\w][\w+/=:.-]*[\w+/=.-]$/.test(value) && !/: /.test(value) ? value : JSON.stringify(value);
}

function flow(value: { readonly secure: string }): string {
  return `{ secure: ${plain(value.secure)} }`;
}

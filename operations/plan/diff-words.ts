import type { PropertyDiff } from "./changes";
import { lineDiff, type DiffLine } from "./line-diff";
import { unknownMask } from "./masked";
import { unpackedLines } from "./unpacked";

/** One changed property for a reader. */
export interface DiffWords {
  /** `db.t4g.medium → db.t4g.large`, `added a, b; removed c`; absent where the lines say it. */
  readonly words?: string;
  /** What differs in a document or a script, line by line; empty for a plain value. */
  readonly lines: readonly DiffLine[];
}

/** Longest value that is written out, in characters, and how much of it before what differs. */
const valueLength = 60;
const contextLength = 16;

/** Old and new in as few words as say it: digests cut, documents and user data compared by what is in them. */
export function diffWords({ from, to }: Pick<PropertyDiff, "from" | "to">): DiffWords {
  const [old, wanted] = [linesOf(from), linesOf(to)];
  if ((old !== undefined || wanted !== undefined) && (old ?? from) !== null && (wanted ?? to) !== null) {
    const lines = lineDiff(old ?? [shortValue(from)], wanted ?? [shortValue(to)]).map(({ sign, text }) => ({
      sign,
      text: printable(withShortDigests(text)),
    }));
    return lines.length > 0 ? { lines } : { words: "written otherwise, with the same in it", lines };
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    return { words: listWords(from, to), lines: [] };
  }
  return {
    words: pairWords(withShortDigests(whole(from)), withShortDigests(whole(to)), from, to),
    lines: [],
  };
}

/** Two values, cut to where they differ; whole where that is in the rest of a digest alone. */
function pairWords(had: string, has: string, from: unknown, to: unknown): string {
  if (had === has) {
    return `${whole(from)} → ${whole(to)}`;
  }
  let start = 0;
  if (Math.max(had.length, has.length) > valueLength) {
    while (had[start] === has[start]) {
      start += 1;
    }
    start = Math.max(0, start - contextLength);
  }
  const part = (text: string): string => cutTo(valueLength, start === 0 ? text : `…${text.slice(start)}`);
  return `${part(had)} → ${part(has)}`;
}

/** A text that is a document, or a document that the provider takes as an object. */
function linesOf(value: unknown): readonly string[] | undefined {
  return typeof value === "string" ? unpackedLines(value) : undefined;
}

function listWords(from: readonly unknown[], to: readonly unknown[]): string {
  const keys = (list: readonly unknown[]): Set<string> => new Set(list.map((item) => JSON.stringify(item)));
  const [had, has] = [keys(from), keys(to)];
  const parts = [
    ["added", to.filter((item) => !had.has(JSON.stringify(item)))],
    ["removed", from.filter((item) => !has.has(JSON.stringify(item)))],
  ] as const;
  const told = parts.filter(([, items]) => items.length > 0);
  return told.length === 0
    ? "in another order"
    : told.map(([word, items]) => `${word} ${someOf(items.map(shortValue))}`).join("; ");
}

/** How many items of a list are written out. */
const itemsShown = 5;

function someOf(items: readonly string[]): string {
  return items.length <= itemsShown
    ? items.join(", ")
    : `${items.slice(0, itemsShown - 1).join(", ")} and ${items.length - itemsShown + 1} more`;
}

/** A value for a reader: digests cut to 12 characters, long ones cut, `nothing` for what is not there. */
export function shortValue(value: unknown): string {
  return cutTo(valueLength, withShortDigests(whole(value)));
}

function cutTo(length: number, text: string): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function whole(value: unknown): string {
  if (value === null || value === undefined) {
    return "nothing";
  }
  // Quotes where it would not be clear where the value ends.
  const isPlain = typeof value === "string" && (/^\S+$/.test(value) || value === unknownMask);
  return printable(isPlain ? value : JSON.stringify(value));
}

/** Digests by their first 12 characters, as Docker and git show them. */
export function withShortDigests(text: string): string {
  return text.replace(/\b(sha\d{3}:)?([0-9a-f]{12})[0-9a-f]{28,}\b/g, "$1$2…");
}

/** Without what would move a terminal's cursor, or turn the reading direction. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

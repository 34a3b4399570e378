import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isAlias, isMap, isScalar, isSeq, parse, parseDocument, type Node, type Pair } from "yaml";
import { engineTags } from "../../settings/engine-yaml";
import { SettingsError } from "../../settings/problem";
import { parseStackFile } from "../../settings/stack-file";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";

/** A number or a text of a stack file to change. */
export interface ScalarEdit {
  /** Keys under `config`, each as settings name it: `["groundwork:cluster", "nodeGroups", "default", "maxSize"]`. */
  readonly path: readonly string[];
  readonly value: number | string;
}

/**
 * The text with other numbers and texts in it and every other character as it was: comments, order, quotes, line ends.
 *
 * @param file how messages name the file.
 * @param project a section may stand without the project's name before it, as the engine allows.
 * @throws UsageError where none of its kind stands there by itself: behind an alias or a merge, or in a text of JSON.
 */
export function withScalars(
  text: string,
  edits: readonly ScalarEdit[],
  { file, project }: { readonly file: string; readonly project: string },
): string {
  const document = parseDocument(text, { customTags: engineTags, merge: true });
  return edits
    .map((edit) => ({ ...placeOf(document.contents, edit, { file, project }), value: edit.value }))
    .sort((a, b) => b.start - a.start)
    .reduce(
      (edited, { start, end, value }) =>
        edited.slice(0, start) + written(value, edited.slice(start, end)) + edited.slice(end),
      text,
    );
}

/** In the quotes that stood there, and without any where none stood and none are needed: "16.10" without is a number. */
function written(value: number | string, stood = ""): string {
  if (typeof value === "number" || stood.startsWith('"')) {
    return JSON.stringify(value);
  }
  if (stood.startsWith("'")) {
    return `'${value.replaceAll("'", "''")}'`;
  }
  // The engine's YAML takes a bare time for a time, where the settings want a text.
  return /^(?!\d{4}-\d\d-\d\d)[A-Za-z0-9][\w./:@+-]*[\w/]$/.test(value) && parse(value) === value
    ? value
    : JSON.stringify(value);
}

/**
 * The text with one value more in it, and every other character as it was: in the mapping that is to have it, or as much of it as
 * there is, at its end or after a key of it.
 *
 * @param edit `path`: keys under `config`; `after`: the key of the deepest mapping to write it behind. Default: the last one.
 * @throws UsageError where that mapping does not stand there by itself.
 */
export function withEntry(
  text: string,
  edit: ScalarEdit & { readonly after?: string },
  names: { readonly file: string; readonly project: string },
): string {
  const document = parseDocument(text, { customTags: engineTags, merge: true });
  const there = depthOf(document.contents, edit.path, names.project);
  const mapping = nodeAt(document.contents, edit.path.slice(0, there), names);
  const missing = edit.path.slice(there);
  if (!isMap(mapping) || !mapping.range || mapping.anchor !== undefined) {
    throw new UsageError(
      `${names.file}: ${["config", ...edit.path.slice(0, there)].join(".")} is not a mapping of its own there. ` +
        "Change it by hand. Nothing was touched.",
    );
  }
  const after = pairOf(mapping, [edit.after ?? ""]) ?? mapping.items.at(-1);
  const value = written(edit.value);
  if (mapping.flow === true || after === undefined) {
    const inner = missing.slice(1).reduceRight((nested, key) => `{ ${key}: ${nested} }`, value);
    const at = after === undefined ? mapping.range[0] + 1 : endOf(after);
    return `${text.slice(0, at)}${after === undefined ? " " : ", "}${missing[0] ?? ""}: ${inner}${after === undefined ? " " : ""}${text.slice(at)}`;
  }
  const start = startOf(after);
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const end = endOf(after);
  const newline = text.indexOf("\n", text[end - 1] === "\n" ? end - 1 : end);
  const [before, rest] =
    newline === -1 ? [`${text}${lineEnd}`, ""] : [text.slice(0, newline + 1), text.slice(newline + 1)];
  const lines = missing.map(
    (key, depth) => `${indent}${"  ".repeat(depth)}${key}:${depth === missing.length - 1 ? ` ${value}` : ""}`,
  );
  return before + lines.map((line) => line + lineEnd).join("") + rest;
}

const startOf = ({ key }: Pair): number => (isScalar(key) ? (key.range?.[0] ?? 0) : 0);

/** Where what is written of a pair ends, comments behind it left out. */
function endOf(pair: Pair): number {
  const { value } = pair;
  if (isMap(value) && value.flow !== true && value.items.length > 0) {
    return endOf(value.items.at(-1) as Pair);
  }
  if (isSeq(value) && value.flow !== true && value.items.length > 0) {
    return endOf({ key: pair.key, value: value.items.at(-1) } as Pair);
  }
  return (value as Node | null)?.range?.[1] ?? (pair.key as Node).range?.[1] ?? 0;
}

/** One of several keys of which a stack file has one or none, and what is to stand in its place. */
export interface PairEdit {
  /** Keys under `config` to the mapping that has it. */
  readonly path: readonly string[];
  /** Keys that may stand there now. */
  readonly oneOf: readonly string[];
  readonly key: string;
  readonly value: string;
}

/**
 * The text with another key and another plain text in the place of one, and every other character as it was.
 *
 * @throws UsageError as `withScalars`.
 */
export function withPair(
  text: string,
  edit: PairEdit,
  { file, project }: { readonly file: string; readonly project: string },
): string {
  const document = parseDocument(text, { customTags: engineTags, merge: true });
  const told = [...edit.path, edit.oneOf.join(" or ")].join(".");
  const mapping = nodeAt(document.contents, edit.path, { file, project });
  const pair = pairOf(mapping, edit.oneOf);
  if (isMap(mapping) && pair === undefined && pairOf(mapping, ["<<"]) === undefined) {
    return withEntry(text, { path: [...edit.path, edit.key], value: edit.value }, { file, project });
  }
  const [key, value] = [pair?.key, pair?.value];
  if (!isScalar(key) || !isScalar(value) || !key.range || !value.range || value.anchor !== undefined) {
    throw new UsageError(
      `${file}: ${told} is not plain text of its own there. Change it by hand. Nothing was touched.`,
    );
  }
  return (
    text.slice(0, key.range[0]) +
    edit.key +
    text.slice(key.range[1], value.range[0]) +
    written(edit.value, text.slice(value.range[0], value.range[1])) +
    text.slice(value.range[1])
  );
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function nodeAt(
  root: unknown,
  keys: readonly string[],
  { file, project }: { readonly file: string; readonly project: string },
): unknown {
  let node: unknown = root;
  for (const [depth, key] of ["config", ...keys].entries()) {
    const pair = pairOf(node, depth === 1 ? spellingsOf(key, project) : [key]);
    if (pair === undefined || isAlias(pair.value)) {
      throw new UsageError(
        `${file}: ${keys.join(".")} is not a value of its own there: it comes from ${pair === undefined ? "a merge, or a text of JSON" : "an alias"}. ` +
          "Change it by hand. Nothing was touched.",
      );
    }
    node = pair.value;
  }
  return node;
}

function pairOf(node: unknown, keys: readonly string[]): Pair | undefined {
  return isMap(node)
    ? node.items.find(({ key }) => isScalar(key) && keys.includes(String(key.value)))
    : undefined;
}

/** How many of the keys under `config` are there, the last one not counted. */
function depthOf(root: unknown, keys: readonly string[], project: string): number {
  let node = pairOf(root, ["config"])?.value;
  for (const [depth, key] of keys.slice(0, -1).entries()) {
    const pair = pairOf(node, depth === 0 ? spellingsOf(key, project) : [key]);
    if (pair === undefined) {
      return depth;
    }
    node = pair.value;
  }
  return keys.length - 1;
}

function placeOf(
  root: unknown,
  { path: keys, value }: ScalarEdit,
  { file, project }: { readonly file: string; readonly project: string },
): Place {
  const told = keys.join(".");
  const node = nodeAt(root, keys, { file, project });
  if (!isScalar(node) || typeof node.value !== typeof value || !node.range) {
    throw new UsageError(
      `${file}: ${told} is no ${typeof value === "number" ? "number" : "text"}. Nothing was touched.`,
    );
  }
  if (node.anchor !== undefined) {
    throw new UsageError(
      `${file}: ${told} has the anchor &${node.anchor}, so that others would change with it. Change it by hand. Nothing was touched.`,
    );
  }
  return { start: node.range[0], end: node.range[1] };
}

/** `groundwork:cluster` may be written `cluster` and `groundwork:config:cluster`. */
export function spellingsOf(key: string, project: string): readonly string[] {
  const [space = "", name = ""] = key.split(":");
  return space === project ? [key, name, `${project}:config:${name}`] : [key];
}

/**
 * Refuses what an edit would make wrong: the whole file is judged as it would be, so that no value that breaks a rule is written.
 *
 * @throws UsageError with every problem.
 */
export function refuseWhatIsWrong(
  { project, rehearsal }: Pick<CommandContext, "project" | "rehearsal">,
  stack: string,
  text: string,
  file: string,
): void {
  try {
    const names = { project: project.name, stack };
    parseStackFile(text, file, names, { secretsAreSupplied: rehearsal !== undefined });
  } catch (error) {
    if (error instanceof SettingsError) {
      throw new UsageError(`${error.message}\nThe change would cause these problems. Nothing was touched.`, [
        ...error.problems,
      ]);
    }
    throw error;
  }
}

/** Reads a file's text, byte order mark and line ends as they are. */
export function readText(file: string): string {
  return readFileSync(file, "utf8");
}

/**
 * Writes a file whole or not at all: made beside it, then put in its place. Its mode stays, and a link stays a link.
 *
 * @throws Error when somebody has changed the file since it was read: that change is theirs.
 */
export function replaceText(file: string, before: string, after: string): void {
  const real = realpathSync(file);
  const beside = path.join(
    path.dirname(real),
    `.${path.basename(real)}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`,
  );
  try {
    writeFileSync(beside, after, { mode: statSync(real).mode & 0o777, flag: "wx" });
    if (readText(real) !== before) {
      throw new UsageError(`${path.basename(file)} was changed in between. Call again. Nothing was touched.`);
    }
    renameSync(beside, real);
  } finally {
    rmSync(beside, { force: true });
  }
}

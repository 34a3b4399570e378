import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isAlias, isMap, isScalar, parseDocument } from "yaml";
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
  return (
    edits
      .map((edit) => ({ ...placeOf(document.contents, edit, { file, project }), value: edit.value }))
      .sort((a, b) => b.start - a.start)
      // A text stands in quotes, for "16.10" without is a number.
      .reduce(
        (edited, { start, end, value }) => edited.slice(0, start) + JSON.stringify(value) + edited.slice(end),
        text,
      )
  );
}

/** One of several keys of which a stack file has exactly one, and what is to stand in its place. */
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
  const pair = isMap(mapping)
    ? mapping.items.find((item) => isScalar(item.key) && edit.oneOf.includes(String(item.key.value)))
    : undefined;
  const [key, value] = [pair?.key, pair?.value];
  if (!isScalar(key) || !isScalar(value) || !key.range || !value.range || value.anchor !== undefined) {
    throw new UsageError(
      `${file}: ${told} does not stand there by itself, as a plain text. Change it by hand. Nothing was touched.`,
    );
  }
  const quoted = /^["']/.test(text.slice(value.range[0]));
  const written = quoted ? JSON.stringify(edit.value) : edit.value;
  return (
    text.slice(0, key.range[0]) +
    edit.key +
    text.slice(key.range[1], value.range[0]) +
    written +
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
  const told = keys.join(".");
  let node: unknown = root;
  for (const [depth, key] of ["config", ...keys].entries()) {
    const spellings = depth === 1 ? spellingsOf(key, project) : [key];
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && spellings.includes(String(item.key.value)))
      : undefined;
    if (pair === undefined || isAlias(pair.value)) {
      throw new UsageError(
        `${file}: ${told} does not stand there by itself: it comes from ${pair === undefined ? "a merge, or a text of JSON" : "an alias"}. ` +
          "Change it by hand. Nothing was touched.",
      );
    }
    node = pair.value;
  }
  return node;
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
      throw new UsageError(
        `${error.message}\nThis is what the change would make wrong. Nothing was touched.`,
        [...error.problems],
      );
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

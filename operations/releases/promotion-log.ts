import { existsSync } from "node:fs";
import * as path from "node:path";
import { askGit } from "../engine/git";
import { readText } from "../engine/stack-file-edit";
import { moment } from "./proof";
import type { Carried, Staying } from "./promotion";
import { short } from "./short";

/** What a promotion says of itself. */
export interface Entry {
  readonly from: string;
  readonly to: string;
  /** Who promotes, as git names them. */
  readonly by: string;
  readonly now: Date;
  readonly carried: readonly (Carried & { readonly since: Date })[];
  readonly staying: readonly Staying[];
}

/** Beside the stack file that it tells of: CHANGELOG.md says what the program became, this what the stack got. */
export function logFile(stackFile: string, stack: string): string {
  return path.join(path.dirname(stackFile), `CHANGELOG.${stack}.md`);
}

/**
 * The text of a stack's changelog with one entry more, the newest first.
 *
 * @param before the text until now; empty where there is no such file.
 * @param sourceFile the stack file that the pins come from: its commits are told.
 */
export async function withPromotion(before: string, entry: Entry, sourceFile: string): Promise<string> {
  const { by, carried, from, now, staying, to } = entry;
  const head = (await askGit(path.dirname(sourceFile), ["rev-parse", "--short=12", "HEAD"]))?.trim();
  const title = `# What was promoted to ${to}\n`;
  const rest = before === "" ? `${title}\nThe newest first; \`groundwork promote\` writes it.\n` : before;
  const at = /^## /m.exec(rest)?.index ?? rest.length;
  const [, last] =
    new RegExp(`^## .* from ${from.replaceAll(".", "\\.")} at ([0-9a-f]+)$`, "m").exec(rest) ?? [];
  const commits = await commitsOf(sourceFile, carried, last);
  const text = [
    `## ${now.toISOString().slice(0, 10)}, from ${from}${head === undefined ? "" : ` at ${head}`}`,
    "",
    `By ${code(by)}.`,
    "",
    ...carried.map(
      ({ after, before: had, path: keys, since }) =>
        `- ${code(keys.join("."))}: ${had === undefined ? "open" : code(short(had))} to ${code(short(after))}, in ${from} since ${moment(since)}`,
    ),
    "",
    ...(commits.length === 0
      ? []
      : [
          `Commits to ${code(path.basename(sourceFile))}${last === undefined ? "" : ` since ${last}, the last promotion`}:`,
          "",
          ...commits.map((one) => `- ${code(one)}`),
          "",
        ]),
    ...(staying.length === 0
      ? []
      : [
          "Still different:",
          "",
          ...staying.map(({ path: keys, why }) => `- ${code(keys.join("."))}: ${why}`),
          "",
        ]),
  ].join("\n");
  return `${rest.slice(0, at).trimEnd()}\n\n${text}${at === rest.length ? "" : `\n${rest.slice(at)}`}`;
}

/** Nothing in it is Markdown, whatever a person has written in a commit's subject. */
const code = (text: string): string => `\`${text.replaceAll("`", "'")}\``;

/** Since the last promotion; for the first, or when git has it no more, those that brought what is carried. */
async function commitsOf(
  sourceFile: string,
  carried: readonly Carried[],
  last: string | undefined,
): Promise<readonly string[]> {
  const [directory, name] = [path.dirname(sourceFile), path.basename(sourceFile)];
  const log = async (...args: readonly string[]): Promise<readonly string[] | undefined> =>
    (await askGit(directory, ["log", "--format=%h %as %an: %s", ...args, "--", name]))
      ?.split("\n")
      .filter((line) => line !== "");
  const since = last === undefined ? undefined : await log(`${last}..HEAD`);
  if (since !== undefined) {
    return since;
  }
  const values = new Set(carried.map(({ proof }) => proof[0]?.value ?? ""));
  const brought = await Promise.all([...values].map((value) => log("-1", `-S${value}`)));
  return [...new Set(brought.flatMap((lines) => lines ?? []))];
}

/** The text of a file that may not be there yet. */
export function textOf(file: string): string {
  return existsSync(file) ? readText(file) : "";
}

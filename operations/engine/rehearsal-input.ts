import { existsSync } from "node:fs";
import * as path from "node:path";
import { isNode, type Document, type LineCounter } from "yaml";
import type { z } from "zod";
import { SettingsError } from "../../settings/problem";
import { readText, readYaml } from "../../settings/yaml-file";
import { UsageError } from "../terminal/errors";

/** A YAML file that an option of a rehearsal names. */
interface RehearsalInput<T> {
  /** `--faults`. */
  readonly option: string;
  readonly file: string;
  /** What the file is: `a list of faults`. */
  readonly what: string;
  readonly schema: z.ZodType<T>;
  /** What an empty file means. */
  readonly empty: T;
}

/** What the file says. @throws UsageError with every problem at once, each with its line. */
export function readRehearsalInput<T>({ option, file, what, schema, empty }: RehearsalInput<T>): T {
  if (!existsSync(file)) {
    throw new UsageError(`${option} ${file}: there is no such file.`);
  }
  const { document, lines, content } = parsed(option, file);
  const result = schema.safeParse(content ?? empty);
  if (result.success) {
    return result.data;
  }
  const problems = result.error.issues.flatMap((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    return keys.map((key) => {
      const at = issue.path.map((part) => `[${JSON.stringify(part)}]`).join("");
      const line = lineOf(document, lines, key === undefined ? issue.path : [...issue.path, key]);
      const said = key === undefined ? issue.message : `${JSON.stringify(key)} is none of its properties`;
      return `${path.basename(file)}:${String(line)}: ${at} ${said}`.replace("  ", " ");
    });
  });
  throw new UsageError(`${option} ${file} is not ${what}:\n  ${problems.join("\n  ")}`, problems);
}

function parsed(option: string, file: string): ReturnType<typeof readYaml> {
  try {
    return readYaml(readText(file, { stack: "" }), path.basename(file), { stack: "" });
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    const said = error.problems.map(({ message, location }) =>
      location === undefined ? message : `line ${String(location.line)} ${message}`,
    );
    throw new UsageError(`${option} ${file}: ${said.join("; ")}`);
  }
}

/** Where a value stands; of one that is missing, where what it is missing in begins. */
function lineOf(document: Document, lines: LineCounter, at: readonly PropertyKey[]): number {
  for (let length = at.length; length >= 0; length--) {
    const node: unknown = document.getIn(at.slice(0, length), true);
    if (isNode(node) && node.range) {
      return lines.linePos(node.range[0]).line;
    }
  }
  return 1;
}

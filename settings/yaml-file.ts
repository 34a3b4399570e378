import * as fs from "node:fs";
import * as path from "node:path";
import { isAlias, isMap, LineCounter, parseDocument, visit, type Document, type Node } from "yaml";
import { engineTags } from "./engine-yaml";
import type { StackIdentity } from "./load";
import { SettingsError, type Problem } from "./problem";

/** @throws SettingsError for what is no file of text, such as a folder or a pipe, which nobody would end writing to. */
export function readText(file: string, { stack }: Pick<StackIdentity, "stack">): string {
  const wrong = (message: string, allowed: string): SettingsError =>
    new SettingsError(stack, [{ path: path.basename(file), message, allowed }]);
  const stat = fs.statSync(file);
  if (!stat.isFile()) {
    const kind = stat.isDirectory() ? "a folder" : stat.isFIFO() ? "a pipe" : "a device";
    throw wrong(`is ${kind}`, "a file of text");
  }
  const bytes = fs.readFileSync(file);
  const [first = 0, second = 0] = bytes;
  if (first + second === 0xfe + 0xff && Math.max(first, second) === 0xff && bytes.length % 2 === 0) {
    throw wrong("is written in UTF-16", "a file in UTF-8");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw wrong("has bytes that are no UTF-8", "a file in UTF-8");
  }
}

/** @throws SettingsError when it is no YAML, or its aliases make more of it than anybody wrote. */
export function readYaml(
  text: string,
  file: string,
  identity: Pick<StackIdentity, "stack">,
): { readonly document: Document; readonly lines: LineCounter; readonly content: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    customTags: engineTags,
    merge: true,
    lineCounter: lines,
    prettyErrors: false,
  });
  const problemAt = (message: string, offset: number): Problem => {
    const { line, col } = lines.linePos(offset);
    return { path: file, message, allowed: "one YAML document", location: { file, line, column: col } };
  };
  const broken = [...document.errors, ...document.warnings].map((error) =>
    problemAt(
      error.code === "MULTIPLE_DOCS"
        ? "holds a second document after a line `---`, which the engine would not read"
        : `cannot be read: ${error.message}`,
      error.pos[0],
    ),
  );
  if (broken.length === 0) {
    broken.push(
      ...numbersOfTwoReadings(document).map(({ source, engine, others, offset }) => ({
        ...problemAt(`${source} is ${engine} to the engine, and ${others} to other readers`, offset),
        allowed: `a number without zeros in front, ${engine} or ${others}, or a text in quotes`,
      })),
      ...aliasesToThemselves(document).map((offset) =>
        problemAt("has an alias to what it stands in itself", offset),
      ),
    );
  }
  if (broken.length > 0) {
    throw new SettingsError(identity.stack, broken);
  }
  try {
    return { document, lines, content: document.toJS() };
  } catch (error) {
    if (!(error instanceof ReferenceError)) {
      throw error;
    }
    const offset = (firstThatFails(document)?.range ?? [0])[0];
    throw new SettingsError(identity.stack, [
      problemAt("has aliases of aliases that grow to more than anybody wrote", offset),
    ]);
  }
}

/** Numbers with a zero in front, which one YAML reads to the base of eight and the next to that of ten. */
function numbersOfTwoReadings(document: Document): readonly {
  readonly source: string;
  readonly engine: number;
  readonly others: number;
  readonly offset: number;
}[] {
  const found: ReturnType<typeof numbersOfTwoReadings>[number][] = [];
  visit(document, {
    Scalar: (_key, { source = "", type, value, range }) => {
      const others = Number(source.replaceAll("_", ""));
      if (
        type === "PLAIN" &&
        typeof value === "number" &&
        /^[-+]?0[0-7_]+$/.test(source) &&
        value !== others
      ) {
        found.push({ source, engine: value, others, offset: range?.[0] ?? 0 });
      }
    },
  });
  return found;
}

/** Where aliases stand that lead to a mapping or list around them. */
function aliasesToThemselves(document: Document): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Alias: (_key, alias, path) => {
      const meant = alias.resolve(document);
      if (meant !== undefined && path.includes(meant)) {
        found.push(alias.range?.[0] ?? 0);
      }
    },
  });
  return found;
}

/** The innermost value by itself that cannot be resolved. */
function firstThatFails(document: Document): Node | undefined {
  let failing: Node | undefined;
  const fails = (node: Node): boolean => {
    try {
      node.toJS(document);
      return false;
    } catch {
      return true;
    }
  };
  const look = (node: unknown): void => {
    const values = isMap(node) ? node.items.map(({ value }) => value as Node | null) : [];
    const next = values.find((value) => value !== null && !isAlias(value) && fails(value));
    if (next !== undefined && next !== null) {
      failing = next;
      look(next);
    }
  };
  look(document.contents);
  return failing;
}

import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/** A command that a person is told to type, and where. */
export interface PrintedCommand {
  readonly where: string;
  /** As printed; what a program puts in is `X`. */
  readonly text: string;
}

export interface Printed {
  readonly commands: readonly PrintedCommand[];
  /** Code that names a command without the launcher: `groundwork up`, `pulumi refresh`. */
  readonly mentions: readonly PrintedCommand[];
  /** Commands that are put together by hand, so that what is put in is not quoted. */
  readonly handMade: readonly PrintedCommand[];
}

export const checkout = path.join(__dirname, "../..");
const launcher = "./groundwork ";
/** Stands for what a program puts in. */
const hole = "\u0000";

/** What messages, settings' descriptions and comments of the sources say. */
export function printedBySources(): Printed {
  const printed = new Collection();
  for (const file of sourceFiles()) {
    // What it says are examples of its own.
    if (file !== "guard/printed-command.ts") {
      readSource(file, printed);
    }
  }
  return printed;
}

/** The program's own files, relative to the checkout. */
export function sourceFiles(): string[] {
  const folders = [
    "components",
    "guard",
    "operations",
    "policies",
    "rehearsal",
    "settings",
    "state",
    "toolchain",
  ];
  return [...folders.flatMap((folder) => filesIn(folder, ".ts")), "index.ts"];
}

/** What documents, and comments of the committed stacks' files, say. */
export function printedByDocuments(): Printed {
  const printed = new Collection();
  const stackFiles = readdirSync(checkout).filter((name) => /^Pulumi\..*yaml$/.test(name));
  for (const file of ["README.md", ...filesIn("docs", ".md"), ...stackFiles]) {
    let isBlock = false;
    const prose: string[] = [];
    const comments = file.endsWith(".yaml");
    readFileSync(path.join(checkout, file), "utf8")
      .split("\n")
      .forEach((line, index) => {
        if (line.startsWith("```")) {
          isBlock = !isBlock;
        } else if (isBlock) {
          printed.block(line, `${file}:${index + 1}`);
        } else {
          const text = comments ? (/#\s?(.*)$/.exec(line)?.[1] ?? "") : line;
          prose.push(text);
          if (comments && !text.includes("`") && text.includes(launcher)) {
            printed.block(text, `${file}:${index + 1}`);
          }
        }
      });
    // Code may go on in the next line.
    for (const [, code = ""] of prose.join("\n").matchAll(/(?<!`)`([^`]+)`(?!`)/g)) {
      printed.code(code.replaceAll("\n", " "), file);
    }
  }
  return printed;
}

class Collection implements Printed {
  readonly commands: PrintedCommand[] = [];
  readonly mentions: PrintedCommand[] = [];
  readonly handMade: PrintedCommand[] = [];

  /** A line of a block of code, or one in which a command goes on to its end. */
  block(line: string, where: string): void {
    const text = line.slice(Math.max(line.indexOf(launcher), 0)).replace(/(^|\s)#.*$|\s{2,}.*$|[.`].?$/, "");
    if (text.startsWith(launcher) || /^(npx )?(groundwork|pulumi) /.test(text)) {
      this.code(text.trim(), where);
    }
  }

  /** What stands between backticks. */
  code(code: string, where: string): void {
    const start = code.indexOf(launcher);
    if (start >= 0) {
      (code.includes(hole) ? this.handMade : this.commands).push({
        where,
        text: code.slice(start).replaceAll(hole, "X"),
      });
    } else if (/^(npx )?(groundwork|pulumi) [a-z…-]/.test(code)) {
      this.mentions.push({ where, text: code.replaceAll(hole, "X") });
    }
  }
}

/** A file of the checkout, parsed. */
export function parsed(file: string): ts.SourceFile {
  const text = readFileSync(path.join(checkout, file), "utf8");
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function readSource(file: string, printed: Collection): void {
  const source = parsed(file);
  const visit = (node: ts.Node): void => {
    const where = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isTaggedTemplateExpression(node) && /^(groundwork|pulumi)Command$/.test(node.tag.getText())) {
      const prefix = node.tag.getText() === "pulumiCommand" ? `${launcher}exec -- pulumi ` : launcher;
      printed.commands.push({ where, text: prefix + textOf(node.template).replaceAll(hole, "X") });
      ts.forEachChild(node.template, visit);
      return;
    }
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === "call" &&
      node.arguments.length === 1 &&
      argument !== undefined &&
      ts.isStringLiteralLike(argument)
    ) {
      printed.commands.push({ where, text: `${launcher}${argument.text} X` });
    }
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = textOf(node);
      for (const [, code = ""] of text.matchAll(/`([^`]+)`/g)) {
        printed.code(code, where);
      }
      for (const line of text.replace(/`[^`]*`/g, "").split("\n")) {
        if (line.includes(launcher)) printed.block(line, where);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** What a string says; `put` stands for each value that a program puts in. */
export function textOf(node: ts.StringLiteralLike | ts.TemplateLiteral, put = hole): string {
  return ts.isTemplateExpression(node)
    ? node.head.text + node.templateSpans.map(({ literal }) => put + literal.text).join("")
    : node.text;
}

/** The files of a folder of the checkout, relative to the checkout. */
export function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(checkout, folder), { recursive: true })
    .map((file) => path.join(folder, String(file)))
    .filter((file) => file.endsWith(ending));
}

/** As a POSIX shell takes a command apart, up to where something else begins: `> FILE`, a pipe. */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, single, double, escaped, gap, end] of command.matchAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|(\s+)|([<>|;&])|[^\s'"\\<>|;&]+/gs,
  )) {
    if (gap !== undefined || end !== undefined) {
      words.push(...(word === undefined ? [] : [word]));
      word = undefined;
      if (end !== undefined) return words;
    } else {
      word = (word ?? "") + (single ?? double ?? escaped ?? piece);
    }
  }
  return word === undefined ? words : [...words, word];
}

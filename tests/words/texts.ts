import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { checkout, filesIn, parsed, sourceFiles, textOf } from "../support/printed-commands";

/** Prose that a person reads, and where it is. */
export interface Text {
  readonly where: string;
  /** Without code: `X` stands for that. */
  readonly text: string;
}

/** Documents that are not linted, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "docs/changes.md": "is written by `npm run changes`; its words are linted where they are made",
  "docs/settings.md": "is written from the settings' descriptions, which are linted there",
  "docs/guard-catalogue.md": "is written by `npm run guard:table`",
  "docs/glossary.md": "shows the words that are not used",
};

/** Comments that `npm run examples` writes: their words are linted in operations/plan. */
const example = /^docs\/examples\/a-.*\.md$/;

/** Sources whose strings speak for others: what clouds, engines and providers answer, word for word. */
const others = /^rehearsal\//;

/** Every document but those. */
export function documents(): string[] {
  return ["README.md", ...filesIn("docs", ".md")].filter(
    (file) => leftOut[file] === undefined && !example.test(file),
  );
}

/** Paragraphs, items and cells of a document: what a reader takes in one go. */
export function textsOfDocument(file: string, content: string): Text[] {
  const texts: Text[] = [];
  let now: { line: number; text: string } | undefined;
  const end = (): void => {
    if (now !== undefined) texts.push({ where: `${file}:${now.line}`, text: withoutCode(now.text) });
    now = undefined;
  };
  const withoutComments = content.replace(/<!--.*?-->/gs, (comment) => comment.replace(/[^\n]/g, ""));
  let isBlock = false;
  for (const [index, line] of withoutComments.split("\n").entries()) {
    const place = { where: `${file}:${index + 1}` };
    if (/^\s*```/.test(line)) {
      end();
      isBlock = !isBlock;
    } else if (isBlock || /^\s*$/.test(line)) {
      end();
    } else if (line.trimStart().startsWith("|")) {
      end();
      const cells = line.replace(/\\\||`[^`]*`/g, "X").split("|");
      texts.push(
        ...cells
          .filter((cell) => /[a-z]{2}/.test(cell))
          .map((text) => ({ ...place, text: withoutCode(text) })),
      );
    } else if (now === undefined || /^\s*([-*#>]|\d+\.)/.test(line)) {
      end();
      now = { line: index + 1, text: line.replace(/^\s*([-*#>]+|\d+\.)\s+/, "") };
    } else {
      now.text += ` ${line.trim()}`;
    }
  }
  end();
  return texts;
}

/** Code, links' targets and emphasis are not words. */
function withoutCode(text: string): string {
  return text
    .replace(/`[^`]*`/g, "X")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/<?https?:\/\/\S+/g, "X")
    .replace(/[*_]{2}|[[\]]/g, "");
}

/** Messages, help texts and descriptions: every string of the program with words in it. */
export function textsOfSource(file: string): Text[] {
  const texts: Text[] = [];
  const source = parsed(file);
  const visit = (node: ts.Node): void => {
    const whole = wholeString(node);
    if (isList(node)) {
      // Words, not a text.
    } else if (whole === undefined) {
      ts.forEachChild(node, visit);
    } else if (/\w+ \w+ \w+/.test(whole)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      texts.push(...whole.split("\n").map((text) => ({ where: `${file}:${line}`, text: withoutCode(text) })));
    }
  };
  visit(source);
  return texts;
}

/** `"red green blue".split(" ")`. */
function isList(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "split"
  );
}

/** A string, or several that are put together with `+`; undefined for anything else. */
function wholeString(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
    return textOf(node, "…");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [wholeString(node.left), wholeString(node.right)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  return undefined;
}

/** All that the linter reads. */
export function allTexts(): Text[] {
  return [
    ...documents().flatMap((file) => textsOfDocument(file, readFileSync(path.join(checkout, file), "utf8"))),
    ...sourceFiles()
      .filter((file) => !others.test(file))
      .flatMap(textsOfSource),
  ];
}

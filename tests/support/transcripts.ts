import { readFileSync } from "node:fs";
import * as path from "node:path";
import { checkout, filesIn, wordsOf } from "./printed-commands";

/** A call in a document, behind a prompt, and what the document shows that it prints. */
export interface Transcript {
  readonly where: string;
  /** The words after `./groundwork`. */
  readonly argv: readonly string[];
  readonly shown: string;
}

const prompt = /^ *\$ (?=\.\/groundwork )/;

/** Every block of README and docs that shows a call behind a prompt. */
export function transcriptsOfDocuments(): Transcript[] {
  return ["README.md", ...filesIn("docs", ".md")].flatMap((file) => {
    const text = readFileSync(path.join(checkout, file), "utf8");
    return [...text.matchAll(/^( *)```\n([^]*?)^ *```$/gm)].flatMap(
      ({ 1: indent = "", 2: block = "", index }) =>
        transcriptsOf(
          block.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
          `${file}:${lineAt(text, index) + 1}`,
        ),
    );
  });
}

/** The calls of one text. */
export function transcriptsOf(text: string, where: string): Transcript[] {
  return text
    .split(/^(?=\$ \.\/groundwork )/m)
    .filter((part) => prompt.test(part))
    .map((part) => {
      const [call = "", ...shown] = part.split("\n");
      return { where, argv: wordsOf(call.replace(prompt, "")).slice(1), shown: shown.join("\n").trim() };
    });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/**
 * Whether a text prints what a document shows. Numbers, times and the width of columns may be others; `…` stands for anything in its
 * line, and for any lines where it is alone on one. Commands are shown without `--rehearse`.
 */
export function shows(shown: string, printed: string): boolean {
  const lines = even(shown)
    .split("\n")
    .map((line) => (line === "…" ? "(?:[^\\n]*\\n)*" : `${patternOf(line)}\\n`));
  return new RegExp(`^${lines.join("")}$`).test(`${even(printed)}\n`);
}

const number = /\d[\d.,:TZ-]*/g;

function patternOf(line: string): string {
  return line
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("…", "[^\\n]*")
    .replace(number, "\\d[\\d.,:TZ-]*");
}

/** Without the padding of columns, and as it is typed for the real clouds. */
function even(text: string): string {
  return text
    .trim()
    .replaceAll(" --rehearse", "")
    .split("\n")
    .map((line) => line.trim().replace(/ {2,}/g, " "))
    .join("\n");
}

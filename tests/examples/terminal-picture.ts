import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

// docs/images/rehearse.svg: a terminal, drawn from the text of a real rehearsal.

const recording = path.join(__dirname, "recorded/rehearse.txt");
const picture = path.join(__dirname, "../../docs/images/rehearse.svg");

/** Columns that the picture has; what is longer ends with `…`. */
const columns = 108;
const [lineHeight, letterWidth, margin] = [18, 8, 16];

/** Text, and the colour of lines that begin like this. */
const colours: readonly (readonly [RegExp, string])[] = [
  [/^\$ /, "#7ee787"],
  [/^ {2,}\+ /, "#79c0ff"],
  [/refused|Refused|loses/, "#ff7b72"],
  [/^(Try next|Outputs)/, "#d2a8ff"],
];

export function recorded(): string {
  return readFileSync(recording, "utf8");
}

export function record(text: string): void {
  writeFileSync(recording, text);
}

export function committedPicture(): string {
  return readFileSync(picture, "utf8");
}

export function writePicture(): void {
  writeFileSync(picture, pictureOf(recorded()));
}

/** A picture that needs no font of its own and no script: GitHub shows it as it is. */
export function pictureOf(text: string): string {
  const lines = text.trimEnd().split("\n");
  const [width, height] = [columns * letterWidth + 2 * margin, lines.length * lineHeight + 2 * margin];
  const drawn = lines.map((line, index) => {
    const colour = colours.find(([pattern]) => pattern.test(line))?.[1] ?? "#e6edf3";
    const shown = line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
    const y = margin + (index + 1) * lineHeight - 4;
    return `<text x="${margin}" y="${y}" fill="${colour}" xml:space="preserve">${escaped(shown)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A stack is rehearsed, and its destruction is refused">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">`,
    ...drawn,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

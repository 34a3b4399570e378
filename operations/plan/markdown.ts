import { printable, withShortDigests } from "./diff-words";

// Values come from the cloud, from settings and from other people's error texts: none of them may end the code, the list or the
// fold that it stands in, ping anybody, or load anything.

/** Longest text that stands in a sentence, in characters. */
const longestText = 600;

/** A value as code: in more backticks than are in it, on one line. */
export function code(value: string): string {
  const text = cut(printable(value).replace(/\s+/g, " ").trim());
  if (text === "") {
    return "``` ```";
  }
  const fence = "`".repeat(longestRun(text) + 1);
  const gap = /^`|`$/.test(text) ? " " : "";
  return `${fence}${gap}${text}${gap}${fence}`;
}

/** A sentence in which only code in backticks is not what it is. */
export function prose(text: string): string {
  return cut(printable(withShortDigests(text)).replace(/\s+/g, " ").trim())
    .split(/(`[^`]*`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : escaped(part)))
    .join("");
}

/** Every sign by which Markdown, HTML or the platform would take a text for more than that. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>~|!&#@]|:(?=\/\/)/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(
      /^(\s*\d*)([-+.=)])/,
      (_all, before: string, sign: string) => `${before}&#${sign.charCodeAt(0)};`,
    )
    .replace(/\bwww\./gi, (word) => `${word.slice(0, -1)}&#46;`);
}

/** Lines as code, of a language that colours them. */
export function fenced(language: string, lines: readonly string[], margin = ""): string {
  const fence = "`".repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return [`${fence}${language}`, ...lines.map((line) => printable(line).replaceAll("\n", " ")), fence]
    .map((line) => margin + line)
    .join("\n");
}

/** What is not open before somebody opens it. */
export function folded(summary: string, content: string): string {
  return `<details><summary>${escaped(summary)}</summary>\n\n${content}\n\n</details>`;
}

/** As many of them as fit, and how many more there are. */
export function capped(items: readonly string[], room: number, noun: string): string {
  const kept: string[] = [];
  let left = room - longestText;
  for (const item of items) {
    if (item.length > left) {
      const rest = items.length - kept.length;
      kept.push(`- … and ${rest} more ${noun}, which have no room here: \`--json\` has them all.`);
      break;
    }
    kept.push(item);
    left -= item.length + 1;
  }
  return kept.join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}

import pc from "picocolors";
import { atHome, documentTypedHere, typedHere, type Origin } from "./typed-here";

/** Where a command reads and writes. Handed in, so that tests need no process. */
export interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/**
 * What a command says. What a person reads goes to stdout as text; with `--json` stdout holds one JSON document and
 * nothing else. Progress goes to stderr in both cases.
 *
 * Commands that are printed become what is to be typed from where this call came from, here and nowhere else.
 */
export class Output {
  readonly colors: ReturnType<typeof pc.createColors>;
  private living = "";

  constructor(
    readonly terminal: Terminal,
    readonly json: boolean,
    noColor: boolean,
    private readonly origin: Origin = atHome,
  ) {
    // Boolean: a pipe has no isTTY at all, and undefined means "guess" to picocolors, which takes CI for a terminal.
    this.colors = pc.createColors(!json && !noColor && Boolean(terminal.stdout.isTTY));
  }

  /** A line (or several) for a person; nothing with `--json`. */
  print(text = ""): void {
    if (!this.json) {
      this.overLive(() => this.terminal.stdout.write(`${this.typed(text)}\n`));
    }
  }

  /** As `print`, broken at words where the terminal ends; a pipe gets it as it is. */
  printFitted(text = ""): void {
    this.print(fitted(this.typed(text), this.width));
  }

  /** Columns of the terminal that a person reads in; no end to a pipe. */
  private get width(): number {
    const { isTTY, columns } = this.terminal.stdout;
    return isTTY ? Math.max(columns ?? defaultColumns, leastColumns) : Infinity;
  }

  /** Progress, on stderr. */
  note(text: string): void {
    this.overLive(() => this.terminal.stderr.write(`${this.typed(text)}\n`));
  }

  /**
   * A line on stderr that is written over again and again, below everything else; "" takes it away.
   *
   * @returns whether there is a terminal that could show it.
   */
  live(text: string): boolean {
    const { stderr } = this.terminal;
    const columns = stderr.columns ?? defaultColumns;
    this.overLive(() => {
      // One that goes on in the next line could not be written over.
      this.living = stderr.isTTY ? this.typed(text).slice(0, columns - 1) : "";
    });
    return Boolean(stderr.isTTY);
  }

  private overLive(write: () => void): void {
    if (this.living !== "") {
      this.terminal.stderr.write(clearLine);
    }
    write();
    if (this.living !== "") {
      this.terminal.stderr.write(this.living);
    }
  }

  /** For a text that is written by another, such as a question. */
  typed(text: string): string {
    return typedHere(text, this.origin);
  }

  /** For a document that is written elsewhere. */
  typedDocument<T>(value: T): T {
    return documentTypedHere(value, this.origin) as T;
  }

  /** The one document of `--json`; nothing without. */
  document(value: unknown): void {
    if (this.json) {
      this.terminal.stdout.write(`${JSON.stringify(this.typedDocument(value), undefined, 2)}\n`);
    }
  }
}

/** Back to the beginning of the line, and nothing in it. */
const clearLine = "\r\u001b[2K";

/** Of a terminal that does not say. */
const defaultColumns = 80;
/** In less nothing can be read anyway. */
const leastColumns = 40;

/**
 * Lines that are too long broken at words, each going on under where its last column begins. What a person may copy stays whole: code
 * in backticks, and a command up to the end of its line.
 */
function fitted(text: string, width: number): string {
  return text
    .split("\n")
    .map((line) => (visibleLength(line) <= width ? line : brokenLine(line, width)))
    .join("\n");
}

function brokenLine(line: string, width: number): string {
  const columns = [...withoutColors(line).matchAll(/(?:^|\S) {2,}(?=\S)/g)].map(
    ({ index, 0: gap }) => index + gap.length,
  );
  const hang = Math.max(0, ...columns.filter((column) => column <= (width * 2) / 3));
  const words = line.trimStart().match(/ *(?:\S*`[^`]*`\S*|\S*groundwork .*$|\S+)/g) ?? [];
  const lines: string[] = [];
  let now = " ".repeat(line.length - line.trimStart().length);
  for (const word of words) {
    if (visibleLength(now + word) > width && now.trim() !== "") {
      lines.push(now);
      now = " ".repeat(hang) + word.trimStart();
    } else {
      now += word;
    }
  }
  return [...lines, now].join("\n");
}

/** Columns padded to their widest cell, two spaces between, no trailing space. */
export function table(rows: readonly (readonly string[])[], indent = ""): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, visibleLength(cell));
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - visibleLength(cell)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => indent + line)
    .join("\n");
}

/** "1 resource", "2 resources", "3 properties". */
export function count(n: number, noun: string, nouns = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : nouns}`;
}

/** "0.4 s", "12 s", "3 min 5 s". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 60) {
    return `${Math.round(seconds)} s`;
  }
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Text with every line moved right. */
export function indent(text: string, by: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? line : by + line))
    .join("\n");
}

const colorCodes = /\u001b\[[0-9;]*m/g;

export function withoutColors(text: string): string {
  return text.replace(colorCodes, "");
}

function visibleLength(text: string): number {
  return withoutColors(text).length;
}

/** "3 d 4 h", "5 h", "less than 1 h". */
export function spanText(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  if (hours < 1) {
    return "less than 1 h";
  }
  const [days, rest] = [Math.floor(hours / 24), hours % 24];
  return days === 0 ? `${hours} h` : rest === 0 ? `${days} d` : `${days} d ${rest} h`;
}

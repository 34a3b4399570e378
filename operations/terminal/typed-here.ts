import * as path from "node:path";
import { quoted } from "../../guard/printed-command";

/** Where a call of the command line came from, as far as it decides how the next one is to be typed. */
export interface Origin {
  /** The call acts on the rehearsal cloud. */
  readonly rehearsed: boolean;
  /** The launcher, as a shell takes it from where the person stands: `./groundwork`. */
  readonly launcher: string;
}

/** Somebody in the project's folder who rehearses nothing: for whom commands are as `groundworkCommand` makes them. */
export const atHome: Origin = { rehearsed: false, launcher: "./groundwork" };

/** @param from the folder in which the person stands. */
export function launcherFrom(from: string, projectDirectory: string): string {
  const relative = path.relative(from, path.join(projectDirectory, "groundwork"));
  return relative === "groundwork" ? "./groundwork" : quoted(relative);
}

/**
 * A command in a text: words with one space between, each of them in quotes or of what a shell does not take apart. So it
 * ends at a backtick, at the end of a line, at two spaces, before `> FILE`, and with the quotes that it stands in (outputs are
 * printed as JSON).
 */
const printed = /(?<![./])\.\/groundwork((?: (?:"[^"]*"|(?:'[^']*'|\\.|[^\s'"`\\<>|&;()\u001b])+))+)/g;

/** The text with each command in it as it is to be typed from here: on the same cloud, and by the launcher's path. */
export function typedHere(text: string, { rehearsed, launcher }: Origin): string {
  return text.replace(printed, (_, words: string) => launcher + (rehearsed ? withRehearse(words) : words));
}

/** Any value of a JSON document with each text in it so. */
export function documentTypedHere(value: unknown, origin: Origin): unknown {
  if (typeof value === "string") {
    return typedHere(value, origin);
  }
  if (Array.isArray(value)) {
    return value.map((entry) => documentTypedHere(entry, origin));
  }
  if (typeof value === "object" && value !== null && !("toJSON" in value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, documentTypedHere(entry, origin)]),
    );
  }
  return value;
}

/** `exec` takes its own options before the `--`. */
function withRehearse(words: string): string {
  const own = /^(.*?)( -- .*)?$/s.exec(words)?.[1] ?? words;
  return / --(rehearse|help|version)\b/.test(own) || own.startsWith(" rehearse")
    ? words
    : `${own} --rehearse${words.slice(own.length)}`;
}

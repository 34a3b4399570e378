import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

const boot = path.join(__dirname, "../../../boot");

/** One call of the AWS CLI in a script of boot/, with something sensible for what the script knows only on its machine. */
export interface AwsCall {
  readonly script: string;
  readonly words: readonly string[];
}

/** What an option's value is where it is a variable and nothing else. */
const meanings: Readonly<Record<string, string>> = {
  "--filters": '[{"Name":"tag:role","Values":["git"]}]',
  "--value": "1",
};

/** Words that are called with several values. */
const several: Readonly<Record<string, readonly string[]>> = {
  '"$1-processes"': ["suspend-processes", "resume-processes"],
};

/** Options of version 2 of the CLI that version 1, which package indexes have, does not know. Source: the reference of version 2. */
const ofVersion2 = new Set(["--no-cli-pager"]);

/** Every call of the AWS CLI in boot/. */
export function awsCalls(): readonly AwsCall[] {
  return readdirSync(boot, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sh"))
    .sort()
    .flatMap((script) => {
      const text = readFileSync(path.join(boot, script), "utf8")
        .replaceAll(/^\s*#.*$/gm, "")
        .replaceAll(/\\\n\s*/g, "");
      return [...text.matchAll(/(?<=^|[\s(!])aws(?= )/gm)]
        .map(({ index }) => wordsFrom(text, index).slice(1))
        .flatMap((words) => said(words).map((call) => ({ script, words: call })));
    });
}

/** How often the scripts name the CLI's program as a command. */
export function awsMentions(): number {
  return readdirSync(boot, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sh"))
    .map((script) => readFileSync(path.join(boot, script), "utf8").match(/^[^#\n]*\baws /gm)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
}

/** The words of a simple command as bash reads them, quotes and all. */
function wordsFrom(text: string, start: number): string[] {
  const words: string[] = [];
  let word = "";
  let quote = "";
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\") {
      word += char + text.charAt(++at);
      continue;
    }
    if (depth === 0 && quote === "" && /[\s|&;<>)]/.test(char)) {
      // A redirection's number is no word.
      if (word !== "" && !(/[<>]/.test(char) && /^\d$/.test(word))) {
        words.push(word);
      }
      word = "";
      if (!/[ \t]/.test(char)) {
        return words;
      }
      continue;
    }
    if (text.startsWith("$(", at)) {
      depth++;
    } else if (char === ")" && depth > 0) {
      depth--;
    } else if (depth === 0 && (char === '"' || char === "'") && (quote === "" || quote === char)) {
      quote = quote === "" ? char : "";
    }
    word += char;
  }
  return words;
}

/** Each way in which a call can be said. */
function said(raw: readonly string[]): readonly (readonly string[])[] {
  let calls: readonly (readonly string[])[] = [[]];
  raw.forEach((word, index) => {
    const meaning = /^"\$\w+"$/.test(word) ? meanings[raw[index - 1] ?? ""] : undefined;
    if (!ofVersion2.has(word)) {
      calls = calls.flatMap((call) =>
        (several[word] ?? [meaning ?? expanded(word)]).map((one) => [...call, one]),
      );
    }
  });
  return calls;
}

/** Without quotes, and with some text in place of what is known on the machine. */
function expanded(word: string): string {
  return word
    .replaceAll(/\$\([^()]*(\([^()]*\)[^()]*)*\)/g, "x")
    .replaceAll(/\$\{[^}]*\}|\$\w+/g, "x")
    .replaceAll(/(?<!\\)["']/g, "")
    .replaceAll(/\\(.)/g, "$1");
}

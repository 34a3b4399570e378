import { readFileSync } from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/printed-commands";
import type { Text } from "./texts";

interface Finding {
  readonly where: string;
  readonly message: string;
}

/** Words in a sentence. A reader has lost the beginning of what is longer. */
const mostWords = 40;
/** From here on a sentence is counted, and passes. */
export const manyWords = 30;

interface Avoided {
  readonly pattern: RegExp;
  readonly phrase: string;
  readonly instead: string;
}

/** The table of words that are not used, of docs/glossary.md: phrases with commas between them, and what is written instead. */
export function avoidedWords(
  glossary = readFileSync(path.join(checkout, "docs/glossary.md"), "utf8"),
): readonly Avoided[] {
  const [, table = ""] = glossary.split("## Words that are not used");
  return table
    .split("\n")
    .filter((line) => /^\| (?!not |-)/.test(line))
    .flatMap((line) => {
      const [, phrases = "", instead = ""] = line.split("|").map((cell) => cell.trim());
      return phrases.split(", ").map((phrase) => ({ phrase, instead, pattern: patternOf(phrase) }));
    });
}

/** `…` in a phrase stands for one word. */
function patternOf(phrase: string): RegExp {
  const words = phrase.split(" ").map((word) => (word === "…" ? "[\\w`'-]+" : word));
  return new RegExp(`(?<![\\w-])${words.join("\\s+")}(?![\\w-])`, "i");
}

/** A full stop, a colon and a semicolon each let a reader rest. */
export function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?:;…])["')]*\s+/).filter((sentence) => /\w/.test(sentence));
}

export function wordsIn(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /\w/.test(word)).length;
}

/** What is wrong with a text. */
export function judge({ where, text }: Text, avoided: readonly Avoided[]): Finding[] {
  const long = sentencesOf(text)
    .filter((sentence) => wordsIn(sentence) > mostWords)
    .map((sentence) => ({
      where,
      message: `${wordsIn(sentence)} words in a sentence, ${mostWords} at most: "${sentence.slice(0, 60)}…"`,
    }));
  const odd = avoided.flatMap(({ pattern, instead }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [{ where, message: `"${found[0]}": write ${instead}` }];
  });
  return [...long, ...odd];
}

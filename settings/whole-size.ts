import type { Finding } from "./problem";

/** Linux takes no string of an environment that is longer than this, its end included (MAX_ARG_STRLEN, execve(2)). */
const longestString = 131_072;
const variable = "PULUMI_CONFIG=";
export const mostBytes = longestString - variable.length - 1;

/**
 * The engine hands a program all its configuration in one variable, as JSON. A program for which that is too long cannot be
 * started, and the engine then waits for it without a word.
 */
export function wholeSize(values: Readonly<Record<string, string>>): readonly Finding[] {
  const bytes = bytesOf(JSON.stringify(values));
  const [longest] = Object.entries(values).sort(([, a], [, b]) => b.length - a.length);
  return bytes <= mostBytes || longest === undefined
    ? []
    : [
        {
          key: longest[0],
          path: [],
          message:
            `is ${bytesOf(longest[1])} bytes long; all settings together are ${bytes} as the engine hands them to the program, ` +
            "and Linux would not start it",
          allowed: `${mostBytes} bytes for all settings together`,
          suggestion: "Put a part of it into a stack of its own.",
          aboutKey: true,
        },
      ];
}

/** Go's JSON has six characters for each of these. */
function bytesOf(json: string): number {
  return Buffer.byteLength(json.replace(/[<>&\u2028\u2029]/g, "\\u0000"));
}

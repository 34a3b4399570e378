import { Writable } from "node:stream";
import { createInterface } from "node:readline/promises";
import { UsageError } from "../terminal/errors";
import type { Output } from "../terminal/output";

/**
 * Asks for a line without showing what is typed.
 *
 * @throws UsageError without a terminal, and when nothing was answered.
 */
export async function askUnseen(question: string, output: Output): Promise<string> {
  const { stdin, stderr } = output.terminal;
  if (!stdin.isTTY || !stderr.isTTY || output.json) {
    throw new UsageError(
      "There is no terminal to ask on: give the value on standard input, with --stdin. Nothing was touched.",
    );
  }
  // Readline puts the terminal into raw mode and does the echo itself: into nothing.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  // Only now: what is typed before would be shown.
  stderr.write(question);
  try {
    // Without an answer (Ctrl-C, Ctrl-D) `question` never ends.
    const noAnswer = new Promise<undefined>((resolve) => {
      lines.once("SIGINT", () => resolve(undefined));
      lines.once("close", () => resolve(undefined));
    });
    const answer = await Promise.race([lines.question(""), noAnswer]);
    if (answer === undefined) {
      throw new UsageError("Nothing was answered. Nothing was touched.");
    }
    return answer;
  } finally {
    lines.close();
    stderr.write("\n");
  }
}

/**
 * All of standard input, without the line ends behind it.
 *
 * @throws UsageError when that is a terminal, which would show what is typed.
 */
export async function readUnseen({ terminal: { stdin } }: Output): Promise<string> {
  if (stdin.isTTY) {
    throw new UsageError(
      "--stdin: standard input is a terminal, which shows what is typed. Leave --stdin out to be asked, or give a " +
        "file: --stdin < FILE. Nothing was touched.",
    );
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as Uint8Array | string));
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/[\r\n]+$/, "");
}

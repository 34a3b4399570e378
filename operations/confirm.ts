import { createInterface } from "node:readline/promises";
import { UsageError } from "./errors";
import type { Output } from "./output";

/**
 * Asks and returns whether the answer was yes. With `yes` it does not ask. Without a terminal nobody could answer:
 * that is an error of the call, not a wait.
 */
export async function confirm(question: string, options: { yes: boolean; output: Output }): Promise<boolean> {
  if (options.yes) {
    return true;
  }
  const { stdin, stderr } = options.output.terminal;
  if (!stdin.isTTY || !stderr.isTTY || options.output.json) {
    throw new UsageError(
      `${question} There is no terminal to answer on: add --yes to go on without being asked. Nothing was touched.`,
    );
  }
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    // Without an answer (Ctrl-C, Ctrl-D) `question` never ends.
    const noAnswer = new Promise<string>((resolve) => {
      lines.once("SIGINT", () => resolve(""));
      lines.once("close", () => resolve(""));
    });
    const answer = await Promise.race([lines.question(`${options.output.typed(question)} [y/N] `), noAnswer]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

import { createInterface } from "node:readline/promises";
import { UsageError } from "./errors";
import type { Output } from "./output";

interface ConfirmOptions {
  readonly yes: boolean;
  readonly output: Output;
}

/**
 * Asks and returns whether the answer was yes. With `yes` it does not ask. Without a terminal nobody could answer:
 * that is an error of the call, not a wait.
 *
 * @param name What is typed in the place of `y`, for what nobody should say yes to by habit. Default: y/N.
 * @throws UsageError without a terminal.
 */
export async function confirm(
  question: string,
  { yes, output }: ConfirmOptions,
  name?: string,
): Promise<boolean> {
  if (yes) {
    return true;
  }
  const { stdin, stderr } = output.terminal;
  if (!stdin.isTTY || !stderr.isTTY || output.json) {
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
    const asking = output.typed(question);
    const asked = name === undefined ? `${asking} [y/N] ` : `${asking} Type ${name} to go on: `;
    const answer = (await Promise.race([lines.question(asked), noAnswer])).trim();
    return name === undefined ? /^y(es)?$/i.test(answer) : answer === name;
  } finally {
    lines.close();
  }
}

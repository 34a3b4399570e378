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
  const asking = output.typed(question);
  const answer = await answered(
    name === undefined ? `${asking} [y/N] ` : `${asking} Type ${name} to go on: `,
    output,
  );
  return name === undefined ? /^y(es)?$/i.test(answer) : answer === name;
}

/**
 * Asks for a text.
 *
 * @param usual What an empty answer means. Default: nothing, and there has to be one.
 * @param option How it is said without a terminal: `--region`.
 * @throws UsageError without a terminal, naming the option.
 */
export async function ask(
  question: string,
  option: string,
  { output }: Pick<ConfirmOptions, "output">,
  usual?: string,
): Promise<string> {
  const { stdin, stderr } = output.terminal;
  if (!stdin.isTTY || !stderr.isTTY || output.json) {
    throw new UsageError(
      `${question} There is no terminal to answer on: say it by ${option}. Nothing was touched.`,
    );
  }
  const answer = await answered(`${question}${usual === undefined ? "" : ` [${usual}]`} `, output);
  if (answer === "" && usual === undefined) {
    throw new UsageError(`${question} There was no answer. Nothing was touched.`);
  }
  return answer === "" ? (usual ?? "") : answer;
}

/** Empty without an answer (Ctrl-C, Ctrl-D), with which `question` never ends. */
async function answered(asked: string, { terminal }: Output): Promise<string> {
  const lines = createInterface({ input: terminal.stdin, output: terminal.stderr });
  try {
    const noAnswer = new Promise<string>((resolve) => {
      lines.once("SIGINT", () => resolve(""));
      lines.once("close", () => resolve(""));
    });
    return (await Promise.race([lines.question(asked), noAnswer])).trim();
  } finally {
    lines.close();
  }
}

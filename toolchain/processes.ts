import type { ExecaReturnValue } from "execa";

interface Question {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Milliseconds after which a program hangs. */
  readonly timeout: number;
  readonly cwd?: string;
}

/** What a program printed, or what went wrong, for a person ("it …"). */
export type Answer = { readonly stdout: string } | { readonly problem: string };

/** Starts a program that answers at once and ends. */
export async function ask(binary: string, args: readonly string[], question: Question): Promise<Answer> {
  // Loaded when needed: a command whose engine is known starts no process and pays for no library.
  const { default: execa } = await import("execa");
  const result = await execa(binary, args, {
    ...question,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
  });
  const asked = JSON.stringify(args.join(" "));
  if (result.timedOut) {
    return { problem: `it did not answer ${asked} within ${question.timeout / 1000} s` };
  }
  if (result.failed) {
    const said = result.stderr.trim().split("\n").at(-1) ?? "";
    return { problem: `it does not answer ${asked}: ${said === "" ? howItEnded(result) : said}` };
  }
  return { stdout: result.stdout };
}

/** With `reject: false` execa hands back its error, which the types do not say. */
export function howItEnded(result: ExecaReturnValue & { readonly shortMessage?: string }): string {
  return result.shortMessage ?? `exit code ${result.exitCode}`;
}

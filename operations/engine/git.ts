import execa from "execa";
import * as path from "node:path";
import { FailedError, UsageError } from "../terminal/errors";

/** Runs git in a folder, and gives what it says. @throws FailedError with its words, and with what is then to be looked at. */
export async function git(directory: string, args: readonly string[]): Promise<string> {
  try {
    return (await execa("git", [...args], { cwd: directory, stdin: "ignore" })).stdout;
  } catch (error) {
    throw new FailedError(
      `git ${args[0] ?? ""} did not succeed: ${(error as execa.ExecaError).stderr || (error as Error).message}. ` +
        "The file is written; `git status` and `git diff` show what is not committed.",
    );
  }
}

/** As `git`, for a question that may have no answer: no git there, no repository, no such commit. */
export async function askGit(directory: string, args: readonly string[]): Promise<string | undefined> {
  const answer = await execa("git", [...args], { cwd: directory, stdin: "ignore", reject: false }).catch(
    () => undefined,
  );
  return answer?.exitCode === 0 ? answer.stdout : undefined;
}

/** @throws UsageError for files, all of one folder, with changes that would go into a commit unasked. */
export async function requireCommitted(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const name = path.basename(file);
    if ((await askGit(path.dirname(file), ["status", "--porcelain", "--", name])) !== "") {
      throw new UsageError(
        `${name} has changes that are not committed, or is in no git repository: they would go into this commit. ` +
          "Commit them first, or call without --commit. Nothing was touched.",
      );
    }
  }
}

/** Commits these files, all of one folder, and nothing else that is staged. */
export async function commit(files: readonly string[], message: string): Promise<void> {
  const [directory, names] = [path.dirname(files[0] ?? ""), files.map((file) => path.basename(file))];
  await git(directory, ["add", "--", ...names]);
  await git(directory, ["commit", "--quiet", "--message", message, "--", ...names]);
}

import execa from "execa";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readlinkSync } from "node:fs";
import * as path from "node:path";
import { digestOf } from "../../backend/digest";
import type { CommandContext } from "../../terminal/command-context";
import { UsageError } from "../../terminal/errors";

/** Of which program a plan is. */
export interface Checkout {
  /** Full name of the commit. */
  readonly commit: string;
  /** Hash of what differs from the commit; absent where nothing does. */
  readonly uncommitted?: string;
  /** How many files that are. */
  readonly uncommittedFiles: number;
}

/**
 * The commit that is checked out in the project's folder, and what is in that folder besides. Work that is not committed is no reason
 * to refuse: it goes into the plan by its content, so that only a checkout with exactly the same is the same.
 *
 * Of files that git does not know those count that are code, or lie in a folder that it knows: what was put down beside the program
 * (the plan itself, reports) is no part of it. Paths are the project's own, wherever it lies.
 *
 * @param planFile where the plan is, or will be: never a part of it.
 * @throws UsageError where there is no git, or no commit.
 */
export async function checkoutOf(
  { project, environment }: CommandContext,
  planFile: string,
): Promise<Checkout> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const result = await execa("git", args, {
      cwd: project.directory,
      env: { ...environment.variables, LC_ALL: "C" },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      maxBuffer: 1024 ** 3,
    });
    if (result.failed) {
      throw new UsageError(
        "A plan is sealed for a commit, and git names none here. Nothing was touched.\n" +
          (result.stderr.trim() || "git could not be started."),
      );
    }
    return result.stdout;
  };
  const names = (text: string): string[] => text.split("\0").filter((name) => name !== "");
  const commit = (await git("rev-parse", "--verify", "HEAD^{commit}")).trim();
  const changed = names(
    await git("diff", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff", "HEAD", "--", "."),
  );
  const unknown = names(await git("ls-files", "-z", "--others", "--exclude-standard"));
  const folders = new Set(names(await git("ls-tree", "-d", "-z", "--name-only", "HEAD")));
  const own = path.resolve(planFile);
  const all = [
    ...changed,
    ...unknown.filter(
      (name) => code.test(name) || (folders.has(name.split("/")[0] ?? "") && name.includes("/")),
    ),
  ].filter((name) => path.join(project.directory, name) !== own);
  return {
    commit,
    uncommittedFiles: all.length,
    ...(all.length > 0 && {
      uncommitted: digestOf(
        Object.fromEntries(all.map((name) => [name, contentOf(project.directory, name)])),
      ),
    }),
  };
}

/** What a program can load. */
const code = /\.[cm]?[jt]sx?$/;

/** What is at a path, in a form that tells apart what git tells apart. */
function contentOf(directory: string, name: string): string {
  const file = path.join(directory, name);
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    return "gone";
  }
  if (found.isSymbolicLink()) {
    return `link ${readlinkSync(file)}`;
  }
  if (!found.isFile()) {
    return "no file";
  }
  const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
  return `${(found.mode & 0o100) === 0 ? "file" : "program"} ${digest}`;
}

import execa from "execa";
import { hostname, userInfo } from "node:os";
import { flawOfPerson } from "../../../guard/approvals/answerable";
import type { CommandContext } from "../../terminal/command-context";
import { UsageError } from "../../terminal/errors";

/**
 * Who answers for an approval: `--by`, else whom git names in the project, `NAME <EMAIL>`, else who is logged in,
 * `USER at HOST`.
 *
 * @throws UsageError for a `--by` that names nobody.
 */
export async function whoAnswers({ project, environment }: CommandContext, by?: string): Promise<string> {
  const given = by?.trim() ?? "";
  const flaw = by === undefined ? undefined : flawOfPerson(given);
  if (flaw !== undefined) {
    throw new UsageError(`--by ${JSON.stringify(given)} ${flaw}. Nothing was touched.`);
  }
  if (given !== "") {
    return given;
  }
  const [name, email] = [
    await gitConfig(project.directory, "user.name", environment.variables),
    await gitConfig(project.directory, "user.email", environment.variables),
  ];
  if (name === "" && email === "") {
    return `${userInfo().username} at ${hostname()}`;
  }
  return [name, email === "" ? "" : `<${email}>`].filter((part) => part !== "").join(" ");
}

/** Empty where git has none, or is not there. */
async function gitConfig(
  directory: string,
  key: string,
  variables: Readonly<NodeJS.ProcessEnv>,
): Promise<string> {
  try {
    const { stdout, exitCode } = await execa("git", ["config", "--get", key], {
      cwd: directory,
      env: variables,
      extendEnv: false,
      reject: false,
      stdin: "ignore",
    });
    return exitCode === 0 ? stdout.trim() : "";
  } catch {
    return "";
  }
}

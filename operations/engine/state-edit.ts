import { pulumiCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { FailedError } from "../terminal/errors";
import type { EngineOptions } from "./automation";

/** The stack whose state it is, and the engine to call for it. */
export interface EditedStack {
  readonly name: string;
  readonly stackFile: string;
  /** `projectDirectory`: of a program that is not the project's own. */
  readonly engineOptions: Pick<EngineOptions, "pulumi" | "environment"> &
    Partial<Pick<EngineOptions, "projectDirectory">>;
}

export interface EngineAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls the engine for a stack by its command line, for what the Automation API has no call for. */
export async function callEngine(
  { environment, project }: CommandContext,
  stack: EditedStack,
  args: readonly string[],
  input?: string,
): Promise<EngineAnswer> {
  const { default: execa } = await import("execa");
  return execa(stack.engineOptions.pulumi, [...args, "--stack", stack.name, "--non-interactive"], {
    cwd: stack.engineOptions.projectDirectory ?? project.directory,
    env: {
      ...environment.variables,
      ...stack.engineOptions.environment,
      PULUMI_OPTION_CONFIG_FILE: stack.stackFile,
    },
    extendEnv: false,
    reject: false,
    maxBuffer: 1024 ** 3,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
}

/**
 * Changes a stack's state: exported and imported with its secrets as they lie there, encrypted; both go through pipes. The engine
 * holds no lock in between: call it only when nobody is at work.
 *
 * @param edit returns the very same deployment where nothing is to be changed.
 * @returns what puts the state back as it was.
 * @throws FailedError with the engine's words; the state is then as it was.
 */
export async function editState<Deployment>(
  context: CommandContext,
  stack: EditedStack,
  edit: (deployment: Deployment) => Deployment,
): Promise<() => Promise<void>> {
  const call = async (args: readonly string[], input?: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await callEngine(context, stack, ["stack", ...args], input);
    if (exitCode !== 0) {
      throw new FailedError(
        `\`${pulumiCommand`stack ${args} --stack ${stack.name}`}\` failed. Nothing was touched.\n${stderr.trim()}`,
      );
    }
    return stdout;
  };
  const before = await call(["export"]);
  const exported = JSON.parse(before) as { readonly deployment: Deployment };
  const deployment = edit(exported.deployment);
  if (deployment === exported.deployment) {
    return () => Promise.resolve();
  }
  await call(["import"], JSON.stringify({ ...exported, deployment }));
  return async () => {
    await call(["import"], before);
  };
}

import { pulumiCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import type { Checkpoint } from "../engine/engine-stack";
import { FailedError } from "../terminal/errors";
import { isLeftover } from "../workers/slot-state";
import type { OpenStack } from "../plan/workspace";

/**
 * Takes out of the state what the engine goes on deleting although it is gone. Exported and imported with its secrets as they lie
 * there, encrypted; both go through pipes. The engine holds no lock in between: call it only when nobody is at work.
 *
 * @throws FailedError with the engine's words; the state is then as it was.
 */
export async function forgetLeftovers(context: CommandContext, stack: OpenStack): Promise<void> {
  const exported = JSON.parse(await engine(context, stack, ["export"])) as {
    readonly deployment: Checkpoint;
  };
  const { resources = [] } = exported.deployment;
  const kept = resources.filter((resource) => !isLeftover(resource));
  if (kept.length < resources.length) {
    const state = { ...exported, deployment: { ...exported.deployment, resources: kept } };
    await engine(context, stack, ["import"], JSON.stringify(state));
  }
}

async function engine(
  context: CommandContext,
  stack: OpenStack,
  args: readonly string[],
  input?: string,
): Promise<string> {
  const { default: execa } = await import("execa");
  const { pulumi, environment } = stack.engineOptions;
  const { exitCode, stdout, stderr } = await execa(
    pulumi,
    ["stack", ...args, "--stack", stack.name, "--non-interactive"],
    {
      cwd: context.project.directory,
      env: { ...context.environment.variables, ...environment, PULUMI_OPTION_CONFIG_FILE: stack.stackFile },
      extendEnv: false,
      reject: false,
      ...(input === undefined ? { stdin: "ignore" as const } : { input }),
    },
  );
  if (exitCode !== 0) {
    throw new FailedError(
      `\`${pulumiCommand`stack ${args} --stack ${stack.name}`}\` failed. Nothing was touched.\n${stderr.trim()}`,
    );
  }
  return stdout;
}

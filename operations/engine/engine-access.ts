import * as path from "node:path";
import {
  approvalsVariable,
  debugMessagesDropped,
  debugMessagesVariable,
  gateJudges,
  gateVariable,
} from "../../settings/environment";
import { findEngine, type Engine } from "../../toolchain";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, UsageError } from "../terminal/errors";
import { mayShowDebugMessages } from "./pulumi-arguments";

/** The engine that every command uses, brought on the first use; progress of that goes to stderr. */
export async function engineFor({ environment, output }: CommandContext): Promise<Engine> {
  try {
    return await findEngine({
      binary: environment.pulumiBinary,
      path: environment.path,
      cacheDirectory: environment.cacheDirectory,
      env: environment.variables,
      onProgress: (message) => output.note(message),
    });
  } catch (error) {
    // Its own words name every way that was tried; a stack trace would only push them out of sight.
    if (error instanceof Error && /EngineError$/.test(error.name)) {
      throw new FailedError(`${error.message}\nNothing was touched.`);
    }
    throw error;
  }
}

/**
 * What every engine process is given besides the person's own environment: no look for newer versions, and in each
 * Node process that it starts the SDK without what it loads and does not need (bin/lean-sdk.js).
 *
 * @param args a person's own, of `pulumi`; `any` for another command, which may call it in any way. Default: none.
 */
export function engineEnvironment(
  { environment, project }: CommandContext,
  args: readonly string[] | "any" = [],
): Record<string, string> {
  const leanSdk = path.join(project.directory, "bin", "lean-sdk.js");
  const preload = `--require ${JSON.stringify(leanSdk)}`;
  const nodeOptions = environment.variables.NODE_OPTIONS ?? "";
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Never the person's own: only what was verified counts, and is set where it was.
    [approvalsVariable]: "",
    [gateVariable]: "",
    [debugMessagesVariable]:
      args === "any" || mayShowDebugMessages(args, environment.variables) ? "" : debugMessagesDropped,
    NODE_OPTIONS: nodeOptions.includes(leanSdk) ? nodeOptions : `${nodeOptions} ${preload}`.trim(),
  };
}

/**
 * How many resources a run works on at a time where nobody says otherwise: by itself the engine takes four for each processor, and a run
 * on a small machine would take longer than the same on a big one. More would gain seconds (docs/timeline.md), and meet AWS's limits on
 * calls sooner.
 */
export const usualParallelism = 16;

/** How many it is for this person. What is no number above 0 the engine takes for none (pulumi, pkg/cmd/pulumi/operations/up.go, defaultParallel). */
export function runParallelism({ environment: { variables } }: Pick<CommandContext, "environment">): number {
  const said = Number(variables.PULUMI_OPTION_PARALLEL ?? variables.PULUMI_PARALLEL);
  return Number.isInteger(said) && said > 0 ? said : usualParallelism;
}

/**
 * `engineEnvironment` for runs that the gate judges: the program learns that it does, and program and policy pack by which
 * engine they may ask what the last run left.
 */
export function gatedEnvironment(context: CommandContext, engine: Engine): Record<string, string> {
  return {
    ...engineEnvironment(context),
    GROUNDWORK_PULUMI: engine.pulumi,
    [gateVariable]: gateJudges,
    // Never the person's own either.
    [ignoreProtect]: "false",
    // A run that is killed must have left word of what it had begun.
    PULUMI_SKIP_CHECKPOINTS: "false",
    PULUMI_PARALLEL: String(runParallelism(context)),
  };
}

/** The engine's option that takes protection for none. */
export const ignoreProtect = "PULUMI_OPTION_IGNORE_PROTECT";

/** Options by which the engine leaves a part of a stack out, as variables of the environment. */
const narrowing = [
  "TARGET",
  "TARGET_DEPENDENTS",
  "EXCLUDE",
  "EXCLUDE_DEPENDENTS",
  "EXCLUDE_PROTECTED",
  "TARGET_REPLACE",
].map((option) => `PULUMI_OPTION_${option}`);

/**
 * The engine takes every option from the environment as well. A plan of a part of the stack would be told as the whole.
 *
 * @throws UsageError for what would leave something out.
 */
export function requireWhole({ environment: { variables } }: CommandContext): void {
  const given = narrowing.filter((name) => !["", "false", "0"].includes(variables[name] ?? ""));
  if (given.length > 0) {
    throw new UsageError(
      `${given.join(" and ")} ${given.length === 1 ? "is" : "are"} set in the environment, and would leave a part of the stack out ` +
        `of what is previewed and judged. Nothing was touched. \`unset ${given.join(" ")}\`; for a part of a stack there is ` +
        "`./groundwork exec -- pulumi up --target URN --stack STACK`.",
    );
  }
}

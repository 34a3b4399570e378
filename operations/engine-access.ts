import * as path from "node:path";
import { approvalsVariable, gateJudges, gateVariable } from "../settings/environment";
import { findEngine, type Engine } from "../toolchain";
import type { CommandContext } from "./command-context";
import { FailedError } from "./errors";

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
 * Node process that it starts the SDK without what it loads and does not need (operations/lean-sdk.js).
 */
export function engineEnvironment({ environment, project }: CommandContext): Record<string, string> {
  const leanSdk = path.join(project.directory, "operations", "lean-sdk.js");
  const preload = `--require ${JSON.stringify(leanSdk)}`;
  const nodeOptions = environment.variables.NODE_OPTIONS ?? "";
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Never the person's own: only what was verified counts, and is set where it was.
    [approvalsVariable]: "",
    [gateVariable]: "",
    NODE_OPTIONS: nodeOptions.includes(leanSdk) ? nodeOptions : `${nodeOptions} ${preload}`.trim(),
  };
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
  };
}

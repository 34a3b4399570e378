import type * as automation from "@pulumi/pulumi/automation";
import type { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { createRequire } from "node:module";
import { parse } from "semver";

const load = createRequire(__filename);

/** Loaded when the settings are known to be right: it takes a while. */
export function automationApi(): typeof automation {
  return load("@pulumi/pulumi/automation") as typeof automation;
}

/** The engine, and where and as whom it runs. */
export interface EngineOptions {
  /** Absolute path of the `pulumi` binary. */
  readonly pulumi: string;
  readonly version: string;
  /** The folder of Pulumi.yaml. */
  readonly projectDirectory: string;
  readonly stack: string;
  /** Added to the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** A program in this process, in a project of its own, in place of the one in `projectDirectory`. */
  readonly inline?: { readonly project: string; readonly program: automation.PulumiFn };
}

export interface EngineFailure {
  /**
   * `missing`: the backend knows no such stack; `exists`: it knows the one that was to be made; `locked`: another run
   * holds it; `failed`: anything else.
   */
  readonly kind: "missing" | "exists" | "locked" | "failed";
  /** What the engine wrote to stderr: the whole story when it failed before its first event. */
  readonly stderr: string;
  /** Somebody, or the system, has killed the engine: it has written down no end. */
  readonly isKilled?: true;
}

/** The Automation API on this engine; it asks the engine for nothing yet. */
export function workspaceOf(options: EngineOptions): Promise<LocalWorkspace> {
  const { LocalWorkspace, PulumiCommand } = automationApi();
  const command = Reflect.construct(PulumiCommand, [options.pulumi, parse(options.version)]) as PulumiCommand;
  return LocalWorkspace.create({
    workDir: options.projectDirectory,
    pulumiCommand: command,
    envVars: { ...options.environment },
    ...(options.inline && {
      program: options.inline.program,
      projectSettings: { name: options.inline.project, runtime: "nodejs", main: options.projectDirectory },
    }),
  });
}

/** Runs an engine command; a failing command is a value, anything else is thrown. */
export async function failureIn(action: () => Promise<unknown>): Promise<EngineFailure | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    const { CommandError, ConcurrentUpdateError, StackAlreadyExistsError, StackNotFoundError } =
      automationApi();
    if (!(error instanceof CommandError)) {
      throw error;
    }
    const kinds = [
      [StackNotFoundError, "missing"],
      [StackAlreadyExistsError, "exists"],
      [ConcurrentUpdateError, "locked"],
    ] as const;
    return {
      kind: kinds.find(([type]) => error instanceof type)?.[1] ?? "failed",
      ...(/was killed with SIG(KILL|SEGV|ABRT|BUS)\b/.test(error.message) && { isKilled: true }),
      stderr: /stderr: ([\s\S]*?)\n err\?: /.exec(error.message)?.[1] ?? error.message,
    };
  }
}

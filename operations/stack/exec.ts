import { spawn, type StdioOptions } from "node:child_process";
import * as os from "node:os";
import * as path from "node:path";
import type { CommandContext } from "../terminal/command-context";
import { engineEnvironment, engineFor } from "../engine/engine-access";
import { EngineStack } from "../engine/engine-stack";
import { FailedError, UsageError } from "../terminal/errors";
import { stackNames } from "../terminal/project";
import { namedStack, subcommand } from "../engine/pulumi-arguments";
import { accountOf, rehearsedStack, startSession, type RehearsalSession } from "../engine/rehearsal-session";
import type { Engine } from "../../toolchain";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Runs a command with the engine on its PATH, and with `--rehearse` in the environment in which `pulumi` acts on the
 * rehearsal cloud. Input, output and exit code are the command's own.
 */
export async function exec(context: CommandContext, command: readonly string[]): Promise<number> {
  const [program, ...args] = command as [string, ...string[]];
  const engine = await engineFor(context);
  const isPulumi = program === "pulumi";
  const binDirectory = path.dirname(engine.pulumi);
  const own: Environment & { readonly PATH: string } = {
    ...context.environment.variables,
    ...engineEnvironment(context, isPulumi ? args : "any"),
    GROUNDWORK_PULUMI: engine.pulumi,
    PATH: [binDirectory, context.environment.path].filter((part) => part !== "").join(path.delimiter),
  };
  // The binary may be called otherwise than `pulumi` where GROUNDWORK_PULUMI names it.
  const executable = isPulumi ? engine.pulumi : program;
  if (context.rehearsal === undefined) {
    return run(context, executable, args, own);
  }
  // `env A=1 pulumi up --stack dev` too: without the stack's copied file the engine would write into the project's own.
  const called = command.includes("pulumi") ? command.slice(command.indexOf("pulumi") + 1) : [];
  const named = namedStack(called) ?? own.PULUMI_STACK;
  const session = await startSession(
    context,
    context.rehearsal,
    accountOf(context.project, named ?? stackNames(context.project)[0]),
  );
  try {
    const rehearsed = { ...own, ...session.environment };
    const stack = named ?? (await selectedStack(engine, context, rehearsed));
    const environment = {
      ...rehearsed,
      ...(await readyStack(context, session, engine, stack, called)),
    };
    return await run(context, executable, args, environment);
  } finally {
    await session.stop();
  }
}

/**
 * Gives the stack's copied file to the engine, and makes the stack where it is not there: in an empty rehearsal
 * `pulumi preview --stack dev` would otherwise end with "no stack named dev", and `stack init` would write into the
 * project's own stack file.
 */
async function readyStack(
  context: CommandContext,
  session: RehearsalSession,
  engine: Engine,
  stack: string | undefined,
  args: readonly string[],
): Promise<Environment> {
  const action = subcommand(args);
  if (action === "stack init" || action === "stack rename") {
    throw new UsageError(
      `\`pulumi ${action}\` would write to the project's own stack file. In a rehearsal each stack that has a file ` +
        `Pulumi.<stack>.yaml is made when it is first named.`,
    );
  }
  if (stack === undefined || !stackNames(context.project).includes(stack)) {
    return {};
  }
  const rehearsed = rehearsedStack(context, session, stack);
  if (!rehearsed.exists && action !== "stack rm") {
    await EngineStack.create({
      ...engine,
      stack,
      projectDirectory: rehearsed.initDirectory,
      environment: { ...engineEnvironment(context), ...session.environment },
    });
  }
  return rehearsed.environment;
}

/** The stack that `pulumi stack select` chose in this rehearsal, if any. */
async function selectedStack(
  engine: Engine,
  { project }: CommandContext,
  environment: Environment,
): Promise<string | undefined> {
  const { default: execa } = await import("execa");
  const result = await execa(engine.pulumi, ["stack", "--show-name", "--non-interactive"], {
    cwd: project.directory,
    env: environment,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
  });
  return result.failed ? undefined : result.stdout.trim();
}

/**
 * Runs a child on this process's own terminal and returns its exit code; 128 + n when signal n ended it, as shells do. With `--json`
 * what it writes is in the one document.
 */
function run(
  { output }: CommandContext,
  executable: string,
  args: readonly string[],
  environment: Environment,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = ["inherit", output.json ? "pipe" : "inherit", "inherit"];
    const child = spawn(executable, args, { stdio, env: environment });
    const written: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => written.push(chunk));
    // A terminal sends SIGINT to both; this process waits for what the child makes of it.
    const ignore = (): void => undefined;
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
    const release = (): void => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      process.off("SIGHUP", forward);
    };
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    process.on("SIGHUP", forward);
    child.on("error", (error: NodeJS.ErrnoException) => {
      release();
      reject(
        error.code === "ENOENT"
          ? new UsageError(`There is no command "${executable}" on the PATH.`)
          : new FailedError(`${executable} could not be started: ${error.message}`),
      );
    });
    child.on("close", (code, signal) => {
      release();
      const exitCode = code ?? 128 + signalNumber(signal);
      output.document({ exitCode, stdout: Buffer.concat(written).toString("utf8") });
      resolve(exitCode);
    });
  });
}

function signalNumber(signal: NodeJS.Signals | null): number {
  const { signals } = os.constants;
  return signal === null ? 0 : signals[signal];
}

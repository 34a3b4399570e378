import { CommanderError, type Command } from "commander";
import { readEnvironment } from "../settings/environment";
import { nearestName } from "../settings/nearest";
import type { CommandContext } from "./terminal/command-context";
import { OperationError, UsageError } from "./terminal/errors";
import { exitCodes, type ExitCode } from "./terminal/exit-codes";
import { Output, type Terminal } from "./terminal/output";
import { commandLine } from "./command-line";
import { referenceOf } from "./terminal/command-reference";
import type { CommonOptions } from "./terminal/registration";
import { projectAt, stackNames, UnknownStackError } from "./terminal/project";
import { launcherFrom } from "./terminal/typed-here";
import { pathOf, proposesStacks, withStackInPlace, wrongCall } from "./terminal/wrong-call";

export interface Call {
  /** Without node and the script. */
  readonly argv: readonly string[];
  /** The folder of Pulumi.yaml. */
  readonly projectDirectory: string;
  readonly terminal: Terminal;
  /** The folder in which the person stands: commands are printed as they are typed there. Default: `projectDirectory`. */
  readonly workingDirectory?: string;
  /** Default: those of this process. */
  readonly variables?: NodeJS.ProcessEnv;
}

/** Runs one call of `groundwork`. Returns its exit code (for `exec` the command's own); every error has been told by then. */
export async function main(call: Call): Promise<number> {
  const environment = readEnvironment(call.projectDirectory, call.variables);
  const output = new Output(call.terminal, has(call.argv, "--json"), environment.noColor, {
    rehearsed: call.argv[0] === "rehearse" || has(call.argv, "--rehearse"),
    launcher: launcherFrom(call.workingDirectory ?? call.projectDirectory, call.projectDirectory),
  });
  let exitCode: number = exitCodes.done;
  let program: Command | undefined;
  try {
    const contextOf = (options: CommonOptions): CommandContext => {
      const { account, faults, weather } = options;
      if (options.rehearse !== true && [account, faults, weather].some((value) => value !== undefined)) {
        throw new UsageError("--account, --faults and --weather are for a rehearsal: add --rehearse.");
      }
      return {
        project: projectAt(call.projectDirectory),
        environment,
        output,
        yes: options.yes === true,
        rehearsal:
          options.rehearse === true
            ? { accountId: account, faultsFile: faults, weatherFile: weather }
            : undefined,
      };
    };
    program = commandLine(contextOf, (code) => (exitCode = code), call.terminal);
    const asked = output.json ? aboutTheProgram(program, call.argv) : undefined;
    if (asked !== undefined) {
      output.document(asked);
      return exitCode;
    }
    await program.parseAsync(withStackInPlace(program, call.argv), { from: "user" });
    return exitCode;
  } catch (error) {
    return tell(error, output, program, call);
  }
}

/** Read before the command line is parsed, since what is wrong with it is to be told as JSON too. */
function has(argv: readonly string[], option: string): boolean {
  const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  return own.includes(option);
}

/** The help or the version, where the call asks for one of them. `--version` is an option of `state restore` too. */
function aboutTheProgram(program: Command, argv: readonly string[]): unknown {
  const isHelp = argv[0] === "help";
  const { command } = pathOf(program, isHelp ? argv.slice(1) : argv);
  if (isHelp || has(argv, "--help") || has(argv, "-h")) {
    return referenceOf(command);
  }
  const isVersion = command === program && (has(argv, "--version") || has(argv, "-V"));
  return isVersion ? { version: program.version() } : undefined;
}

function tell(error: unknown, output: Output, program: Command | undefined, call: Call): ExitCode {
  if (error instanceof CommanderError && program !== undefined) {
    if (error.exitCode === 0) {
      return exitCodes.done;
    }
    const stacks = stackNames({ directory: call.projectDirectory });
    tellMessage(wrongCall(error, program, call.argv, stacks), [], output);
    return exitCodes.usage;
  }
  if (error instanceof OperationError) {
    tellMessage(`${error.message}${nearStack(error, program, call)}`, error.problems, output);
    return error.exitCode;
  }
  // A mistake in this program: the stack trace is what helps whoever mends it.
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  tellMessage(text, [], output);
  return exitCodes.failed;
}

/** The stack that may have been meant, where a slip does no harm. */
function nearStack(error: OperationError, program: Command | undefined, { argv }: Call): string {
  if (!(error instanceof UnknownStackError) || program === undefined || !proposesStacks(program, argv)) {
    return "";
  }
  const near = nearestName(error.stackName, error.known);
  return near === undefined ? "" : `\nDid you mean ${near}?`;
}

function tellMessage(message: string, problems: readonly unknown[], output: Output): void {
  output.document({ error: problems.length > 0 ? { message, problems } : { message } });
  if (!output.json) {
    output.note(output.colors.red(message));
  }
}

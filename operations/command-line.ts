import { Command, Option } from "commander";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type * as destroyModule from "./commands/destroy";
import type * as execModule from "./commands/exec";
import type * as iamModule from "./commands/iam";
import type * as previewModule from "./commands/preview";
import type * as rehearseModule from "./commands/rehearse";
import type * as upModule from "./commands/up";
import type { CommandContext } from "./command-context";
import type { Terminal } from "./output";

/** The options that every command takes. */
export interface CommonOptions {
  readonly rehearse?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly account?: string;
  readonly faults?: string;
}

// `import()` would go past tsx, which only knows CommonJS here.
const load = createRequire(__filename);

type ContextOf = (options: CommonOptions) => CommandContext;

/**
 * The whole command line. A command's code is loaded when it is called, so that `--help` and a misspelt name answer
 * at once.
 */
export function commandLine(contextOf: ContextOf, exit: (code: number) => void, terminal: Terminal): Command {
  const program = new Command("groundwork")
    // Before the commands are made: they take over what is set here.
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // Errors are thrown too, and told where all errors are.
      outputError: () => undefined,
    })
    .description(
      "Stands up, changes and takes down an environment, and makes it very hard to lose a database.",
    )
    .version(version(), "-V, --version")
    .exitOverride()
    .enablePositionalOptions()
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 failed, 2 wrong call or settings, 3 refused by guard or policy, 4 a check found something.",
    );

  common(program.command("rehearse"))
    .description("previews a stack and stands it up in the rehearsal cloud, without an account anywhere")
    .argument("[stack]", "the stack to rehearse", "dev")
    .option("--fresh", "begin with an empty cloud: forget what was rehearsed before, of any stack")
    .action(async (stack: string, options: CommonOptions & { readonly fresh?: boolean }) => {
      const { rehearse } = load("./commands/rehearse") as typeof rehearseModule;
      exit(
        await rehearse(contextOf({ ...options, rehearse: true }), stack, { fresh: options.fresh === true }),
      );
    });

  common(program.command("preview"))
    .description("shows what `up` would change, what it would lose, and what policies say; changes nothing")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--expect-no-changes", "exit 4 when there is anything to change")
    .action(async (stack: string, options: CommonOptions & { readonly expectNoChanges?: boolean }) => {
      const { preview } = load("./commands/preview") as typeof previewModule;
      exit(await preview(contextOf(options), stack, { expectNoChanges: options.expectNoChanges === true }));
    });

  common(program.command("up"))
    .description("previews, judges, asks, and then makes the stack what its file says")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { up } = load("./commands/up") as typeof upModule;
      exit(await up(contextOf(options), stack));
    });

  common(program.command("destroy"))
    .description("previews, judges, asks, and then takes the stack down; refused while the guard holds data")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { destroy } = load("./commands/destroy") as typeof destroyModule;
      exit(await destroy(contextOf(options), stack));
    });

  common(program.command("iam"))
    .description("prints a service user's key, secret and URLs")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<user>", "the service user, e.g. report_writer")
    .action(async (stack: string, user: string, options: CommonOptions) => {
      const { iam } = load("./commands/iam") as typeof iamModule;
      exit(await iam(contextOf(options), stack, user));
    });

  common(program.command("exec"))
    .description("runs a command, such as `pulumi`, with the engine that groundwork brings")
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions()
    .action(async (command: string[], options: CommonOptions) => {
      const { exec } = load("./commands/exec") as typeof execModule;
      exit(await exec(contextOf(options), command));
    });

  return program;
}

function common(command: Command): Command {
  return command
    .option("--rehearse", "act on the rehearsal cloud in .rehearsal/ instead of the real ones")
    .option("--json", "print one JSON document on stdout and nothing else there")
    .option("--yes", "do not ask")
    .addOption(new Option("--account <id>", "in a rehearsal: hold the credentials of this AWS account"))
    .addOption(new Option("--faults <file>", "in a rehearsal: YAML list of what shall go wrong"));
}

function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(__dirname, "..", "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

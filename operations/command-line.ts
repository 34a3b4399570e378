import { Command, Option } from "commander";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { CommandContext } from "./terminal/command-context";
import type { Terminal } from "./terminal/output";
import type { CommonOptions, Registration } from "./terminal/registration";
import { addAccessCommands } from "./access/commands";
import { addCiCommands } from "./ci/commands";
import { addClusterCommands } from "./cluster/commands";
import { addDatabaseCommands } from "./database/commands";
import { addDnsCommands } from "./dns/commands";
import { addDoctorCommands } from "./doctor/commands";
import { addFleetCommands } from "./fleet/commands";
import { addGuardCommand } from "./guard/commands";
import { addHelpCommands } from "./help/commands";
import { addHelp } from "./terminal/help";
import { addIamCommands } from "./iam/commands";
import { addImagesCommands } from "./images/commands";
import { addQueuesCommands } from "./queues/commands";
import { addReleasesCommands } from "./releases/commands";
import { addSecretsCommand } from "./secrets/commands";
import { addSmokeCommands } from "./smoke/commands";
import { addStackCommands } from "./stack/commands";
import { addStateCommands } from "./state/commands";
import { addWorkersCommands } from "./workers/commands";

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
    .description("Creates, changes and destroys an environment, and makes it very hard to lose a database.")
    .version(version(), "-V, --version")
    .exitOverride()
    // Commander would propose whatever is spelt alike, `destroy` for `deploy`: wrong-call.ts knows what may be.
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .addHelpText(
      "after",
      "\nThe stack comes right after the command; `--stack dev` works too.\n" +
        "Exit codes: 0 done, 1 failed, 2 wrong call or settings, 3 refused by guard or\npolicy, 4 a check found something.",
    );

  const registration: Registration = { common, contextOf, exit };
  for (const add of [
    addStackCommands,
    addIamCommands,
    addClusterCommands,
    addDatabaseCommands,
    addDnsCommands,
    addQueuesCommands,
    addImagesCommands,
    addSmokeCommands,
    addFleetCommands,
    addAccessCommands,
    addStateCommands,
    addWorkersCommands,
    addDoctorCommands,
    addReleasesCommands,
    addCiCommands,
    addSecretsCommand,
    addGuardCommand,
    addHelpCommands,
  ]) {
    add(program, registration);
  }
  addHelp(program);
  return program;
}

function common(command: Command): Command {
  for (const [flags, description] of commonOptions) {
    command.addOption(new Option(flags, description).helpGroup("Everywhere:"));
  }
  return command;
}

const commonOptions = [
  ["--rehearse", "act on the rehearsal cloud in .rehearsal/ instead of the real ones"],
  ["--json", "print one JSON document on stdout and nothing else there"],
  ["--yes", "do not ask"],
  ["--account <id>", "in a rehearsal: use credentials of this AWS account"],
  ["--faults <file>", "in a rehearsal: YAML list of faults that will happen"],
  ["--weather <file>", "in a rehearsal: YAML of what happens before by itself, or `default`"],
] as const;

function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(__dirname, "..", "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

import { Argument, Option, type Command } from "commander";
import { createRequire } from "node:module";
import * as path from "node:path";
import { readFileSync } from "node:fs";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as completionModule from "./completion";
import type { Shell } from "./completion";
import type * as explainModule from "./explain";

const load = createRequire(__filename);

/** `groundwork explain` and `groundwork completion`. */
export function addHelpCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("explain"))
    .description(
      "explains a setting of the stack files: what it is, what is allowed, its default, and what its change does",
    )
    .argument("<setting>", "its name: database, database.engineVersion, workloads.NAME.image")
    .action((setting: string, options: CommonOptions) => {
      const { explain } = load("./explain") as typeof explainModule;
      exit(explain(contextOf(options), setting));
    });

  common(program.command("completion"))
    .description(
      "prints a script for your shell: commands, stacks, actions, options and names of the stack file are completed with it",
    )
    .addArgument(new Argument("<shell>", "your shell").choices(["bash", "zsh", "fish"]))
    .usage("[options] <shell>")
    .argument("[words...]", "with --candidates: what has been typed")
    .addOption(new Option("--candidates", "what may stand in place of the last word").hideHelp())
    .action(
      (
        shell: Shell,
        words: readonly string[],
        options: CommonOptions & { readonly candidates?: boolean },
      ) => {
        const { output, project } = contextOf(options);
        if (options.candidates !== true) {
          const script = readFileSync(path.join(__dirname, "shells", `completion.${shell}`), "utf8");
          output.document({ shell, script });
          output.print(script.trimEnd());
        } else {
          const { candidateLines, candidatesFor } = load("./completion") as typeof completionModule;
          const candidates = candidatesFor(program, project, words);
          output.document(candidates);
          output.print(candidateLines(shell, candidates));
        }
        exit(0);
      },
    );
}

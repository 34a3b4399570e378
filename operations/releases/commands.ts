import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as promoteModule from "./promote";
import type * as bumpModule from "./bump";
import type * as releasesModule from "./releases";
import { ActionArgument } from "../terminal/stack-and-action";
import { UsageError } from "../terminal/errors";

const load = createRequire(__filename);

/** `groundwork releases` and `groundwork promote`. */
export function addReleasesCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("releases"))
    .description(
      "shows every version that the stack file pins: age, newest version, end of support; `bump` writes newer ones into the file",
    )
    .usage("[options] <stack> | <stack> bump [what…]")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(["bump"]).argOptional())
    .argument(
      "[what...]",
      "bump: kinds (postgresql, kubernetes, nodes, addons, amazon-linux, …), each alone or with a version: postgresql=16.14",
    )
    .option("--commit", "bump: one git commit for each kind, of the stack file only")
    .action(
      async (
        stack: string,
        action: string | undefined,
        what: readonly string[],
        options: CommonOptions & { readonly commit?: boolean },
      ) => {
        if (action === undefined) {
          const { releases } = load("./releases") as typeof releasesModule;
          exit(await releases(contextOf(options), stack));
          return;
        }
        if (action !== "bump") {
          throw new UsageError(
            `\`releases\` knows no "${action}". It is \`./groundwork releases STACK\` or \`./groundwork releases STACK bump [WHAT…]\`. Nothing was touched.`,
          );
        }
        const { bump } = load("./bump") as typeof bumpModule;
        exit(await bump(contextOf(options), stack, what, { commit: options.commit === true }));
      },
    );

  common(program.command("promote"))
    .description(
      "copies the versions and digests that one stack has run for long enough into another stack's file, and nothing else",
    )
    .argument("<stack>", "the stack to copy from, as in Pulumi.<stack>.yaml")
    .argument("<to>", "the stack to copy to")
    .argument("[what...]", "kinds (postgresql, kubernetes, containers, …); without it: all")
    .option("--dry-run", "show only, write nothing")
    .option("--commit", "make a branch with one commit, of the stack file and its changelog only")
    .action(
      async (
        from: string,
        to: string,
        what: readonly string[],
        options: CommonOptions & { readonly commit?: boolean; readonly dryRun?: boolean },
      ) => {
        const { promote } = load("./promote") as typeof promoteModule;
        const { commit = false, dryRun = false } = options;
        exit(await promote(contextOf(options), [from, to], what, { commit, dryRun }));
      },
    );
}

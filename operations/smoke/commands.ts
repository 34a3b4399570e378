import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as smokeModule from "./smoke";

const load = createRequire(__filename);

/** `groundwork smoke`. */
export function addSmokeCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("smoke"))
    .description(
      "deploys a web server on the stack's cluster, updates it while it requests, takes it down; exit 1 when a request fails",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--clean", "only take down what an earlier smoke left")
    .action(async (stack: string, options: CommonOptions & { readonly clean?: boolean }) => {
      const { smoke } = load("./smoke") as typeof smokeModule;
      exit(await smoke(contextOf(options), stack, { clean: options.clean === true }));
    });
}

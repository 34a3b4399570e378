import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as smokeModule from "./smoke";

const load = createRequire(__filename);

/** `groundwork smoke`. */
export function addSmokeCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("smoke"))
    .description(
      "tests the cluster: deploys a web server, updates it under requests, deletes it; exit 1 when a request fails",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--clean", "only delete what an earlier smoke test left")
    .action(async (stack: string, options: CommonOptions & { readonly clean?: boolean }) => {
      const { smoke } = load("./smoke") as typeof smokeModule;
      exit(await smoke(contextOf(options), stack, { clean: options.clean === true }));
    });
}

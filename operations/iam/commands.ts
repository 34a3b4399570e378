import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as iamModule from "./iam";

const load = createRequire(__filename);

/** `groundwork iam`. */
export function addIamCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("iam"))
    .description("prints a service user's key, secret and URLs")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<user>", "the service user, e.g. report_writer")
    .action(async (stack: string, user: string, options: CommonOptions) => {
      const { iam } = load("./iam") as typeof iamModule;
      exit(await iam(contextOf(options), stack, user));
    });
}

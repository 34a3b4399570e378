import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";
import type * as queuesModule from "./clean";

const load = createRequire(__filename);

/** `groundwork queues`. */
export function addQueuesCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("queues"))
    .description("lists the queues that the application made, and deletes the abandoned ones")
    .usage("[options] <stack> clean")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(["clean"]))
    .option("--idle <time>", "delete queues that nobody has used for this long: 36h, 7d, 2w", "7d")
    .option("--with-messages", "also delete abandoned queues with messages; the messages are lost")
    .option("--dry-run", "list only, delete nothing")
    .action(
      async (
        a: string,
        b: string,
        options: CommonOptions & {
          readonly idle: string;
          readonly withMessages?: boolean;
          readonly dryRun?: boolean;
        },
      ) => {
        const { stack } = stackAndAction("queues", [a, b], ["clean"]);
        const { cleanQueues } = load("./clean") as typeof queuesModule;
        exit(
          await cleanQueues(contextOf(options), stack, {
            idle: options.idle,
            withMessages: options.withMessages === true,
            dryRun: options.dryRun === true,
          }),
        );
      },
    );
}

import type { Command } from "commander";
import { createRequire } from "node:module";
import type * as workersModule from "./workers";
import { noRefresh, type RefreshOptions, type Registration } from "../terminal/registration";
import { UsageError } from "../terminal/errors";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";

const load = createRequire(__filename);

const actions = ["list", "replace", "retry", "drain"] as const;

/** `groundwork workers`. */
export function addWorkersCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("workers"))
    .description("lists the metal workers' machines; replaces, retries or drains one of them")
    .usage("[options] <stack> list | replace <slot> | retry <slot> | drain <slot>")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(actions))
    .argument("[slot]", "the slot's number, as in groundwork:metalWorkers.slots")
    .option(...noRefresh)
    .action(async (a: string, b: string, slot: string | undefined, options: RefreshOptions) => {
      const { stack, action } = stackAndAction("workers", [a, b], actions);
      const { listWorkers, replaceWorker, retryWorker, drainWorker } = load(
        "./workers",
      ) as typeof workersModule;
      if (action === "list") {
        if (slot !== undefined) {
          throw new UsageError(`\`workers ${stack} list\` takes no slot. Nothing was touched.`);
        }
        exit(await listWorkers(contextOf(options), stack));
        return;
      }
      if (slot === undefined) {
        throw new UsageError(
          `\`workers ${stack} ${action} SLOT\` needs the slot's number. Nothing was touched.`,
        );
      }
      const act = { replace: replaceWorker, retry: retryWorker, drain: drainWorker }[action];
      exit(await act(contextOf(options), stack, slot, { refresh: options.refresh }));
    });
}

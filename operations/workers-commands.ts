import type { Command } from "commander";
import { createRequire } from "node:module";
import type * as doctorModule from "./commands/doctor";
import type * as workersModule from "./commands/workers";
import type { CommonOptions, Registration } from "./registration";
import { UsageError } from "./errors";
import { ActionArgument, stackAndAction } from "./stack-and-action";

const load = createRequire(__filename);

const actions = ["list", "replace", "retry", "drain"] as const;

/** `groundwork workers …` and `groundwork doctor`. */
export function addWorkersCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("workers"))
    .description("lists the Docker workers' machines; replaces, goes on building or drains one of them")
    .usage("[options] <stack> list | replace <slot> | retry <slot> | drain <slot>")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(actions))
    .argument("[slot]", "the slot's number, as in groundwork:metalWorkers.slots")
    .action(async (a: string, b: string, slot: string | undefined, options: CommonOptions) => {
      const { stack, action } = stackAndAction("workers", [a, b], actions);
      const { listWorkers, replaceWorker, retryWorker, drainWorker } = load(
        "./commands/workers",
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
      exit(await act(contextOf(options), stack, slot));
    });

  common(program.command("doctor"))
    .description(
      "looks for machines that nobody knows of, that are there twice, or half built; exit 4 for any",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--fix", "take over, go on building and delete, after asking")
    .action(async (stack: string, options: CommonOptions & { readonly fix?: boolean }) => {
      const { doctor } = load("./commands/doctor") as typeof doctorModule;
      exit(await doctor(contextOf(options), stack, { fix: options.fix === true }));
    });
}

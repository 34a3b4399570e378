import { InvalidArgumentError, type Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as kubeconfigModule from "./kubeconfig";
import type * as nodesModule from "./nodes";

const load = createRequire(__filename);

/** `groundwork kubeconfig` and `groundwork nodes`. */
export function addClusterCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("kubeconfig"))
    .description(
      "prints a kubeconfig for the cluster, without credentials in it: `kubeconfig dev > dev.kubeconfig`",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { kubeconfig } = load("./kubeconfig") as typeof kubeconfigModule;
      exit(await kubeconfig(contextOf(options), stack));
    });

  common(program.command("nodes"))
    .description("sets the number of nodes of a group in the stack file; `up` applies it")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<group>", "the node group, as in groundwork:cluster nodeGroups")
    .argument("<change>", "+2 (two more), -1 (one less) or =5 (five in total)")
    .option(
      "--min <nodes>",
      "set minSize too; without it, minSize is lowered when the new size is below it",
      nodeCount,
    )
    .option(
      "--max <nodes>",
      "set maxSize too; without it, maxSize is raised when the new size is above it",
      nodeCount,
    )
    .option("--only-desired", "keep minSize and maxSize, and refuse a size outside of them")
    .action(
      (
        stack: string,
        group: string,
        change: string,
        options: CommonOptions & {
          readonly min?: number;
          readonly max?: number;
          readonly onlyDesired?: boolean;
        },
      ) => {
        const { nodes } = load("./nodes") as typeof nodesModule;
        exit(
          nodes(contextOf(options), stack, group, change, {
            min: options.min,
            max: options.max,
            onlyDesired: options.onlyDesired === true,
          }),
        );
      },
    );
}

function nodeCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) {
    throw new InvalidArgumentError("A number of nodes is a whole one, 0 or more.");
  }
  return Number(text);
}

import { Argument, type Command } from "commander";
import { createRequire } from "node:module";
import { ciRoleKinds, type CiRoleKind } from "../../guard/rules/ci-roles";
import type { CommonOptions, Registration } from "../terminal/registration";
import type * as ciModule from "./ci";

const load = createRequire(__filename);

/** `groundwork ci`. */
export function addCiCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("ci"))
    .description(
      "prints what a CI job needs as `name=value` lines: the stacks that CI runs, or for one stack its role, region, environment and backend",
    )
    .argument("[stack]", "the stack, as in Pulumi.<stack>.yaml; without it: all stacks that CI runs")
    .addArgument(
      new Argument("[role]", "plan: read; apply: change").choices([...ciRoleKinds]).default("plan"),
    )
    .action((stack: string | undefined, role: CiRoleKind, options: CommonOptions) => {
      const { ciOf, ciStacks } = load("./ci") as typeof ciModule;
      const context = contextOf(options);
      exit(stack === undefined ? ciStacks(context) : ciOf(context, stack, role));
    });
}

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
      "what a job of CI needs to know, a line each (`name=value`), as GitHub takes it for outputs: the stacks that CI runs, or for one of " +
        "them the role to take and where its state is",
    )
    .argument("[stack]", "the stack, as in Pulumi.<stack>.yaml; none: which there are")
    .addArgument(
      new Argument("[role]", "plan reads, apply changes").choices([...ciRoleKinds]).default("plan"),
    )
    .action((stack: string | undefined, role: CiRoleKind, options: CommonOptions) => {
      const { ciOf, ciStacks } = load("./ci") as typeof ciModule;
      const context = contextOf(options);
      exit(stack === undefined ? ciStacks(context) : ciOf(context, stack, role));
    });
}

import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";
import type * as dnsModule from "./check";

const load = createRequire(__filename);

/** `groundwork dns`. */
export function addDnsCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("dns"))
    .description(
      "`dns STACK check` compares the parent's name servers for the stack's domain with the zone's own",
    )
    .usage("[options] <stack> check")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(["check"]))
    .option(
      "--resolver <address>",
      "ask this resolver in place of the system's; with a port, ask nothing but what it leads to on that port",
    )
    .action(async (a: string, b: string, options: CommonOptions & { readonly resolver?: string }) => {
      const { stack } = stackAndAction("dns", [a, b], ["check"]);
      const { checkDns } = load("./check") as typeof dnsModule;
      exit(await checkDns(contextOf(options), stack, { resolver: options.resolver }));
    });
}

import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommonOptions, Registration } from "../terminal/registration";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";
import type * as dnsModule from "./check";

const load = createRequire(__filename);

/** `groundwork dns`. */
export function addDnsCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("dns"))
    .description("compares the delegation in the parent zone with the zone's own name servers")
    .usage("[options] <stack> check")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(["check"]))
    .option(
      "--resolver <address>",
      "ask this resolver instead of the system's; with a port, ask only servers on that port",
    )
    .action(async (a: string, b: string, options: CommonOptions & { readonly resolver?: string }) => {
      const { stack } = stackAndAction("dns", [a, b], ["check"]);
      const { checkDns } = load("./check") as typeof dnsModule;
      exit(await checkDns(contextOf(options), stack, { resolver: options.resolver }));
    });
}

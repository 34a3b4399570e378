import type { Command } from "commander";
import { createRequire } from "node:module";
import { groundworkCommand } from "../../guard/printed-command";
import { noRefresh, type RefreshOptions, type Registration } from "../terminal/registration";
import type * as rollModule from "./roll";
import type * as statusModule from "./status";
import { UsageError } from "../terminal/errors";
import { ActionArgument, actionOf } from "../terminal/stack-and-action";

const load = createRequire(__filename);

const fleetActions = ["roll", "status", "list"] as const;

/** `groundwork fleet`. */
export function addFleetCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("fleet"))
    .description("replaces a role's machines a few at a time (`fleet STACK roll ROLE`); shows their status")
    .usage("[options] <stack> roll <role> | <stack> status [role]")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(fleetActions))
    .argument("[role]", "the role, as in groundwork:fleets")
    .option(
      "--image <image>",
      "roll: first write this AMI or Amazon Linux release into the stack file, and apply it",
    )
    .option("--no-refresh", `roll --image: ${noRefresh[1]}`)
    .option("--outside-window", "roll: also when the role's maintenance window is closed")
    .option("--skip-check", "roll: do not read the number of roll.check")
    .option("--take-over", "roll: continue a roll whose process is certainly dead")
    .action(
      async (
        a: string,
        b: string,
        c: string | undefined,
        options: RefreshOptions & {
          readonly image?: string;
          readonly outsideWindow?: boolean;
          readonly skipCheck?: boolean;
          readonly takeOver?: boolean;
        },
      ) => {
        const words = [a, b, ...(c === undefined ? [] : [c])];
        const { action, others } = actionOf("fleet", words, fleetActions);
        const [stack, role] = others;
        if (stack === undefined || (action === "roll" && role === undefined)) {
          throw new UsageError(
            `\`${groundworkCommand`fleet ${words}`}\`: ${stack === undefined ? "which stack" : "which role"}? It is \`./groundwork fleet STACK roll ROLE\`. ` +
              "Nothing was touched.",
          );
        }
        if (action === "roll") {
          const { rollFleet } = load("./roll") as typeof rollModule;
          exit(
            await rollFleet(contextOf(options), stack, role ?? "", {
              image: options.image,
              refresh: options.refresh,
              outsideWindow: options.outsideWindow === true,
              skipCheck: options.skipCheck === true,
              takeOver: options.takeOver === true,
            }),
          );
          return;
        }
        const { fleetStatus } = load("./status") as typeof statusModule;
        exit(await fleetStatus(contextOf(options), stack, role));
      },
    );
}

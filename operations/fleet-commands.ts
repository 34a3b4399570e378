import type { Command } from "commander";
import { createRequire } from "node:module";
import { groundworkCommand } from "../guard/printed-command";
import type * as accessModule from "./commands/access";
import type { CommonOptions, Registration } from "./registration";
import type * as fleetModule from "./commands/fleet";
import type * as statusModule from "./commands/fleet-status";
import { UsageError } from "./errors";
import { ActionArgument } from "./stack-and-action";

const load = createRequire(__filename);

const fleetActions = ["roll", "status", "list"] as const;

/** `groundwork fleet` and `groundwork access`. */
export function addFleetCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("fleet"))
    .description(
      "`fleet STACK roll ROLE` exchanges a role's machines; `fleet STACK status [ROLE]` lists them",
    )
    .usage("[options] <stack> roll <role> | <stack> status [role]")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(fleetActions))
    .argument("[role]", "the role, as in groundwork:fleets")
    .option(
      "--image <image>",
      "roll: first set this AMI, or release of Amazon Linux, in the stack file, and bring it to the group",
    )
    .option("--outside-window", "roll: although the role's maintenance window is closed")
    .option("--skip-check", "roll: without looking at the number of roll.check")
    .option("--take-over", "roll: go on in place of a roll that is gone for sure")
    .action(
      async (
        a: string,
        b: string,
        c: string | undefined,
        options: CommonOptions & {
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
          const { rollFleet } = load("./commands/fleet") as typeof fleetModule;
          exit(
            await rollFleet(contextOf(options), stack, role ?? "", {
              image: options.image,
              outsideWindow: options.outsideWindow === true,
              skipCheck: options.skipCheck === true,
              takeOver: options.takeOver === true,
            }),
          );
          return;
        }
        const { fleetStatus } = load("./commands/fleet-status") as typeof statusModule;
        exit(await fleetStatus(contextOf(options), stack, role));
      },
    );

  common(program.command("access"))
    .description(
      "`access STACK ROLE grant PERSON --for 2h` lets a person have sessions on a role's machines for a while; also list, revoke, clean",
    )
    .usage(
      "[options] <stack> <role> grant <person> --for <time> | <stack> <role> revoke <person> | <stack> [role] list | <stack> clean",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<words...>", "role, action and person: an IAM user (ann), a role (role/operators) or an ARN")
    .option("--for <time>", "grant: for how long: 30m, 2h, 1d")
    .action(async (stack: string, rest: string[], options: CommonOptions & { readonly for?: string }) => {
      const { access } = load("./commands/access") as typeof accessModule;
      exit(await access(contextOf(options), stack, accessOrder(stack, rest, options.for)));
    });
}

/** The words of `access` after the stack: ROLE ACTION PERSON, the action first where that reads better. */
export function accessOrder(
  stack: string,
  rest: readonly string[],
  span: string | undefined,
): accessModule.AccessOrder {
  const { action, others } = actionOf("access", rest, ["grant", "revoke", "list", "clean"], stack);
  const [role, person] = others;
  const told = `\`${groundworkCommand`access ${stack} ${rest}`}\``;
  const most = { grant: 2, revoke: 2, list: 1, clean: 0 }[action];
  if (others.length > most || (most === 2 && (role === undefined || person === undefined))) {
    const forms = {
      grant: "./groundwork access STACK ROLE grant PERSON --for 2h",
      revoke: "./groundwork access STACK ROLE revoke PERSON",
      list: "./groundwork access STACK ROLE list",
      clean: "./groundwork access STACK clean",
    };
    throw new UsageError(`${told}: it is \`${forms[action]}\`. Nothing was touched.`);
  }
  if (action === "grant" && span === undefined) {
    throw new UsageError(`${told}: for how long? Add --for, with 30m, 2h or 1d. Nothing was touched.`);
  }
  if (action !== "grant" && span !== undefined) {
    throw new UsageError(`${told}: --for goes with grant only. Nothing was touched.`);
  }
  switch (action) {
    case "grant":
      return { action, role: role ?? "", person: person ?? "", span: span ?? "" };
    case "revoke":
      return { action, role: role ?? "", person: person ?? "" };
    case "list":
      return { action, role };
    case "clean":
      return { action };
  }
}

/** Which of the words says what to do; a stack, a role or a person of that name comes before or after it. */
function actionOf<Action extends string>(
  command: string,
  words: readonly string[],
  actions: readonly Action[],
  stack = "",
): { readonly action: Action; readonly others: readonly string[] } {
  // Stack and role come first: a role called `list` is still reached by `STACK list status`.
  const order = words.length > 1 ? [1, 0, ...words.keys()] : [0];
  for (const index of order) {
    const action = actions.find((one) => one === words[index]);
    if (action !== undefined) {
      return { action, others: words.filter((_, at) => at !== index) };
    }
  }
  throw new UsageError(
    `\`${groundworkCommand`${[command, stack, ...words].filter((word) => word !== "")}`}\` does not say what to do: ${actions.join(", ")}. Nothing was touched.`,
  );
}

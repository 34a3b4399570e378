import type { Command } from "commander";
import { createRequire } from "node:module";
import { groundworkCommand } from "../../guard/printed-command";
import { UsageError } from "../terminal/errors";
import type { CommonOptions, Registration } from "../terminal/registration";
import { actionOf } from "../terminal/stack-and-action";
import type * as accessModule from "./access";
import type { AccessOrder } from "./access";

const load = createRequire(__filename);

/** `groundwork access`. */
export function addAccessCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("access"))
    .description(
      "gives a person sessions on a role's machines for a limited time (`access STACK ROLE grant PERSON --for 2h`); lists, revokes and cleans up grants",
    )
    .usage(
      "[options] <stack> <role> grant <person> --for <time> | <stack> <role> revoke <person> | <stack> [role] list | <stack> clean",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<words...>", "role, action and person: an IAM user (ann), a role (role/operators) or an ARN")
    .option("--for <time>", "grant: how long: 30m, 2h, 1d")
    .action(async (stack: string, rest: string[], options: CommonOptions & { readonly for?: string }) => {
      const { access } = load("./access") as typeof accessModule;
      exit(await access(contextOf(options), stack, accessOrder(stack, rest, options.for)));
    });
}

/** The words of `access` after the stack: ROLE ACTION PERSON, the action first where that reads better. */
export function accessOrder(stack: string, rest: readonly string[], span: string | undefined): AccessOrder {
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
    throw new UsageError(`${told}: how long? Add --for, with 30m, 2h or 1d. Nothing was touched.`);
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

import { Argument, type Command } from "commander";
import { createRequire } from "node:module";
import { UsageError } from "../terminal/errors";
import { noRefresh, type RefreshOptions, type Registration } from "../terminal/registration";
import type * as iamModule from "./iam";
import type * as rolesModule from "./roles";
import type * as rotateModule from "./rotate";

const load = createRequire(__filename);

/** What a database role is called by: a service user may have the same name. */
const rolePrefix = "role:";

type Action = "status" | "rotate" | "retire";

/** `groundwork iam`. */
export function addIamCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("iam"))
    .description("prints a service user's key, secret and URLs; makes a new key, and gives the old one up")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<user>", "the service user, e.g. report_writer")
    .addArgument(
      new Argument(
        "[action]",
        "status: its keys, their age and last use; rotate: make a new one and give it out; retire: deactivate the old one, and in " +
          "a second call delete it. With one of these, role:NAME is a database role",
      ).choices(["status", "rotate", "retire"]),
    )
    .option(
      "--force <reason>",
      "with retire: although it was used lately, or has not been deactivated for long",
    )
    .option(...noRefresh)
    .action(
      async (
        stack: string,
        user: string,
        action: Action | undefined,
        { force, ...options }: RefreshOptions & { readonly force?: string },
      ) => {
        if (force !== undefined && action !== "retire") {
          throw new UsageError("--force is for retire. Nothing was touched.");
        }
        const [context, { refresh }] = [contextOf(options), options];
        if (action === undefined) {
          const { iam } = load("./iam") as typeof iamModule;
          exit(await iam(context, stack, user));
          return;
        }
        const isRole = user.startsWith(rolePrefix);
        const name = isRole ? user.slice(rolePrefix.length) : user;
        const keys = (): typeof rotateModule => load("./rotate") as typeof rotateModule;
        const roles = (): typeof rolesModule => load("./roles") as typeof rolesModule;
        const act = {
          status: () => (isRole ? roles().roleStatus : keys().keyStatus)(context, stack, name),
          rotate: () => (isRole ? roles().rotateRole : keys().rotateKey)(context, stack, name, { refresh }),
          retire: () =>
            (isRole ? roles().retireRole : keys().retireKey)(context, stack, name, {
              refresh,
              ...(force !== undefined && { force }),
            }),
        }[action];
        exit(await act());
      },
    );
}

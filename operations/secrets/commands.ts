import { Option, type Command } from "commander";
import { createRequire } from "node:module";
import type * as checkModule from "./check";
import type * as importModule from "./import";
import type * as listModule from "./list";
import type * as setModule from "./set";
import type { CommonOptions, Registration } from "../terminal/registration";
import { UsageError } from "../terminal/errors";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";

const load = createRequire(__filename);

const actions = ["list", "check", "set", "import"] as const;

interface SecretsOptions extends CommonOptions {
  readonly stdin?: boolean;
  readonly from?: string;
  readonly prefix?: string;
}

/** `groundwork secrets STACK list|check|set|import`: what the stack keeps encrypted in its file. */
export function addSecretsCommand(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("secrets"))
    .description("lists, checks, sets and imports the secrets of a stack")
    .usage("[options] <stack> list | check | set NAME | import --from pass [NAME...]")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(
      new ActionArgument(
        actions,
        "list: names and whether they are set; check: decrypts them and checks their form, exit 4 when one is missing or " +
          "wrong; set: asks for a value and writes it encrypted; import: reads values from a password store",
      ),
    )
    .argument("[names...]", "set: the secret; import: these secrets alone")
    .option("--stdin", "set: read the value from standard input instead of asking")
    .addOption(new Option("--from <store>", "import: where from").choices(["pass"]))
    .option(
      "--prefix <folder>",
      "import: the entries are FOLDER/NAME (default: groundwork/<stack>; an empty one: NAME)",
    )
    .action(async (a: string, b: string, names: string[], options: SecretsOptions) => {
      const { stack, action } = stackAndAction("secrets", [a, b], actions);
      refuseStrayOptions(action, names, options);
      const context = contextOf(options);
      switch (action) {
        case "list": {
          const { listSecrets } = load("./list") as typeof listModule;
          exit(listSecrets(context, stack));
          break;
        }
        case "check": {
          const { checkSecrets } = load("./check") as typeof checkModule;
          exit(await checkSecrets(context, stack));
          break;
        }
        case "set": {
          const { setSecret } = load("./set") as typeof setModule;
          exit(await setSecret(context, stack, names, { stdin: options.stdin === true }));
          break;
        }
        case "import": {
          const { importSecrets } = load("./import") as typeof importModule;
          if (options.from === undefined) {
            throw new UsageError("import needs to know where from: --from pass. Nothing was touched.");
          }
          exit(await importSecrets(context, stack, names, { from: options.from, prefix: options.prefix }));
          break;
        }
      }
    });
}

function refuseStrayOptions(action: string, names: readonly string[], options: SecretsOptions): void {
  const isStray =
    ((action === "list" || action === "check") && names.length > 0) ||
    (action !== "set" && options.stdin !== undefined) ||
    (action !== "import" && (options.from !== undefined || options.prefix !== undefined));
  if (isStray) {
    throw new UsageError(
      "list and check take no names, --stdin is for set, --from and --prefix are for import. Nothing was touched.",
    );
  }
}

import { InvalidArgumentError, type Command } from "commander";
import { createRequire } from "node:module";
import { UsageError } from "../terminal/errors";
import {
  noRefresh,
  type CommonOptions,
  type RefreshOptions,
  type Registration,
} from "../terminal/registration";
import type * as rehearseModule from "./rehearse";
import type * as previewModule from "./preview";
import type { PreviewOptions } from "./preview";
import type * as driftModule from "./drift";
import type * as upModule from "./up";
import type { UpOptions } from "./up";
import type * as adoptModule from "./adopt";
import type * as destroyModule from "./destroy";
import type * as execModule from "./exec";
import type * as newModule from "./new";
import type { NewStackOptions } from "./new";
import type * as secretsProviderModule from "./secrets-provider";
import type * as timelineModule from "./timeline";

const load = createRequire(__filename);

interface SealingOptions extends RefreshOptions {
  readonly out?: string;
  readonly planFor?: number;
}

/** A week: who has approved a plan still knows what it was about. */
const mostHours = 168;

/** Adds what seals a plan. */
function sealing(command: Command, what: string): Command {
  return command
    .option("--out <file>", `seal ${what} in this file, for a later --plan`)
    .option(
      "--plan-for <hours>",
      `how long the sealed plan is valid: up to ${mostHours} (default: 24)`,
      (text) => {
        const hours = Number(text);
        if (!(hours > 0 && hours <= mostHours)) {
          throw new InvalidArgumentError(`It is a number of hours, above 0 and up to ${mostHours}.`);
        }
        return hours;
      },
    );
}

/** @throws UsageError for a time without a file. */
function sealOf({
  out,
  planFor,
}: SealingOptions): { readonly file: string; readonly hours?: number } | undefined {
  if (out === undefined && planFor !== undefined) {
    throw new UsageError("--plan-for belongs to a sealed plan: add --out FILE. Nothing was touched.");
  }
  return out === undefined ? undefined : { file: out, hours: planFor };
}

const page = [
  "--page <file>",
  "also write an HTML page (graph, changes, findings, timeline, sizes, runs) that works offline",
] as const;

const markdown = [
  "--markdown <file>",
  "also write it as a comment for a pull request: the important part first, the rest folded",
] as const;

/** `groundwork rehearse`, `preview`, `drift`, `timeline`, `up`, `adopt`, `destroy`, `exec` and `stack …`. */
export function addStackCommands(program: Command, { common, contextOf, exit }: Registration): void {
  common(program.command("rehearse"))
    .description("previews a stack and creates it in the rehearsal cloud; needs no account")
    .argument("[stack]", "the stack to rehearse", "dev")
    .option("--fresh", "begin with an empty cloud: forget every earlier rehearsal, of all stacks")
    .action(async (stack: string, options: CommonOptions & { readonly fresh?: boolean }) => {
      const { rehearse } = load("./rehearse") as typeof rehearseModule;
      exit(
        await rehearse(contextOf({ ...options, rehearse: true }), stack, { fresh: options.fresh === true }),
      );
    });

  common(program.command("new"))
    .description(
      "writes the file of a new stack that shares nothing with the others; asks for what the options do not say",
    )
    .argument("<stack>", "the new stack's name: the file is Pulumi.<stack>.yaml")
    .option("--aws-account <number>", "number of its AWS account")
    .option("--region <region>", "AWS region")
    .option("--prefix <name>", "prefix of globally unique names, such as the bucket's")
    .option("--domain <name>", "domain of its own DNS zone; - for none")
    .option(
      "--size <size>",
      "small: a queue; data: also network, database, table and bucket; whole: also a cluster",
    )
    .action(async (stack: string, options: CommonOptions & NewStackOptions) => {
      const { newStack } = load("./new") as typeof newModule;
      exit(await newStack(contextOf(options), stack, options));
    });

  sealing(common(program.command("preview")), "what `up` would do")
    .description("shows what `up` would change and lose, and what policies refuse; changes nothing")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--expect-no-changes", "exit 4 when there is anything to change")
    .option(...markdown)
    .option(...noRefresh)
    .option(...page)
    .action(async (stack: string, options: SealingOptions & Partial<PreviewOptions>) => {
      const { preview } = load("./preview") as typeof previewModule;
      const { refresh, expectNoChanges = false, markdown: comment, page: file } = options;
      const files = { markdown: comment, page: file, seal: sealOf(options) };
      exit(await preview(contextOf(options), stack, { refresh, expectNoChanges, ...files }));
    });

  common(program.command("drift"))
    .description(
      "shows what changed in the cloud outside of runs, and what `up` does about it; exit 4 when something did",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option(...markdown)
    .action(async (stack: string, options: CommonOptions & { readonly markdown?: string }) => {
      const { drift } = load("./drift") as typeof driftModule;
      exit(await drift(contextOf(options), stack, options));
    });

  common(program.command("timeline"))
    .description("shows how long `up` would take, and which steps take longest; changes nothing")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--destroy", "of a destroy")
    .action(async (stack: string, options: CommonOptions & { readonly destroy?: boolean }) => {
      const { timeline } = load("./timeline") as typeof timelineModule;
      exit(await timeline(contextOf(options), stack, { destroy: options.destroy === true }));
    });

  common(program.command("up"))
    .description("previews, judges, asks, and then makes the changes")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option(...noRefresh)
    .option("--plan <file>", "apply the plan that `preview --out` sealed in this file, and nothing else")
    .option(...page)
    .action(async (stack: string, options: RefreshOptions & UpOptions) => {
      const { up } = load("./up") as typeof upModule;
      const { refresh, plan, page: file } = options;
      exit(await up(contextOf(options), stack, { refresh, plan, page: file }));
    });

  common(program.command("adopt"))
    .description(
      "writes into the stack file what the cloud itself has changed and nobody can undo; asks first",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { adopt } = load("./adopt") as typeof adoptModule;
      exit(await adopt(contextOf(options), stack));
    });

  sealing(common(program.command("destroy")), "the list of what would be deleted")
    .description("previews, judges, asks, and then destroys the stack; refused while it holds data")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option(...noRefresh)
    .option("--plan <file>", "delete what was sealed in this file by `destroy --out`, and nothing else")
    .option(...page)
    .action(async (stack: string, options: SealingOptions & UpOptions) => {
      const { destroy } = load("./destroy") as typeof destroyModule;
      const { refresh, plan, page: file } = options;
      const seal = sealOf(options);
      if (seal !== undefined && plan !== undefined) {
        throw new UsageError(
          "--out seals a list, and --plan deletes a sealed one: use one of them. Nothing was touched.",
        );
      }
      exit(await destroy(contextOf(options), stack, { refresh, seal, plan, page: file }));
    });

  common(program.command("exec"))
    .description("runs a command, such as `pulumi`, with the engine that groundwork brings")
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions()
    .action(async (command: string[], options: CommonOptions) => {
      const { exec } = load("./exec") as typeof execModule;
      exit(await exec(contextOf(options), command));
    });

  const stackCommand = program
    .command("stack")
    .description("makes a stack in the backend, or changes the key of its secrets");
  const addKeyed = (name: "init" | "change-secrets-provider", description: string): void => {
    common(stackCommand.command(name))
      .description(description)
      .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
      .option(
        "--secrets-provider <url>",
        "azurekeyvault://…, awskms://…, gcpkms://…, hashivault://… or, below guard level production, passphrase " +
          "(default: the key vault of groundwork:state)",
      )
      .action(async (stack: string, options: CommonOptions & { readonly secretsProvider?: string }) => {
        const { initStack, changeSecretsProvider } = load(
          "./secrets-provider",
        ) as typeof secretsProviderModule;
        const act = name === "init" ? initStack : changeSecretsProvider;
        exit(await act(contextOf(options), stack, { secretsProvider: options.secretsProvider }));
      });
  };
  addKeyed("init", "makes the stack in the backend that you are logged in to, with a key for its secrets");
  addKeyed("change-secrets-provider", "encrypts the stack's secrets with another key, and verifies them");
}

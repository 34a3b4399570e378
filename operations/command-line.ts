import { Command, InvalidArgumentError, Option } from "commander";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import type * as destroyModule from "./commands/destroy";
import type * as dnsModule from "./commands/dns";
import type * as execModule from "./commands/exec";
import type * as iamModule from "./commands/iam";
import type * as imageModule from "./commands/image";
import type * as kubeconfigModule from "./commands/kubeconfig";
import type * as nodesModule from "./commands/nodes";
import type * as previewModule from "./commands/preview";
import type * as queuesModule from "./commands/queues";
import type * as rehearseModule from "./commands/rehearse";
import type * as smokeModule from "./commands/smoke";
import type * as upModule from "./commands/up";
import type { CommandContext } from "./command-context";
import type { Terminal } from "./output";
import { addFleetCommands } from "./fleet-commands";
import { addGuardCommand } from "./guard-command";
import type { CommonOptions } from "./registration";
import { addSecretsCommand } from "./secrets-command";
import { ActionArgument, stackAndAction } from "./stack-and-action";
import { addStateCommands } from "./state-commands";
import { addWorkersCommands } from "./workers-commands";

// `import()` would go past tsx, which only knows CommonJS here.
const load = createRequire(__filename);

type ContextOf = (options: CommonOptions) => CommandContext;

/**
 * The whole command line. A command's code is loaded when it is called, so that `--help` and a misspelt name answer
 * at once.
 */
export function commandLine(contextOf: ContextOf, exit: (code: number) => void, terminal: Terminal): Command {
  const program = new Command("groundwork")
    // Before the commands are made: they take over what is set here.
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // Errors are thrown too, and told where all errors are.
      outputError: () => undefined,
    })
    .description(
      "Stands up, changes and takes down an environment, and makes it very hard to lose a database.",
    )
    .version(version(), "-V, --version")
    .exitOverride()
    // Commander would propose whatever is spelt alike, `destroy` for `deploy`: wrong-call.ts knows what may be.
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .addHelpText(
      "after",
      "\nThe stack comes right after the command; `--stack dev` and `-s dev` are understood too." +
        "\nExit codes: 0 done, 1 failed, 2 wrong call or settings, 3 refused by guard or policy, 4 a check found something.",
    );

  common(program.command("rehearse"))
    .description("previews a stack and stands it up in the rehearsal cloud, without an account anywhere")
    .argument("[stack]", "the stack to rehearse", "dev")
    .option("--fresh", "begin with an empty cloud: forget what was rehearsed before, of any stack")
    .action(async (stack: string, options: CommonOptions & { readonly fresh?: boolean }) => {
      const { rehearse } = load("./commands/rehearse") as typeof rehearseModule;
      exit(
        await rehearse(contextOf({ ...options, rehearse: true }), stack, { fresh: options.fresh === true }),
      );
    });

  common(program.command("preview"))
    .description("shows what `up` would change, what it would lose, and what policies say; changes nothing")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option(
      "--expect-no-changes",
      "exit 4 when there is anything to change since the last run; the cloud is not asked",
    )
    .action(async (stack: string, options: CommonOptions & { readonly expectNoChanges?: boolean }) => {
      const { preview } = load("./commands/preview") as typeof previewModule;
      exit(await preview(contextOf(options), stack, { expectNoChanges: options.expectNoChanges === true }));
    });

  common(program.command("up"))
    .description("previews, judges, asks, and then makes the changes")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { up } = load("./commands/up") as typeof upModule;
      exit(await up(contextOf(options), stack));
    });

  common(program.command("destroy"))
    .description("previews, judges, asks, and then takes the stack down; refused while the guard holds data")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { destroy } = load("./commands/destroy") as typeof destroyModule;
      exit(await destroy(contextOf(options), stack));
    });

  common(program.command("iam"))
    .description("prints a service user's key, secret and URLs")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<user>", "the service user, e.g. report_writer")
    .action(async (stack: string, user: string, options: CommonOptions) => {
      const { iam } = load("./commands/iam") as typeof iamModule;
      exit(await iam(contextOf(options), stack, user));
    });

  common(program.command("kubeconfig"))
    .description(
      "prints the cluster's kubeconfig, without any credential in it: `kubeconfig dev > dev.kubeconfig`",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(async (stack: string, options: CommonOptions) => {
      const { kubeconfig } = load("./commands/kubeconfig") as typeof kubeconfigModule;
      exit(await kubeconfig(contextOf(options), stack));
    });

  common(program.command("nodes"))
    .description("changes how many nodes a group has, in the stack file; `up` makes it so")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<group>", "the node group, as in groundwork:cluster nodeGroups")
    .argument("<change>", "+2 (two more), -1 (one less) or =5 (five in all)")
    .option(
      "--min <nodes>",
      "minSize too; without it, it goes along where the new size is below it",
      nodeCount,
    )
    .option(
      "--max <nodes>",
      "maxSize too; without it, it goes along where the new size is above it",
      nodeCount,
    )
    .option("--only-desired", "leave minSize and maxSize, and refuse a size outside of them")
    .action(
      (
        stack: string,
        group: string,
        change: string,
        options: CommonOptions & {
          readonly min?: number;
          readonly max?: number;
          readonly onlyDesired?: boolean;
        },
      ) => {
        const { nodes } = load("./commands/nodes") as typeof nodesModule;
        exit(
          nodes(contextOf(options), stack, group, change, {
            min: options.min,
            max: options.max,
            onlyDesired: options.onlyDesired === true,
          }),
        );
      },
    );

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
      const { checkDns } = load("./commands/dns") as typeof dnsModule;
      exit(await checkDns(contextOf(options), stack, { resolver: options.resolver }));
    });

  common(program.command("queues"))
    .description("`queues STACK clean` lists the application's own queues and removes the abandoned ones")
    .usage("[options] <stack> clean")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(["clean"]))
    .option("--idle <time>", "remove what nobody has used for so long: 36h, 7d, 2w", "7d")
    .option("--with-messages", "remove abandoned queues that hold messages too; the messages are lost")
    .option("--dry-run", "list, and remove nothing")
    .action(
      async (
        a: string,
        b: string,
        options: CommonOptions & {
          readonly idle: string;
          readonly withMessages?: boolean;
          readonly dryRun?: boolean;
        },
      ) => {
        const { stack } = stackAndAction("queues", [a, b], ["clean"]);
        const { cleanQueues } = load("./commands/queues") as typeof queuesModule;
        exit(
          await cleanQueues(contextOf(options), stack, {
            idle: options.idle,
            withMessages: options.withMessages === true,
            dryRun: options.dryRun === true,
          }),
        );
      },
    );

  common(program.command("image"))
    .description("builds, deploys, lists and removes the images of a worker group")
    .usage("[options] <stack> <group> build|deploy|list|clean")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("<group>", "the worker group, as in groundwork:workerGroups")
    .addArgument(new ActionArgument(["build", "deploy", "list", "clean"]))
    .option("--image <id>", "deploy: this image in place of the newest")
    .option("--keep <images>", "clean: keep so many of the newest, besides those in use", imageCount)
    .option("--dry-run", "clean: list, and remove nothing")
    .action(
      async (
        stack: string,
        group: string,
        action: string,
        options: CommonOptions & {
          readonly image?: string;
          readonly keep?: number;
          readonly dryRun?: boolean;
        },
      ) => {
        const { image, imageAction } = load("./commands/image") as typeof imageModule;
        exit(
          await image(contextOf(options), stack, group, imageAction(action, options), {
            image: options.image,
            keep: options.keep,
            dryRun: options.dryRun === true,
          }),
        );
      },
    );

  common(program.command("smoke"))
    .description(
      "deploys a web server on the stack's cluster, updates it while it requests, takes it down; exit 1 when a request fails",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--clean", "only take down what an earlier smoke left")
    .action(async (stack: string, options: CommonOptions & { readonly clean?: boolean }) => {
      const { smoke } = load("./commands/smoke") as typeof smokeModule;
      exit(await smoke(contextOf(options), stack, { clean: options.clean === true }));
    });
  addFleetCommands(program, { common, contextOf, exit });
  addStateCommands(program, { common, contextOf, exit });
  addWorkersCommands(program, { common, contextOf, exit });
  addSecretsCommand(program, { common, contextOf, exit });
  addGuardCommand(program, { common, contextOf, exit });

  common(program.command("exec"))
    .description("runs a command, such as `pulumi`, with the engine that groundwork brings")
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions()
    .action(async (command: string[], options: CommonOptions) => {
      const { exec } = load("./commands/exec") as typeof execModule;
      exit(await exec(contextOf(options), command));
    });

  return program;
}

function imageCount(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new InvalidArgumentError("A number of images is a whole one, 1 or more.");
  }
  return Number(text);
}

function nodeCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) {
    throw new InvalidArgumentError("A number of nodes is a whole one, 0 or more.");
  }
  return Number(text);
}

function common(command: Command): Command {
  return command
    .option("--rehearse", "act on the rehearsal cloud in .rehearsal/ instead of the real ones")
    .option("--json", "print one JSON document on stdout and nothing else there")
    .option("--yes", "do not ask")
    .addOption(new Option("--account <id>", "in a rehearsal: hold the credentials of this AWS account"))
    .addOption(new Option("--faults <file>", "in a rehearsal: YAML list of what shall go wrong"));
}

function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(__dirname, "..", "package.json"), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}

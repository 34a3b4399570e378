import type { Command } from "commander";
import { createRequire } from "node:module";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import type { ExitCode } from "../terminal/exit-codes";
import type { CommonOptions, Registration } from "../terminal/registration";
import { ActionArgument, stackAndAction } from "../terminal/stack-and-action";
import type * as backupsVerb from "./backups";
import type * as bootstrapVerb from "./bootstrap";
import type * as endpointVerb from "./endpoint";
import type * as passwordVerb from "./password";
import type * as restoreVerb from "./restore";
import type * as shellVerb from "./shell";
import type * as snapshotVerb from "./snapshot";
import type * as statusVerb from "./status";
import type * as switchVerb from "./switch";

const load = createRequire(__filename);

/** The options of all verbs; each verb names those that it takes. */
interface DatabaseOptions {
  readonly name?: string;
  readonly show?: boolean;
  readonly url?: boolean;
  readonly snapshot?: string;
  readonly moment?: string;
  readonly latest?: boolean;
  readonly as?: string;
  readonly class?: string;
  readonly instance?: string;
}

/** A verb of `database`: how it is called, and what does it. One file a verb. */
interface Verb {
  /** What follows it, as help writes it: `ROLE`, or `[ROLE]` where it may be left out. Default: nothing. */
  readonly word?: string;
  /** Those of `DatabaseOptions` that it takes. Default: none. */
  readonly options?: readonly (keyof DatabaseOptions)[];
  readonly run: (
    context: CommandContext,
    stack: string,
    given: { readonly word: string | undefined; readonly options: DatabaseOptions },
  ) => Promise<ExitCode>;
}

const verbs = {
  status: {
    options: ["instance"],
    run: (context, stack, { options }) =>
      (load("./status") as typeof statusVerb).status(context, stack, options.instance),
  },
  endpoint: {
    options: ["instance"],
    run: (context, stack, { options }) =>
      (load("./endpoint") as typeof endpointVerb).endpoint(context, stack, { instance: options.instance }),
  },
  hostname: {
    options: ["instance"],
    run: (context, stack, { options: { instance } }) =>
      (load("./endpoint") as typeof endpointVerb).endpoint(context, stack, { hostAlone: true, instance }),
  },
  password: {
    word: "ROLE",
    options: ["show", "url"],
    run: (context, stack, { word = "", options: { show = false, url = false } }) =>
      (load("./password") as typeof passwordVerb).password(context, stack, word, { show, url }),
  },
  shell: {
    word: "[ROLE]",
    options: ["instance"],
    run: (context, stack, { word, options }) =>
      (load("./shell") as typeof shellVerb).shell(context, stack, word, options.instance),
  },
  snapshot: {
    options: ["name"],
    run: (context, stack, { options }) =>
      (load("./snapshot") as typeof snapshotVerb).snapshot(context, stack, options.name),
  },
  backups: {
    run: (context, stack) => (load("./backups") as typeof backupsVerb).backups(context, stack),
  },
  bootstrap: {
    run: (context, stack) => (load("./bootstrap") as typeof bootstrapVerb).bootstrap(context, stack),
  },
  restore: {
    options: ["snapshot", "moment", "latest", "as", "class"],
    run: (context, stack, { options }) =>
      (load("./restore") as typeof restoreVerb).restore(context, stack, options),
  },
  switch: {
    word: "NAME",
    run: (context, stack, { word = "" }) =>
      (load("./switch") as typeof switchVerb).switchTo(context, stack, word),
  },
} satisfies Readonly<Record<string, Verb>>;

const table: readonly (readonly [string, Verb])[] = Object.entries(verbs);

/** `groundwork database`. */
export function addDatabaseCommands(program: Command, { common, contextOf, exit }: Registration): void {
  const names = table.map(([name]) => name);
  common(program.command("database"))
    .description(
      "`database STACK status`: the stack's PostgreSQL server; its passwords, snapshots and a psql",
    )
    .usage(`[options] <stack> ${table.map(([name, verb]) => formOf(name, verb)).join(" | ")}`)
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addArgument(new ActionArgument(names))
    .argument("[words...]", "a role, or an instance, where the action asks for one")
    .option("--name <name>", "snapshot: its name; without it, one of the day and time")
    .option("--show", "password: print it also where standard output is no terminal")
    .option("--url", "password: the whole URL, with verify-full")
    .option(
      "--instance <name>",
      "status, endpoint, shell: of this one, `first` or restored; without it, of the one that serves",
    )
    .option("--snapshot <id>", "restore: of this snapshot; a recovery point of AWS Backup by its ARN")
    .option("--moment <time>", "restore: of the backups, as it was then: 2026-12-01T03:00Z")
    .option("--latest", "restore: of the backups, as late as they go")
    .option("--as <name>", "restore: what the file calls it; without it, one of the day and time")
    .option("--class <class>", "restore: its machine size; without it, that of the first")
    .action(async (a: string, b: string, words: string[], options: CommonOptions & DatabaseOptions) => {
      const { stack, action } = stackAndAction("database", [a, b], names);
      for (const [name, verb] of table.filter(([one]) => one === action)) {
        requireForm([name, verb], words, options);
        exit(await verb.run(contextOf(options), stack, { word: words[0], options }));
      }
    });
}

function formOf(name: string, { word }: Verb): string {
  return word === undefined ? name : `${name} ${word}`;
}

/** @throws UsageError for a word too many or too few, and for an option of another verb. */
function requireForm(
  [name, verb]: readonly [string, Verb],
  words: readonly string[],
  given: DatabaseOptions,
): void {
  const { word, options: own = [] } = verb;
  const isLeft = word === undefined || word.startsWith("[");
  if (words.length > (word === undefined ? 0 : 1) || (words.length === 0 && !isLeft)) {
    throw new UsageError(
      `database STACK ${name} takes ${word ?? "nothing more"}, and was given ${words.length === 0 ? "nothing" : words.join(" ")}. Nothing was touched.`,
    );
  }
  for (const option of Object.keys(given) as (keyof DatabaseOptions)[]) {
    const takers = table.filter(([, other]) => other.options?.includes(option)).map(([taker]) => taker);
    if (takers.length > 0 && !own.includes(option)) {
      throw new UsageError(`--${option} goes with ${oneOf(takers)} only. Nothing was touched.`);
    }
  }
}

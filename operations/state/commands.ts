import type { Command } from "commander";
import { createRequire } from "node:module";
import type * as backupModule from "./backup";
import type * as historyModule from "./history";
import type * as initModule from "./init";
import type * as lockModule from "./lock";
import type * as moveModule from "./move";
import type * as restoreModule from "./restore";
import type * as unlockModule from "./unlock";
import type { CommonOptions, Registration } from "../terminal/registration";

const load = createRequire(__filename);

/** `groundwork state …`: where the state lives, who holds its lock, and its earlier contents. */
export function addStateCommands(program: Command, { common, contextOf, exit }: Registration): void {
  const state = program
    .command("state")
    .description(
      "creates and moves a stack's state backend, shows and breaks its lock, restores earlier states",
    );
  const add = (name: string, description: string): Command =>
    common(state.command(name))
      .description(description)
      .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml");

  add("init", "creates the Azure container of groundwork:state and moves the stack's state there").action(
    async (stack: string, options: CommonOptions) => {
      const { stateInit } = load("./init") as typeof initModule;
      exit(await stateInit(contextOf(options), stack));
    },
  );

  add("move", "moves the stack's state to another backend")
    .requiredOption("--to <url>", "file:///FOLDER, or azblob://CONTAINER?storage_account=NAME")
    .action(async (stack: string, options: CommonOptions & { readonly to: string }) => {
      const { stateMove } = load("./move") as typeof moveModule;
      exit(await stateMove(contextOf(options), stack, { to: options.to }));
    });

  add("lock", "shows who holds the lock of the stack's state, and since when").action(
    async (stack: string, options: CommonOptions) => {
      const { stateLock } = load("./lock") as typeof lockModule;
      exit(await stateLock(contextOf(options), stack));
    },
  );

  add("unlock", "breaks the lock of the stack's state, after asking; refuses while its run may be active")
    .option("--force", "also a lock that is new, or whose process runs on this machine")
    .action(async (stack: string, options: CommonOptions & { readonly force?: boolean }) => {
      const { stateUnlock } = load("./unlock") as typeof unlockModule;
      exit(await stateUnlock(contextOf(options), stack, { force: options.force === true }));
    });

  add("backup", "makes a copy of the stack's state")
    .option("--file <file>", "a second copy, in a file")
    .action(async (stack: string, options: CommonOptions & { readonly file?: string }) => {
      const { stateBackup } = load("./backup") as typeof backupModule;
      exit(await stateBackup(contextOf(options), stack, { file: options.file }));
    });

  add("history", "lists the earlier states that can be restored")
    .option("--all", "all of them, not only the newest")
    .action(async (stack: string, options: CommonOptions & { readonly all?: boolean }) => {
      const { stateHistory } = load("./history") as typeof historyModule;
      exit(await stateHistory(contextOf(options), stack, { all: options.all === true }));
    });

  add("restore", "restores an earlier state; the current one is kept as a copy")
    .requiredOption("--version <id>", "as `state history` lists it")
    .option("--force", "also when resources that hold data would no longer be managed")
    .action(
      async (
        stack: string,
        options: CommonOptions & { readonly version: string; readonly force?: boolean },
      ) => {
        const { stateRestore } = load("./restore") as typeof restoreModule;
        const { version, force } = options;
        exit(await stateRestore(contextOf(options), stack, { version, force: force === true }));
      },
    );
}

import { existsSync, writeFileSync } from "node:fs";
import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { requireStack } from "../terminal/project";
import { backendOf } from "../backend/backend";
import { deploymentIn, readState, type StackRef, type StoredState, keepState } from "../backend/layout";
import { refsOf } from "../backend/refs";
import { withoutSecrets, type StateStore } from "../backend/store";

export interface BackupOptions {
  /** A file for a second copy, outside the backend. */
  readonly file?: string;
}

/** Copies a stack's state aside, in its backend and, if wanted, into a file. Secrets in it stay encrypted. */
export async function stateBackup(
  context: CommandContext,
  stack: string,
  { file }: BackupOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  requireStack(project, stack);
  if (file !== undefined && existsSync(file)) {
    throw new UsageError(`${file} is there already; nothing is overwritten. Name another file.`);
  }
  const backend = await backendOf(context, stack);
  const store = backend.open();
  const [ref] = refsOf(context, stack);
  const state = await requireState(store, ref);
  const resources = (deploymentIn(state.data, state.key).resources ?? []).length;
  const id = await keepState(store, ref, state.data, "backup");
  if (file !== undefined) {
    writeFileSync(file, state.data, { flag: "wx", mode: 0o600 });
  }
  output.document({ stack, backend: withoutSecrets(backend.url), id, resources, file: file ?? null });
  output.print(`${stack} (${resources} resources) is kept in ${withoutSecrets(backend.url)} as ${id}.`);
  if (file !== undefined) {
    output.print(`A copy is in ${file}; secrets in it are encrypted as in the state.`);
  }
  output.print(`Back to it: ${groundworkCommand`state restore ${stack} --version ${id}`}`);
  return exitCodes.done;
}

/** @throws FailedError when the backend has no such stack. */
export async function requireState(store: StateStore, ref: StackRef): Promise<StoredState> {
  const state = await readState(store, ref);
  if (state === undefined) {
    throw new FailedError(
      `${withoutSecrets(store.url)} has no stack ${ref.stack}. Is it the right backend? \`${pulumiCommand`whoami -v`}\` says which ` +
        "it is. Nothing was touched.",
    );
  }
  return state;
}

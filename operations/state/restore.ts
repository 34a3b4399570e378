import { isDeepStrictEqual } from "node:util";
import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, OperationError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { holdOnSignals } from "../terminal/interruption";
import { table, type Output } from "../terminal/output";
import { requireStack } from "../terminal/project";
import { backendOf } from "../backend/backend";
import { difference, type KnownResource, type StateDifference } from "./difference";
import { engineReader } from "../backend/engine-reader";
import { deploymentIn, ensureLayout, readState, stateKey, keepState } from "../backend/layout";
import { withLock } from "../backend/locks";
import { refsOf } from "../backend/refs";
import { withoutSecrets } from "../backend/store";
import { readStateVersion } from "./versions";

export interface RestoreOptions {
  /** An id that `state history` lists. */
  readonly version: string;
  /** Also when resources that hold data would no longer be known. */
  readonly force: boolean;
}

/**
 * Puts an earlier state of a stack in place of the present one, which is kept. The cloud is not touched: so it says first
 * which resources the engine would no longer know, and which it would take for being there. Losing sight of something
 * that holds data is refused (3) without `force`.
 */
export async function stateRestore(
  context: CommandContext,
  stack: string,
  options: RestoreOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  requireStack(project, stack);
  const backend = await backendOf(context, stack);
  const store = backend.open();
  const [ref] = refsOf(context, stack);
  const wanted = await readStateVersion(store, ref, options.version);
  const deployment = deploymentIn(wanted, options.version);
  const where = withoutSecrets(backend.url);
  const interruption = holdOnSignals();
  try {
    return await withLock(store, ref, "groundwork state restore", async () => {
      const present = await readState(store, ref);
      if (present?.data.equals(wanted) === true) {
        output.document({ stack, backend: where, version: options.version, result: "nothing to change" });
        output.print(`The state of ${stack} is exactly that one: nothing to change.`);
        return exitCodes.done;
      }
      const changes = difference(
        present === undefined ? {} : deploymentIn(present.data, present.key),
        deployment,
      );
      const document = { stack, backend: where, version: options.version, ...changes };
      printDifference(changes, output);
      refuseLosing(changes, options.force);
      if (!(await confirm(`Put this state of ${stack} in place of the present one (${where})?`, context))) {
        output.document({ ...document, result: "declined" });
        output.print("Nothing was touched.");
        return exitCodes.done;
      }
      await ensureLayout(store);
      const kept = present === undefined ? undefined : await keepState(store, ref, present.data, "restored");
      const key = present?.key ?? stateKey(ref);
      await store.write(key, wanted, present === undefined ? { absent: true } : { tag: present.tag });
      const seen = await engineReader(context)(backend.url, ref);
      // Through JSON on both sides, so that nothing but content counts.
      if (!isDeepStrictEqual(seen, JSON.parse(JSON.stringify(deployment)))) {
        throw new FailedError(
          `The engine does not read the state of ${stack} as it was written. What was there before is ${kept ?? "nothing"}.`,
        );
      }
      output.document({ ...document, result: "restored", kept: kept ?? null });
      output.print(`\n${stack} has the state ${options.version} again, read back and compared.`);
      output.print(kept === undefined ? "There was none before." : `What it had is kept as ${kept}.`);
      output.print(
        `Next: \`${pulumiCommand`refresh --stack ${stack}`}\` asks the cloud what of it is true; then ` +
          `\`${groundworkCommand`preview ${stack}`}\`.`,
      );
      return exitCodes.done;
    });
  } finally {
    interruption.release();
  }
}

function printDifference({ appearing, vanishing }: StateDifference, output: Output): void {
  const rows = (list: readonly KnownResource[]): string =>
    table(
      list.map(({ urn, type, id, holds }) => [
        type.split(":").at(-1) ?? type,
        urn.split("::").at(-1) ?? urn,
        id ?? "",
        holds === undefined ? "" : output.colors.red(`holds ${holds}`),
      ]),
      "  ",
    );
  if (vanishing.length > 0) {
    output.print("No longer known, though they go on existing (and costing):");
    output.print(rows(vanishing));
  }
  if (appearing.length > 0) {
    output.print("Known again, whether or not they exist:");
    output.print(rows(appearing));
  }
  if (vanishing.length + appearing.length === 0) {
    output.print("Both know the same resources; their properties may differ.");
  }
}

function refuseLosing({ vanishing }: StateDifference, force: boolean): void {
  const lost = vanishing.filter(({ holds }) => holds !== undefined);
  if (lost.length === 0 || force) {
    return;
  }
  throw new OperationError(
    [
      "Refused: with that state nothing would manage, guard or find any more:",
      ...lost.map(
        ({ urn, id, holds }) => `  ${urn.split("::").at(-1) ?? urn} (${id ?? "no id"}): ${holds ?? ""}`,
      ),
      "The next `up` would try to create each of them again, empty. Choose a later state, or add --force and import them " +
        "before the next `up`. Nothing was touched.",
    ].join("\n"),
    exitCodes.refused,
    lost,
  );
}

import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { requireStack } from "../terminal/project";
import { backendOf } from "../backend/backend";
import { refsOf } from "../backend/refs";
import { withoutSecrets } from "../backend/store";
import { stateVersions } from "./versions";

export interface HistoryOptions {
  /** Every state, not only the newest. */
  readonly all: boolean;
}

/** More do not fit a screen, and each step of a run makes one in a container. */
const shown = 20;

/** Lists the earlier states of a stack that can be had back. */
export async function stateHistory(
  context: CommandContext,
  stack: string,
  { all }: HistoryOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  requireStack(project, stack);
  const backend = await backendOf(context, stack);
  const versions = await stateVersions(backend.open(), refsOf(context, stack)[0]);
  const where = withoutSecrets(backend.url);
  output.document({
    stack,
    backend: where,
    versions: versions.map(({ at, ...version }) => ({ ...version, at: at.toISOString() })),
  });
  if (versions.length === 0) {
    output.print(`${where} has no earlier state of ${stack}.`);
    return exitCodes.done;
  }
  const some = all ? versions : versions.slice(0, shown);
  output.print(
    table(
      some.map(({ id, at, size, note }) => [at.toISOString(), `${Math.ceil(size / 1024)} KiB`, id, note]),
    ),
  );
  if (some.length < versions.length) {
    output.print(`\n${versions.length - some.length} older ones: --all shows them.`);
  }
  return exitCodes.done;
}

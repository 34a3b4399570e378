import { groundworkCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { OperationError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { requireStack } from "../terminal/project";
import { backendOf } from "../backend/backend";
import { lockDocument, lockReport, printLocks } from "./lock-report";
import { breakLocks, whyKept } from "../backend/locks";
import { refsOf } from "../backend/refs";
import { withoutSecrets } from "../backend/store";

export interface UnlockOptions {
  /** Break a lock that is fresh, or whose process lives, too. */
  readonly force: boolean;
}

/**
 * Breaks the lock of a stack's state after showing it and asking. A lock that may still be held by a run at work is
 * refused (3) unless `force` stands: two runs at once spoil the state.
 */
export async function stateUnlock(
  context: CommandContext,
  stack: string,
  options: UnlockOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  requireStack(project, stack);
  const backend = await backendOf(context, stack);
  const store = backend.open();
  const report = await lockReport(store, refsOf(context, stack));
  const now = new Date();
  const document = { stack, backend: withoutSecrets(backend.url), ...lockDocument(report, now) };
  if (report.locks.length === 0) {
    output.document({ ...document, result: "not locked" });
    output.print(`${stack} is not locked (${withoutSecrets(backend.url)}): nothing to break.`);
    return exitCodes.done;
  }
  printLocks(report, now, output);
  const reasons = report.locks.flatMap(({ lock }) => whyKept(lock, now) ?? []);
  if (reasons.length > 0 && !options.force) {
    throw new OperationError(
      `The lock of ${stack} is not broken. ${reasons.join(" ")} Two runs at once spoil the state. If it is dead for ` +
        `certain, say so with --force.`,
      exitCodes.refused,
      [
        ...report.locks.map(({ lock }) => ({
          id: lock.key,
          user: lock.user,
          host: lock.host,
          pid: lock.pid,
        })),
      ],
    );
  }
  if (!(await confirm(`Break the lock of ${stack} (${withoutSecrets(backend.url)})?`, context))) {
    output.document({ ...document, result: "declined" });
    output.print("The lock stays.");
    return exitCodes.done;
  }
  await breakLocks(
    store,
    report.locks.map(({ lock }) => lock),
  );
  output.document({ ...document, result: "unlocked" });
  output.print(`${stack} is not locked any more.`);
  output.print(
    report.unfinished.length > 0
      ? `The run that died had begun what is listed above. \`${groundworkCommand`up ${stack}`}\` looks in the cloud first what became of it, ` +
          "and takes over what was made."
      : `Next: \`${groundworkCommand`preview ${stack}`}\` shows what the run that died left undone.`,
  );
  return exitCodes.done;
}

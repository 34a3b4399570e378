import { groundworkCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { requireStack } from "../terminal/project";
import { backendOf } from "../backend/backend";
import { lockDocument, lockReport, printLocks } from "./lock-report";
import { refsOf } from "../backend/refs";
import { withoutSecrets } from "../backend/store";

/** Says who holds the lock of a stack's state, since when, and whether that run still lives. Changes nothing. */
export async function stateLock(context: CommandContext, stack: string): Promise<ExitCode> {
  const { output, project } = context;
  requireStack(project, stack);
  const backend = await backendOf(context, stack);
  const report = await lockReport(backend.open(), refsOf(context, stack));
  const now = new Date();
  const where = withoutSecrets(backend.url);
  output.document({ stack, backend: where, ...lockDocument(report, now) });
  output.print(
    report.locks.length === 0 ? `${stack} is not locked (${where}).\n` : `${stack} is locked (${where}):\n`,
  );
  printLocks(report, now, output);
  if (report.locks.length > 0) {
    output.print(`When that run is dead for certain: \`${groundworkCommand`state unlock ${stack}`}\`.`);
  }
  return exitCodes.done;
}

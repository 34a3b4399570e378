import type { Approval } from "../../guard/approvals/approval";
import type { Standing } from "../../guard/approvals/approval-record";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { StackApprovals } from "../plan/memory/approvals";
import { table } from "../terminal/output";
import { whatOf } from "../plan/plan";
import { requireStack } from "../terminal/project";

/** Every approval, and what it is worth now. */
export async function listApprovals(context: CommandContext, stack: string): Promise<ExitCode> {
  requireStack(context.project, stack);
  const approvals = StackApprovals.of(context, stack);
  const standings = [...(await approvals.standings()), ...(await approvals.missing())];
  const { output } = context;
  output.document({
    stack,
    file: approvals.file,
    approvals: standings.map((standing) => ({
      ...(standing.approval === undefined
        ? (standing.record ?? standing.given ?? { urn: standing.urn ?? null })
        : standing.record),
      holds: standing.approval !== undefined,
      phase: standing.approval?.phase ?? null,
      flaw: standing.flaw ?? null,
      why: standing.approval === undefined ? standing.why : null,
      unlocked: standing.approval === undefined ? standing.isOpen === true : isUnlocked(standing.approval),
    })),
  });
  if (standings.length === 0) {
    output.print(`Nothing was ever approved in ${stack} (${approvals.file}).`);
    return exitCodes.done;
  }
  output.print(
    table([
      ["SEAL", "OPERATION", "RESOURCE", "ID", "BY", "UNTIL", "WORTH"],
      ...standings.map((standing) => rowOf(standing)),
    ]),
  );
  return exitCodes.done;
}

/** Whether it stands without protection and locks because of this approval. */
function isUnlocked({ operation, phase }: Approval): boolean {
  return (operation === "delete" || operation === "replace") && phase === "destroy";
}

function rowOf(standing: Standing): string[] {
  const worth =
    standing.approval === undefined
      ? `no: it ${standing.why}${standing.isOpen === true ? "; what it was for stands unlocked until the next run" : ""}`
      : standing.approval.operation === "loosen" || standing.approval.operation === "forget"
        ? "holds"
        : standing.approval.phase === "unlock"
          ? "holds: the next run unlocks it"
          : "holds: unlocked, the next run may destroy it";
  const record = standing.approval === undefined ? (standing.record ?? standing.given) : standing.record;
  if (record === undefined) {
    return ["", "", (standing.approval === undefined ? standing.urn : undefined) ?? "", "", "", "", worth];
  }
  const { seal, operation, urn, id, by, expires } = record;
  return [seal.slice(0, 12), operation, whatOf(urn), id, by, expires, worth];
}

import type { ApprovalRecord } from "../../../guard/approval-record";
import type { CommandContext } from "../../command-context";
import { UsageError } from "../../errors";
import { exitCodes, type ExitCode } from "../../exit-codes";
import { named, StackApprovals } from "../../guard/approvals";
import { whoAnswers } from "../../guard/who";
import { nameOf, typeOf } from "../../plan";
import { shortType } from "../../plan-report";
import { requireStack } from "../../project";

export interface RevokeOptions {
  readonly which?: string;
  readonly reason?: string;
  readonly by?: string;
}

/** Takes back every approval of a resource that could still be used. @throws UsageError when there is none. */
export async function revoke(
  context: CommandContext,
  stack: string,
  { which, reason, by }: RevokeOptions,
): Promise<ExitCode> {
  requireStack(context.project, stack);
  if (which === undefined || which === "") {
    throw new UsageError(
      `Which one? Its URN, its physical id, or the beginning of its seal; \`npx groundwork guard ${stack} list\` shows them. Nothing was touched.`,
    );
  }
  const approvals = StackApprovals.of(context, stack);
  const entries = approvals.entries();
  const who = await whoAnswers(context, by);
  const scene = await approvals.scene();
  const isMeant = ({ urn, id, seal }: ApprovalRecord): boolean =>
    urn === which || id === which || (/^[0-9a-f]{8,}$/.test(which) && seal.startsWith(which));
  const found = approvals
    .judged(entries, scene)
    .flatMap(({ record, flaw }) => (record === undefined || !isMeant(record) ? [] : [{ record, flaw }]));
  const open = found.filter(({ flaw }) => flaw === undefined || flaw === "in-doubt" || flaw === "mismatched");
  if (open.length === 0) {
    throw new UsageError(
      `${found.length === 0 ? `No approval of ${stack} is for ${which}.` : `None for ${which} holds any more.`} ` +
        `\`npx groundwork guard ${stack} list\` shows all. Nothing was touched.`,
    );
  }
  const words = reason?.trim() ?? "";
  await scene.ledger.append(
    () =>
      open.map(({ record }) => ({
        kind: "revoked",
        ...named(record),
        ...(words !== "" && { reason: words }),
      })),
    { by: who, now: approvals.now },
  );
  const unlocked = scene.content
    .of("unlocked")
    .some(({ seal }) => open.some(({ record }) => record.seal === seal));
  const up = `groundwork up ${stack}${context.rehearsal === undefined ? "" : " --rehearse"}`;
  const { output } = context;
  output.document({ stack, revoked: open.map(({ record }) => record), unlocked });
  for (const { record } of open) {
    output.print(
      `Revoked: ${record.operation} ${shortType(typeOf(record.urn))} ${nameOf(record.urn)} (${record.id}).`,
    );
  }
  if (unlocked) {
    output.print(`It stands unlocked. \`npx ${up}\` locks it again. Its copy stays.`);
  }
  return exitCodes.done;
}

import { flawOfReason } from "../../guard/approvals/answerable";
import { sealOf, type GivenApproval } from "../../guard/approvals/approval-record";
import { groundworkCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { named, StackApprovals } from "../plan/memory/approvals";
import { whoAnswers } from "../plan/memory/who";
import { whatOf } from "../plan/plan";
import { requireStack } from "../terminal/project";

export interface RevokeOptions {
  readonly which?: string;
  readonly reason?: string;
  readonly by?: string;
}

/**
 * Takes back every approval of a resource that could still be used, also one whose record was altered or stands on another
 * branch: what the ledger has of it counts.
 *
 * @throws UsageError when there is none, or for a reason that says nothing.
 */
export async function revoke(
  context: CommandContext,
  stack: string,
  { which, reason, by }: RevokeOptions,
): Promise<ExitCode> {
  requireStack(context.project, stack);
  if (which === undefined || which === "") {
    throw new UsageError(
      `Which one? Its URN, its physical id, or the beginning of its seal; \`${groundworkCommand`guard ${stack} list`}\` shows them. Nothing was touched.`,
    );
  }
  const words = reason?.trim() ?? "";
  const flaw = reason === undefined ? undefined : flawOfReason(words);
  if (flaw !== undefined) {
    throw new UsageError(`--reason ${JSON.stringify(words)} ${flaw}. Nothing was touched.`);
  }
  const approvals = StackApprovals.of(context, stack);
  const entries = approvals.entries();
  const who = await whoAnswers(context, by);
  const scene = await approvals.scene();
  const isMeant = ({ urn, id, seal }: GivenApproval): boolean =>
    urn === which || id === which || (/^[0-9a-f]{8,}$/.test(which) && seal.startsWith(which));
  const found = scene.content.of("approved").filter(isMeant);
  const over = new Set([...scene.content.of("revoked"), ...scene.content.of("used")].map(({ seal }) => seal));
  const open = found
    .filter(({ seal, expires }) => !over.has(seal) && Date.parse(expires) > approvals.now.getTime())
    .map(({ seal, urn, id, operation, by: giver, at, expires }): GivenApproval => {
      const record = entries.find(
        (entry) => "seal" in entry && entry.seal === seal && sealOf(entry) === seal,
      );
      return record !== undefined && "seal" in record
        ? record
        : { seal, urn, id, operation, by: giver, at, expires };
    });
  if (open.length === 0) {
    throw new UsageError(
      `${found.length === 0 ? `No approval of ${stack} is for ${which}.` : `None for ${which} holds any more.`} ` +
        `\`${groundworkCommand`guard ${stack} list`}\` shows all. Nothing was touched.`,
    );
  }
  await scene.ledger.append(
    () =>
      open.map((one) => ({
        kind: "revoked",
        ...named(one),
        ...(words !== "" && { reason: words }),
      })),
    { by: who, now: approvals.now },
  );
  const unlocked = scene.content.of("unlocked").some(({ seal }) => open.some((one) => one.seal === seal));
  const { output } = context;
  output.document({ stack, revoked: open, unlocked });
  for (const { operation, urn, id } of open) {
    output.print(`Revoked: ${operation} ${whatOf(urn)} (${id}).`);
  }
  if (unlocked) {
    output.print(`It stands unlocked. \`${groundworkCommand`up ${stack}`}\` locks it again. Its copy stays.`);
  }
  return exitCodes.done;
}

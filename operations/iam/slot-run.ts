import { flawOfReason } from "../../guard/approvals/answerable";
import { groundworkCommand } from "../../guard/printed-command";
import type { TwoSlots } from "../../settings/two-slots";
import { workOnPart, type Worked } from "../plan/part";
import type { PlanOptions } from "../plan/planning";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { OperationError, UsageError } from "../terminal/errors";
import { exitCodes } from "../terminal/exit-codes";
import { age } from "./keys";
import { SlotsFile, type SlotsPlace } from "./slots-file";

export interface RetireOptions extends PlanOptions {
  /** `--force REASON`: although it was used lately, or has not been inactive for long. */
  readonly force?: string;
}

export type SlotAction = "rotate" | "retire";

/** Whose two slots are worked on. */
export interface Owner {
  readonly context: CommandContext;
  readonly stack: OpenStack;
  /** As a person calls it: a service user, or `role:NAME`. */
  readonly name: string;
  readonly now: Date;
  readonly place: SlotsPlace;
}

export interface SlotWork {
  readonly action: SlotAction;
  /** As they are to be. */
  readonly slots: TwoSlots;
  /** Whether the file does not say so yet. */
  readonly writes: boolean;
  /** As a person calls it: "the keys of report_writer". */
  readonly part: string;
  readonly targets: readonly string[];
  /** What of them may be touched: who gives something up must find everything else as it is to be. Default: all. */
  readonly mayTouch?: (urn: string) => boolean;
  readonly question: string;
  /** `--force`, for the history of runs. */
  readonly reason: string | undefined;
}

/**
 * Writes the slots where they are to be others, and makes them so: what is in them and what has that, and nothing else. Where no run
 * begins the file is as it was; once one has begun it stays, and the same call goes on.
 *
 * @returns Also the slots as the file has them.
 */
export async function makeSlots(
  owner: Owner,
  { action, mayTouch, part, question, reason, slots, targets, writes }: SlotWork,
  options: PlanOptions,
): Promise<{
  readonly result: Worked;
  readonly document: Record<string, unknown>;
  readonly slots: TwoSlots;
}> {
  const { context, name, now, place, stack } = owner;
  const file = new SlotsFile(context, stack, place);
  const since = writes ? file.write(slots, now) : slots.since;
  try {
    const worked = await workOnPart(context, stack, {
      ...options,
      part,
      scope: { targets },
      isWithin: mayTouch ?? ((urn) => targets.includes(urn)),
      call: slotCall(owner, action),
      question,
      ...(reason !== undefined && { message: `iam ${stack.name} ${name} ${action}: ${reason}` }),
      before: () => {
        file.keep();
        return Promise.resolve();
      },
    });
    return { ...worked, slots: { ...slots, since } };
  } finally {
    file.putBack();
  }
}

export function slotCall({ name, stack }: Pick<Owner, "name" | "stack">, action: SlotAction): string {
  return action === "rotate"
    ? groundworkCommand`iam ${stack.name} ${name} rotate`
    : groundworkCommand`iam ${stack.name} ${name} retire`;
}

/** @throws UsageError for a `--force` that says nothing. */
export function requireReason(force: string | undefined): void {
  if (force !== undefined && flawOfReason(force) !== undefined) {
    throw new UsageError(
      `--force ${JSON.stringify(force)} is no reason: say in at least two words and ten letters why, for whoever reads the history. ` +
        "Nothing was touched.",
    );
  }
}

/** @throws OperationError (3) where there are reasons not to, and none of the person's to do it all the same. */
export function requireGivenUp(
  { name, stack }: Owner,
  what: string,
  reasons: readonly string[],
  force: string | undefined,
): void {
  if (reasons.length > 0 && force === undefined) {
    throw new OperationError(
      [
        `${what}:`,
        ...reasons.map((reason) => `  ${reason}.`),
        `If it has to be all the same: \`${groundworkCommand`iam ${stack.name} ${name} retire --force WHY`}\`. Nothing was touched.`,
      ].join("\n"),
      exitCodes.refused,
      reasons,
    );
  }
}

/** Why what is inactive stays for now; nothing where it has been so for long enough. */
export function inactiveTooShort({ since }: TwoSlots, days: number, now: Date): readonly string[] {
  const until = new Date(Date.parse(since) + days * 86_400_000);
  return until <= now
    ? []
    : [
        `it was deactivated ${age(new Date(since), now)} ago, and stays so for ${days} days, until ${until.toISOString().slice(0, 16)}Z: ` +
          "until then it can be restored",
      ];
}

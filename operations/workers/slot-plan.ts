import { groundworkCommand } from "../../guard/printed-command";
import type { CommandContext } from "../terminal/command-context";
import { settleBegun } from "../plan/begun";
import { carryOut } from "../plan/carry-out";
import { confirm } from "../terminal/confirm";
import { FailedError } from "../terminal/errors";
import type { Scope } from "../engine/engine-stack";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { changesAnything, shortType, type Plan, type PlannedStep } from "../plan/plan";
import { isRefused, planDocument, printPlan, tellRefusal, typedFor } from "../plan/report";
import { planUpdate, type JudgedUpdate, type PlanOptions } from "../plan/planning";
import type { OpenStack } from "../plan/workspace";
import { isOfSlots, targetsOf } from "./slot-state";

export interface SlotWork extends PlanOptions {
  readonly slots: readonly number[];
  /** URNs that are replaced; none where only what is missing is made. */
  readonly replaces: readonly string[];
  /** What a person called: `./groundwork workers dev replace 3`. */
  readonly call: string;
  readonly question: string;
}

/** What a plan for some slots says, and whether it may be carried out. */
interface JudgedWork {
  readonly report: JudgedUpdate;
  readonly scope: Scope;
  /** What the plan would touch besides these slots; must be empty. */
  readonly beyond: readonly PlannedStep[];
}

const touching = new Set(["create", "update", "replace", "delete", "import"]);

/**
 * Previews work on some slots alone, through the engine with targets, with policies and guard as in `up`; what it would
 * touch besides is told. Changes nothing.
 */
async function planSlots(stack: OpenStack, work: SlotWork): Promise<JudgedWork> {
  const owner = stack.settings.context;
  const scope: Scope = {
    targets: work.slots.flatMap((slot) => targetsOf(owner, slot)),
    ...(work.replaces.length > 0 && { replaces: work.replaces }),
  };
  try {
    const report = await planUpdate(stack, { refresh: work.refresh, ...scope });
    return { report, scope, beyond: beyondSlots(report.plan, owner, work.slots) };
  } catch (error) {
    if (work.replaces.length > 0 && error instanceof FailedError && notThere.test(error.message)) {
      return planSlots(stack, { ...work, replaces: [] });
    }
    throw error;
  }
}

/** What was to be replaced is gone in the cloud, so that the engine has read it out of the state: it is made, not replaced. */
const notThere = /^Target '[^']+' could not be found in the stack/m;

/** Steps of a plan that would touch something that is not of these slots. */
function beyondSlots(
  plan: Plan,
  owner: { readonly project: string; readonly stack: string },
  slots: readonly number[],
): readonly PlannedStep[] {
  return plan.steps.filter(({ urn, op }) => touching.has(op) && !isOfSlots(urn, owner, slots));
}

/** What became of it. */
export type Worked = "refused" | "nothing" | "declined" | "changed";

/**
 * Looks what a killed run has left, previews, proves that nothing else is touched, asks, and does it.
 *
 * @param before done once it has been agreed to, and before the engine begins.
 * @throws OperationError when the preview or the change fails.
 */
export async function workOnSlots(
  context: CommandContext,
  stack: OpenStack,
  work: SlotWork,
  before: () => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly result: Worked; readonly document: Record<string, unknown> }> {
  const { output } = context;
  if (!(await settleBegun(context, stack))) {
    output.print("Nothing was touched.");
    return { result: "declined", document: { slots: work.slots } };
  }
  output.note(
    `Previewing ${work.slots.length === 1 ? "slot" : "slots"} ${work.slots.join(", ")} of ${stack.name} (${stack.where})`,
  );
  const { report, scope, beyond } = await planSlots(stack, work);
  printPlan(report, output);
  const document = {
    ...planDocument(report),
    slots: work.slots,
    beyond: beyond.map(({ urn, op }) => ({ urn, op })),
  };
  if (isRefused(report)) {
    tellRefusal(report, output);
    return { result: "refused", document };
  }
  if (beyond.length > 0) {
    const list = beyond.map(({ op, type, name }) => `  ${op} ${shortType(type)} ${name}`).join("\n");
    output.note(
      output.colors.red(
        `\nRefused: this would touch more than ${work.slots.length === 1 ? "that slot" : "those slots"}:\n${list}\n` +
          `Nothing was touched. Bring the stack up to its file first: \`${stack.call("up")}\`.`,
      ),
    );
    return { result: "refused", document };
  }
  if (!changesAnything(report.plan)) {
    return { result: "nothing", document };
  }
  output.print(
    `\nThe preview touches ${work.slots.length === 1 ? `slot ${work.slots.join()}` : `slots ${work.slots.join(", ")}`} and nothing else.`,
  );
  if (!(await confirm(work.question, context, typedFor(report)))) {
    output.print("Nothing was touched.");
    return { result: "declined", document };
  }
  await before();
  await carryOut(stack, report, output, { scope, call: work.call });
  return { result: "changed", document };
}

/** How a person writes a call on one slot: `./groundwork workers dev replace 3`. */
export function slotCall(stack: OpenStack, action: string, slot: number): string {
  return groundworkCommand`workers ${stack.name} ${action} ${slot}`;
}

export function exitOf(result: Worked): ExitCode {
  return result === "refused" ? exitCodes.refused : exitCodes.done;
}

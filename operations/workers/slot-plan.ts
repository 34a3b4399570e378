import { groundworkCommand } from "../../guard/printed-command";
import { workOnPart, type Worked } from "../plan/part";
import type { PlanOptions } from "../plan/planning";
import type { OpenStack } from "../plan/workspace";
import type { CommandContext } from "../terminal/command-context";
import { isOfSlots, targetsOf } from "./slot-state";

export interface SlotWork extends PlanOptions {
  readonly slots: readonly number[];
  /** URNs that are replaced; none where only what is missing is made. */
  readonly replaces: readonly string[];
  /** What a person called: `./groundwork workers dev replace 3`. */
  readonly call: string;
  readonly question: string;
}

/**
 * Work on some slots alone.
 *
 * @param before done once it has been agreed to, and before the engine begins.
 * @throws OperationError when the preview or the change fails.
 */
export async function workOnSlots(
  context: CommandContext,
  stack: OpenStack,
  { slots, replaces, ...work }: SlotWork,
  before?: () => Promise<void>,
): Promise<{ readonly result: Worked; readonly document: Record<string, unknown> }> {
  const owner = stack.settings.context;
  const { result, document } = await workOnPart(context, stack, {
    ...work,
    part: `${slots.length === 1 ? "slot" : "slots"} ${slots.join(", ")}`,
    scope: {
      targets: slots.flatMap((slot) => targetsOf(owner, slot)),
      ...(replaces.length > 0 && { replaces }),
    },
    isWithin: (urn) => isOfSlots(urn, owner, slots),
    ...(before !== undefined && { before }),
  });
  return { result, document: { ...document, slots } };
}

/** How a person writes a call on one slot: `./groundwork workers dev replace 3`. */
export function slotCall(stack: OpenStack, action: string, slot: number): string {
  return groundworkCommand`workers ${stack.name} ${action} ${slot}`;
}

import { stepsOf } from "../../components/metal-workers/steps";
import type { OpenStack } from "../plan/workspace";
import { workersOf } from "./pool";
import type { SlotInState } from "./slot-state";

/** Names of the steps that make a worker, in their order; the same for each slot. */
export function stepNames(stack: OpenStack): readonly string[] {
  return stepsOf(stack.settings.context, 0, workersOf(stack)).map(({ name }) => name);
}

/** The steps that a slot has still to go through. */
export function missingSteps(inState: SlotInState | undefined, steps: readonly string[]): readonly string[] {
  const done = new Set((inState?.steps ?? []).map(({ name }) => name));
  return steps.filter((step) => !done.has(step));
}

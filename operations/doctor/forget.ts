import type { CommandContext } from "../terminal/command-context";
import type { Checkpoint } from "../engine/engine-stack";
import { editState } from "../engine/state-edit";
import { isLeftover } from "../workers/slot-state";
import type { OpenStack } from "../plan/workspace";

/**
 * Takes out of the state what the engine goes on deleting although it is gone. Call it only when nobody is at work.
 *
 * @throws FailedError with the engine's words; the state is then as it was.
 */
export async function forgetLeftovers(context: CommandContext, stack: OpenStack): Promise<void> {
  await editState<Checkpoint>(context, stack, (deployment) => {
    const { resources = [] } = deployment;
    const kept = resources.filter((resource) => !isLeftover(resource));
    return kept.length < resources.length ? { ...deployment, resources: kept } : deployment;
  });
}

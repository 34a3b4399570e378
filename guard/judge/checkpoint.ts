import { lockValue, type Lock, type StatefulType } from "../stateful-type";
import type { ResourceState, Step } from "../step";
import { read } from "../unknown";

/**
 * What the last run left behind, put together from all steps of a plan.
 *
 * One step alone does not show it: `destroy --run-program` registers everything first, and the deletion that follows
 * then carries what was registered a moment ago. Only the earlier step of the same resource still has what was there
 * before. So of everything that any step says of one physical resource the strictest counts.
 */
export class Checkpoint {
  private readonly states = new Map<string, ResourceState[]>();

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      if (step.old !== undefined) {
        const key = keyOf(step.urn, step.old);
        this.states.set(key, [...(this.states.get(key) ?? []), step.old]);
      }
    }
  }

  isProtected(urn: string, state: ResourceState): boolean {
    return (this.states.get(keyOf(urn, state)) ?? [state]).some(({ protect }) => protect);
  }

  /** What still holds the resource, in words: `protect`, and each lock of the cloud that is on or not known to be off. */
  holds(step: Step, kind: StatefulType): string[] {
    if (step.old === undefined) {
      // Deleted or replaced without a state before: nothing shows that it is free.
      return ["its state before the run is not known"];
    }
    const states = this.states.get(keyOf(step.urn, step.old)) ?? [step.old];
    return [
      ...(this.isProtected(step.urn, step.old) ? ["protect is true"] : []),
      ...kind.locks.flatMap((lock) =>
        states.some((state) => isOn(state.inputs, lock, lock.absent) || isOn(state.outputs, lock, "off"))
          ? [`${lock.path} is ${String(lock.on)}`]
          : [],
      ),
    ];
  }
}

/** Everything but a known other value counts as on. */
function isOn(properties: Readonly<Record<string, unknown>>, lock: Lock, absent: "on" | "off"): boolean {
  const value = lockValue(lock, read(properties, lock.path));
  return value === undefined ? absent === "on" : typeof value !== typeof lock.on || value === lock.on;
}

function keyOf(urn: string, state: ResourceState): string {
  return `${urn}\n${state.id ?? ""}`;
}

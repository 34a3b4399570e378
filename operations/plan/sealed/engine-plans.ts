import type { EnginePlan } from "../held-plan";
import { nameOf, whatOf } from "../plan";
import { bothShown, leaves, type Difference } from "./difference";

/**
 * Where the values of two of the engine's plans differ, both made so that a run can be held to them (held-plan.ts). The run is held to
 * the first by the engine in any case; this says before anything is touched that it would break off.
 *
 * Not compared is what differs between two plans of the same: the order of dependencies, what is encrypted (each time anew, and from the
 * stack file or the state, which are compared), and names that a provider makes up, wherever they stand: they begin with the
 * resource's own, and the run takes those that were sealed.
 */
export function differencesOfValues(sealed: EnginePlan, now: EnginePlan): readonly Difference[] {
  const [before, after] = [sealed.resourcePlans, now.resourcePlans];
  const urns = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const found = urns.flatMap((urn) =>
    leaves(comparable(before[urn]), comparable(after[urn]), "").map((leaf) => ({ urn, ...leaf })),
  );
  const madeUp = found.flatMap(({ urn, was, is }) =>
    isMadeUp(nameOf(urn), was, is) ? [[was, is] as const] : [],
  );
  const translated = (text: string): string =>
    madeUp.reduce((other, [was, is]) => other.replaceAll(String(was), String(is)), text);
  return found
    .filter(({ was, is }) => typeof was !== "string" || translated(was) !== is)
    .map(({ urn, ...leaf }) => ({
      what: `${whatOf(urn)} ${leaf.path}`.trimEnd(),
      ...bothShown(leaf),
    }));
}

/** What a provider puts behind a resource's name to make it one that nobody has. */
const suffix = /^[-_]?[0-9a-z]{4,26}$/i;

function isMadeUp(name: string, was: unknown, is: unknown): boolean {
  return [was, is].every(
    (value) => typeof value === "string" && value.startsWith(name) && suffix.test(value.slice(name.length)),
  );
}

/** Of a resource's plan what counts, in one order; inputs by their own names. */
function comparable(plan: EnginePlan["resourcePlans"][string] | undefined): unknown {
  if (plan === undefined) {
    return undefined;
  }
  const { goal, steps } = plan;
  if (goal === undefined || goal === null) {
    return { steps };
  }
  const { inputDiff } = goal;
  return {
    steps,
    inputs: { ...inputDiff.adds, ...inputDiff.updates },
    without: [...(inputDiff.deletes ?? [])].sort(),
    options: Object.fromEntries(
      Object.entries(goal)
        .filter(([key]) => !differing.has(key))
        .map(([key, value]: [string, unknown]) => [
          key,
          key === "dependencies" && Array.isArray(value) ? [...(value as string[])].sort() : value,
        ]),
    ),
  };
}

/** Inputs have their own places; of the others no run is held to any value (held-plan.ts). */
const differing: ReadonlySet<string> = new Set(["inputDiff", "outputDiff", "propertyDependencies"]);

import { readFileSync } from "node:fs";
import { parseJson } from "../../guard/unknown";
import type { EnginePlan } from "../plan/held-plan";
import type { OpenStack } from "../plan/workspace";

/** By URN: what has to be there before a resource. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * What needs what: by the engine's plan, and for what the plan only takes away, or where a refusal has kept the engine from writing one, by
 * the last checkpoint.
 */
export async function dependenciesOf(
  stack: Pick<OpenStack, "engine">,
  planFile: string,
  isTakingAway: boolean,
): Promise<DependencyGraph> {
  const planned = plannedIn(readFileSync(planFile, "utf8"));
  if (planned.size > 0 && !isTakingAway) {
    return planned;
  }
  const { resources = [] } = await stack.engine.checkpoint();
  const standing = resources.map(({ urn, dependencies = [] }) => [urn, dependencies] as const);
  return new Map([...standing, ...planned]);
}

function plannedIn(text: string): DependencyGraph {
  const { resourcePlans = {} } = (parseJson(text) ?? {}) as Partial<EnginePlan>;
  return new Map(
    Object.entries(resourcePlans).flatMap(([urn, { goal }]) =>
      goal === undefined || goal === null ? [] : [[urn, goal.dependencies ?? []] as const],
    ),
  );
}

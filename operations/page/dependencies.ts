import { readFileSync } from "node:fs";
import { parseJson } from "../../guard/unknown";
import type { Deployment } from "../backend/layout";
import type { EnginePlan } from "../plan/held-plan";

/** By URN: what has to be there before a resource. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/**
 * What needs what: by the engine's plan, and by the state for what the plan takes away, or where a refusal has kept the engine from
 * writing one.
 */
export function dependenciesOf(planFile: string, { resources = [] }: Deployment): DependencyGraph {
  const { resourcePlans = {} } = (parseJson(readFileSync(planFile, "utf8")) ?? {}) as Partial<EnginePlan>;
  const planned = Object.entries(resourcePlans).flatMap(([urn, { goal }]) =>
    goal === undefined || goal === null ? [] : [[urn, goal.dependencies ?? []] as const],
  );
  return new Map([
    ...resources.map(({ urn, dependencies = [] }) => [urn, dependencies] as const),
    ...planned,
  ]);
}

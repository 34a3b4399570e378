import { graphOfPlan, graphOfState, inTurns } from "./graph-readers";
import type { EnginePlan } from "./held-plan";
import type { PlannedStep } from "./plan";
import type { RunGraph } from "./run-graph";
import { storedDeployment } from "./take-in";
import { timelineOf, type Prediction } from "./timeline";
import type { CheckpointResource } from "../engine/engine-stack";
import type { OpenStack } from "./workspace";

/** Of an update. The state is read where something goes: the engine's plan does not say what that depends on. */
export async function predictUpdate(
  stack: OpenStack,
  plan: EnginePlan,
  steps: readonly PlannedStep[],
): Promise<Prediction> {
  const goes = steps.some(({ op }) => op === "delete" || op === "replace");
  const state = goes ? await recordedResources(stack) : [];
  const graph = graphOfPlan(stack.name, plan, steps, state);
  return predictionOf(inTurns(graph, stack.settings.sections.metalWorkers?.parallel), stack.parallel);
}

/** Of taking down everything that the state has. */
export async function predictDestroy(stack: OpenStack): Promise<Prediction> {
  return predictionOf(graphOfState(stack.name, await recordedResources(stack)), stack.parallel);
}

export function predictionOf(graph: RunGraph, parallel: number): Prediction {
  return { graph, timeline: timelineOf(graph, parallel) };
}

/** What the last run left in the state: read from its file where that can be, which takes no engine. */
export async function recordedResources(stack: OpenStack): Promise<readonly CheckpointResource[]> {
  const { resources = [] } = (await storedDeployment(stack)) ?? (await stack.engine.checkpoint());
  return resources;
}

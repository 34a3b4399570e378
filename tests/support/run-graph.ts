import type { RunGraph, RunResource } from "../../operations/plan/run-graph";
import { giversOf, inTurns } from "../../operations/plan/graph-readers";
import { unknown } from "../../operations/plan/held-plan";
import { readConfig, recordProgram, type Stack } from "./program";
import { UNKNOWN } from "./recording";

/** The graph of the first `up` of a committed stack, as the engine would plan it: recorded as a preview in which nothing is there. */
export async function standUpGraph(stack: Stack): Promise<RunGraph> {
  const { resources } = await recordProgram(stack, { preview: true });
  const inputsOf = new Map(resources.map(({ urn, inputs }) => [urn, inputs]));
  const { parallel } = (readConfig(stack)["groundwork:metalWorkers"] ?? {}) as { readonly parallel?: number };
  const graph: RunGraph = {
    stack,
    action: "up",
    resources: resources.map((resource): RunResource => {
      const { urn, type, name, custom, inputs, parent = "", provider = "", deletedWith, options } = resource;
      const givers = giversOf(
        asPlanned(inputs),
        resource.propertyDependencies,
        (other) => inputsOf.get(other) ?? {},
      );
      return {
        ...{ urn, type, name, custom, inputs, parent, givers, op: "create" as const },
        provider: provider.split("::").slice(0, -1).join("::"),
        dependencies: options.dependencies,
        ...(deletedWith !== undefined && { deletedWith }),
      };
    }),
  };
  const { resources: found, ...rest } = inTurns(graph, parallel ?? 3);
  // Whatever was registered first: the program does much at once.
  return { ...rest, resources: [...found].sort((one, other) => (one.urn < other.urn ? -1 : 1)) };
}

/** With the engine's mark in the place of the recording's. */
function asPlanned(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(inputs).replaceAll(UNKNOWN, unknown)) as Record<string, unknown>;
}

import { METAL_WORKER_TYPE } from "../../components/metal-workers/slot-identity";
import type { CheckpointResource } from "../engine/engine-stack";
import { containsUnknown, type EnginePlan } from "./held-plan";
import { nameOf, typeOf, type PlannedStep } from "./plan";
import type { RunGraph, RunResource } from "./run-graph";

/**
 * The graph of an update, as the engine plans it.
 *
 * @param plan The engine's plan file as it was written, before a run was held to it (held-plan.ts).
 * @param steps What the gate read from the same preview, in the engine's order.
 * @param state The last checkpoint, for what goes: the plan does not say what that depended on. Default: nothing was there.
 */
export function graphOfPlan(
  stack: string,
  plan: EnginePlan,
  steps: readonly PlannedStep[],
  state: readonly CheckpointResource[] = [],
): RunGraph {
  const inputsOf = new Map(steps.map(({ urn, new: wanted }) => [urn, wanted?.inputs ?? {}]));
  const recorded = new Map(state.map((resource) => [resource.urn, resource]));
  const resources = steps.map((step): RunResource => {
    const goal = plan.resourcePlans[step.urn]?.goal ?? undefined;
    const { urn, type, name, op, deletesFirst, parent } = step;
    const had = recorded.get(urn);
    if (op === "delete" || goal === undefined) {
      return { ...fromState(had ?? { urn, type, custom: true, parent }), op };
    }
    const { adds, updates } = goal.inputDiff;
    const inputs = step.new?.inputs ?? {};
    const given = { ...inputs, ...adds, ...updates };
    const givers = giversOf(given, goal.propertyDependencies ?? {}, (other) => inputsOf.get(other) ?? {});
    return {
      ...{ urn, type, name, op, parent, givers },
      ...(deletesFirst === true && { deletesFirst }),
      custom: goal.custom ?? true,
      inputs,
      provider: providerUrn(goal.provider),
      dependencies: goal.dependencies ?? [],
      ...(had?.deletedWith !== undefined && { deletedWith: had.deletedWith }),
    };
  });
  return { stack, action: "up", resources };
}

/**
 * Those of the dependencies that the cloud itself needs: what gives a value that is not known before it is there, and what is called by
 * its name in an input.
 *
 * @param inputs with the engine's mark for what is not known (held-plan.ts).
 */
export function giversOf(
  inputs: Readonly<Record<string, unknown>>,
  propertyDependencies: Readonly<Record<string, readonly string[] | null>>,
  inputsOf: (urn: string) => Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(propertyDependencies).flatMap(([property, urns]) => {
    const value = inputs[property];
    if (containsUnknown(value)) return urns ?? [];
    const texts = textsIn(value);
    return (urns ?? []).filter((urn) => namesIn(inputsOf(urn)).some((name) => texts.includes(name)));
  });
}

/** What a resource is called by: `name`, `bucket`, `identifier`, `clusterName`, … */
function namesIn(inputs: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(inputs).flatMap(([property, value]) =>
    typeof value === "string" && /^(bucket|([a-zA-Z]*[nN]ame|[a-zA-Z]*[iI]dentifier))$/.test(property)
      ? [value]
      : [],
  );
}

/** The graph of a destroy: everything that the last checkpoint has. */
export function graphOfState(stack: string, state: readonly CheckpointResource[]): RunGraph {
  // What was only ever read is somebody else's, and stays.
  const own = state.filter(({ external }) => external !== true);
  const marks = new Map(own.map((resource) => [resource.urn, marksOf(resource)]));
  const resources = own.map((resource): RunResource => {
    const read = fromState(resource);
    const given = textsIn(resource.inputs).join("\n");
    const isGiver = (urn: string): boolean => (marks.get(urn) ?? []).some((mark) => given.includes(mark));
    return { ...read, givers: read.givers.filter(isGiver) };
  });
  return { stack, action: "destroy", resources };
}

/**
 * The same graph where metal workers take turns: so many are built at a time, and the next when one of them is done
 * (components/metal-workers/turns.ts). The engine does not see that.
 *
 * @param parallel How many; undefined for a stack without any.
 */
export function inTurns(graph: RunGraph, parallel: number | undefined): RunGraph {
  const slots = graph.resources.filter(({ type }) => type === METAL_WORKER_TYPE).map(({ urn }) => urn);
  const membersOf = (slot: string | undefined): readonly RunResource[] =>
    graph.resources.filter(({ parent, custom }) => custom && parent === slot);
  return {
    ...graph,
    resources: graph.resources.map((resource) => {
      const place = slots.indexOf(resource.parent) - (parallel ?? slots.length);
      const after = place < 0 ? undefined : membersOf(slots[place]).at(-1)?.urn;
      return after === undefined ? resource : { ...resource, after };
    }),
  };
}

/** The graph of taking down what an update would have stood up. */
export function destroyOf({ stack, resources }: RunGraph): RunGraph {
  const standing = resources.filter(({ op }) => op !== "delete" && op !== "read");
  return { stack, action: "destroy", resources: standing.map((resource) => ({ ...resource, op: "delete" })) };
}

function fromState(resource: Partial<CheckpointResource> & Pick<CheckpointResource, "urn">): RunResource {
  const { urn, custom = true, parent = "", inputs = {}, provider, deletedWith } = resource;
  const propertyDependencies = Object.values(resource.propertyDependencies ?? {});
  return {
    ...{ urn, custom, parent, inputs },
    type: typeOf(urn),
    name: nameOf(urn),
    op: "delete",
    provider: providerUrn(provider),
    dependencies: resource.dependencies ?? [],
    givers: propertyDependencies.flatMap((urns) => urns ?? []),
    ...(deletedWith !== undefined && deletedWith !== "" && { deletedWith }),
  };
}

/** Of `urn::id`, as the engine names providers. */
function providerUrn(reference: string | undefined): string {
  return (reference ?? "").split("::").slice(0, -1).join("::");
}

/** Shorter than any id: numbers and words of settings are in many inputs. */
const shortestValue = 6;

/** What others can only have from it: its names, its id, and what else the cloud alone could say. */
function marksOf({ id = "", inputs = {}, outputs }: CheckpointResource): readonly string[] {
  const own = new Set(textsIn(inputs));
  const fromCloud = [id, ...textsIn(outputs)].filter(
    (text) => text.length >= shortestValue && !own.has(text),
  );
  return [...namesIn(inputs), ...fromCloud];
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

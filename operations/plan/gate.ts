import type { Refusal, Step } from "../../guard/step";
import type { EngineError } from "./diagnostics";
import type { CheckpointResource } from "../engine/engine-stack";
import { nameOf, typeOf, type PlannedStep } from "./plan";

/** The engine's own words for "this is protected" and for a hook of the program that said no. */
const vetoes: readonly {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly safeWay: string;
}[] = [
  {
    rule: "protected",
    pattern: /because it is protected|marked for protection/,
    safeWay:
      "Keep the resource in the settings. What has an id of its own can be approved (docs/guard.md); what has none goes when what is " +
      "under it has gone, in a run whose program protects it no longer.",
  },
  {
    rule: "guard-hook",
    pattern: /\bhook "[^"]*" (failed|was not registered)/,
    safeWay: "The message says what the guard asks for; do that in a run of its own, then make the change.",
  },
];

/** Whether an error is the guard's work in the engine (layer 1) and not a failure. */
export function isVeto(error: EngineError): boolean {
  return error.urn !== undefined && vetoes.some((veto) => veto.pattern.test(error.message));
}

/** Refusals for what the engine itself vetoed, where the guard's rules say nothing of that resource. */
export function vetoRefusals(
  errors: readonly EngineError[],
  known: readonly Refusal[],
  steps: readonly Step[],
): Refusal[] {
  const named = new Set(known.map((refusal) => refusal.urn));
  const refusals: Refusal[] = [];
  for (const error of errors) {
    const veto = vetoes.find((candidate) => candidate.pattern.test(error.message));
    if (veto === undefined || error.urn === undefined || named.has(error.urn)) {
      continue;
    }
    named.add(error.urn);
    // The last: where the program runs during a destroy, the first only says that the resource was found.
    const step = steps.findLast((candidate) => candidate.urn === error.urn);
    refusals.push({
      urn: error.urn,
      id: step?.old?.id ?? null,
      type: step?.type ?? typeOf(error.urn),
      op: step?.op ?? "delete",
      rule: veto.rule,
      loses: `The resource itself${step?.old === undefined ? "" : `, ${step.old.id ?? "not made yet"}`}.`,
      why: error.message,
      safeWay: veto.safeWay,
    });
  }
  return refusals;
}

/**
 * The removal of everything in a checkpoint that a vetoed plan did not come to speak of. The engine stops planning at the first
 * deletion that a hook refuses, also one that a state has from another program; with this the rest can be judged too, so that a
 * person sees all of it at once. What is protected stops no preview.
 */
export function removals(
  resources: readonly CheckpointResource[],
  planned: readonly Step[],
): readonly PlannedStep[] {
  const spoken = new Set(planned.map((step) => step.urn));
  return resources
    .filter((resource) => resource.external !== true && !spoken.has(resource.urn))
    .map(deletionOf);
}

/** A step with what the checkpoint has under its URN as what there was. */
export function withOld(step: PlannedStep, resources: readonly CheckpointResource[]): PlannedStep {
  const found = resources.find(({ urn, delete: isGone }) => urn === step.urn && isGone !== true);
  return found === undefined ? step : { ...step, old: deletionOf(found).old };
}

/** What the deletion of a resource of the state would be as a step. */
export function deletionOf(resource: CheckpointResource): PlannedStep {
  return {
    urn: resource.urn,
    type: resource.type,
    name: nameOf(resource.urn),
    op: "delete",
    parent: resource.parent ?? "",
    old: {
      id: resource.id ?? null,
      protect: resource.protect === true,
      retainOnDelete: resource.retainOnDelete === true,
      provider: resource.provider,
      inputs: resource.inputs ?? {},
      outputs: resource.outputs ?? {},
    },
    replaceKeys: [],
    changedKeys: [],
    paths: [],
    restated: [],
    forcing: [],
  };
}

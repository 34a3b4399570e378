import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import type * as factsModule from "../../rehearsal/catalogue/facts";
import { createRequire } from "node:module";
import type { ResourceState } from "../../guard/step";
import { differences, overlap, topOf } from "./differences";
import { holdsSecret, masked, secretMask } from "./masked";
import { nameOf, resourceState } from "./plan";

const load = createRequire(__filename);

/** A property that is not as the state had it; secrets masked, null where there is nothing. */
export interface PropertyMove {
  /** `versioning.enabled`, `ingress[0].cidrBlocks`, `tags["a.b"]`. */
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Whether the provider sees a difference. Where it sees none, two writings may be the same, or it is meant to move. */
  readonly isSeen: boolean;
}

/** A resource that the cloud has otherwise than the state had it. */
export interface Move {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As the state had it. */
  readonly id: string | null;
  /** Whether the cloud has it no more. */
  readonly isGone: boolean;
  /** Empty for what is gone. */
  readonly properties: readonly PropertyMove[];
  /** As the state had it; secrets blinded, as the engine's events have them. */
  readonly old: ResourceState;
  /** As the cloud has it; absent for what is gone. */
  readonly new?: ResourceState;
}

/**
 * What a run of the engine that read the cloud first has found otherwise than the state had it, by URN.
 *
 * What the program does not give counts where it could be given: the rest the cloud computes, and nobody has moved it.
 */
export function movesIn(events: readonly EngineEvent[]): readonly Move[] {
  return events
    .flatMap(({ resOutputsEvent }) => {
      const step = resOutputsEvent?.metadata;
      return step?.op === "refresh" && step.old?.custom === true ? moveOf(step, step.old) : [];
    })
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}

/** Whether a run of the engine has read what the state has, before it planned. */
export function hasReadings(events: readonly EngineEvent[]): boolean {
  return events.some(({ resOutputsEvent }) => {
    const step = resOutputsEvent?.metadata;
    return step?.op === "refresh" && step.old?.custom === true;
  });
}

function moveOf({ urn, type, new: found, ...step }: StepEventMetadata, old: StepEventStateMetadata): Move[] {
  const [before, after] = [resourceState(old), resourceState(found)];
  if (before === undefined) {
    return [];
  }
  const move = { urn, type, name: nameOf(urn), id: before.id, isGone: after === undefined, old: before };
  if (after === undefined) {
    return [{ ...move, properties: [] }];
  }
  const properties = [
    ...(before.id === after.id ? [] : [{ path: "id", from: before.id, to: after.id, isSeen: true }]),
    ...givenMoves(step, before, after),
    ...otherMoves(type, before, after),
  ];
  return properties.length === 0 ? [] : [{ ...move, properties, new: after }];
}

/** Of what the program gives. */
function givenMoves(
  { detailedDiff, diffs }: Pick<StepEventMetadata, "detailedDiff" | "diffs">,
  old: ResourceState,
  found: ResourceState,
): PropertyMove[] {
  const seen = [...new Set([...Object.keys(detailedDiff ?? {}), ...(diffs ?? [])])];
  const had = masked(old.inputs);
  const moves = differences(had, masked(found.inputs)).map((move) => ({
    ...move,
    isSeen: seen.some((path) => overlap(move.path, path)),
  }));
  // Of a secret no event tells the value; that it differs, the provider does.
  const secret = seen
    .filter((path) => holdsSecret(had[topOf(path)]) && !moves.some((move) => overlap(move.path, path)))
    .map((path) => ({ path, from: secretMask, to: secretMask, isSeen: true }));
  // All tags, the provider's own among them, tell a moved tag once more.
  const all = [...moves, ...secret];
  const isTold = (path: string): boolean => all.some((other) => other.path === path);
  return all.filter(({ path }) => !path.startsWith("tagsAll") || !isTold(path.replace(/^tagsAll/, "tags")));
}

/** Of what the program could give, and does not. */
function otherMoves(type: string, old: ResourceState, found: ResourceState): PropertyMove[] {
  const inputs = { ...old.inputs, ...found.inputs };
  return differences(masked(old.outputs), masked(found.outputs))
    .filter(
      ({ path }) => !(topOf(path) in inputs) && topOf(path) !== "tagsAll" && isSettable(type, topOf(path)),
    )
    .map((move) => ({ ...move, isSeen: true }));
}

function isSettable(type: string, property: string): boolean {
  const { typeFacts } = load("../../rehearsal/catalogue/facts") as typeof factsModule;
  return typeFacts(type)?.inputs[property] !== undefined;
}

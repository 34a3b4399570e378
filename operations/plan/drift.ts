import type { Refusal, Step } from "../../guard/step";
import { mayWait, reasonOf } from "./moves-by-design";
import { overlap } from "./differences";
import type { Move, PropertyMove } from "./moves";
import { strangersIn } from "./own-parts";
import type { Plan, PlannedStep } from "./plan";

/** What the run does about something that has moved. */
export type WillBe =
  /** Set to what the file says. */
  | "put back"
  | "made anew"
  /** Left as the cloud has it; `up` writes that into the state. */
  | "kept"
  /** Set by a run before, and pending until RDS's maintenance window: nothing has moved. */
  | "waits"
  /** The run is refused because of it. */
  | "refused"
  | "deleted"
  /** It is gone, and nobody wants it any more. */
  | "nothing";

/** A property that has moved outside, and what becomes of that. */
export interface DriftedProperty extends Pick<PropertyMove, "path" | "from" | "to"> {
  readonly willBe: WillBe;
  /** Where it may be no drift at all: what a person has to know, as a clause. */
  readonly note?: string;
}

/** A resource that was moved outside. */
export interface DriftEntry extends Pick<Move, "urn" | "type" | "name" | "id" | "isGone"> {
  /** Empty for what is gone. */
  readonly properties: readonly DriftedProperty[];
  readonly willBe: WillBe;
}

/** A property that has moved, and nobody need look at it. */
export interface MovedByDesign
  extends Pick<Move, "urn" | "type" | "name" | "id">, Pick<PropertyMove, "path" | "from" | "to"> {
  readonly reason: string;
}

/** What has moved outside of runs since the last one that read the cloud. */
export interface Drift {
  readonly moved: readonly DriftEntry[];
  readonly byDesign: readonly MovedByDesign[];
}

/** Of several things that become of the properties of a resource, the first tells most. */
const telling: readonly WillBe[] = [
  "refused",
  "made anew",
  "deleted",
  "put back",
  "kept",
  "waits",
  "nothing",
];

/** What moved outside, with what the plan does about it. */
export function driftOf(
  moves: readonly Move[],
  { steps, outcome }: Pick<Plan, "steps" | "outcome">,
  refusals: readonly Pick<Refusal, "urn">[],
): Drift {
  const refused = new Set(refusals.map(({ urn }) => urn));
  const byUrn = new Map(outcome.map((step) => [step.urn, step]));
  const moved: DriftEntry[] = [];
  const byDesign: MovedByDesign[] = [];
  for (const move of moves) {
    const { urn, type, name, id, isGone } = move;
    const step = byUrn.get(urn);
    const isRefused = refused.has(urn);
    if (isGone) {
      moved.push({ urn, type, name, id, isGone, properties: [], willBe: ofGone(step, isRefused) });
      continue;
    }
    const told: DriftedProperty[] = [];
    for (const property of move.properties) {
      const willBe = ofProperty(property, step, isRefused);
      const what = willBe === "kept" ? accounted(property, move, steps) : property;
      if ("reason" in what) {
        byDesign.push({ urn, type, name, id, ...pick(property), reason: what.reason });
      } else if (willBe !== "kept" || what.isSeen) {
        const note = willBe === "put back" ? mayWait(property, move) : undefined;
        told.push({ ...pick(what), willBe, ...(note !== undefined && { note }) });
      }
    }
    if (told.length > 0) {
      const willBe = telling.find((one) => told.some((property) => property.willBe === one)) ?? "kept";
      moved.push({ urn, type, name, id, isGone, properties: told, willBe });
    }
  }
  return { moved, byDesign };
}

/** Whether `up` has something to write into the state though it changes nothing. */
export function isToBeRecorded({ moved }: Drift): boolean {
  return moved.some(({ willBe, properties }) =>
    [willBe, ...properties.map((property) => property.willBe)].some(
      (one) => one === "kept" || one === "nothing",
    ),
  );
}

function pick({ path, from, to }: PropertyMove): Pick<PropertyMove, "path" | "from" | "to"> {
  return { path, from, to };
}

/** Only what a run leaves alone is by design: what it would change, or is refused for, a person has to know. */
function accounted(
  property: PropertyMove,
  move: Move,
  steps: readonly Step[],
): PropertyMove | { readonly reason: string } {
  const reason = reasonOf(property, move);
  if (reason !== undefined) {
    return { reason };
  }
  const strangers = strangersIn(move, property, steps);
  if (strangers === undefined) {
    return property;
  }
  return strangers.length > 0
    ? { ...property, from: null, to: strangers }
    : { reason: "It shows what other resources of the stack are. Each of them is read by itself." };
}

function ofGone(step: PlannedStep | undefined, isRefused: boolean): WillBe {
  if (isRefused) {
    return "refused";
  }
  return step?.op === "create" || step?.op === "replace" || step?.op === "import" ? "made anew" : "nothing";
}

function ofProperty({ path }: PropertyMove, step: PlannedStep | undefined, isRefused: boolean): WillBe {
  switch (step?.op) {
    case "replace":
      return isRefused ? "refused" : "made anew";
    case "delete":
      return isRefused ? "refused" : "deleted";
    case "update": {
      const isTouched = step.paths.some((other) => overlap(path, other));
      return isTouched ? (isRefused ? "refused" : "put back") : "kept";
    }
    default:
      return isRefused ? "refused" : "kept";
  }
}

import type { StepOperation } from "../../guard/step";
import { isComponent } from "../plan/changes";
import { shortType, stackType, type PlannedStep } from "../plan/plan";

/** What becomes of a resource; `refused`: the plan would have done something to it, and does nothing. */
export type Fate = StepOperation | "refused";

/** A resource with what has to be there before it, by their URNs. */
export interface Dependent {
  readonly urn: string;
  readonly dependencies?: readonly string[] | null;
}

/** A resource as the page shows it. Others are named by their place in the list. */
export interface PageResource {
  readonly urn: string;
  readonly name: string;
  /** As the engine's display shows it. */
  readonly type: string;
  /** Null before creation. */
  readonly id: string | null;
  readonly fate: Fate;
  /** A part of the program, with resources in it; nothing in a cloud. */
  readonly isComponent: boolean;
  /** The component around it; null at the top. */
  readonly within: number | null;
  /** What has to be there before it. */
  readonly needs: readonly number[];
}

/** What a plan leaves standing, changes and takes away, each once, in an order that the same stack always has. */
export function resourcesOf(
  steps: readonly PlannedStep[],
  graph: readonly Dependent[],
  refused: ReadonlySet<string>,
): readonly PageResource[] {
  const dependencies = new Map(graph.map((one) => [one.urn, one.dependencies ?? []]));
  const byUrn = new Map<string, PlannedStep>();
  for (const step of steps) {
    // A deletion of what an earlier replacement has left goes under the same URN.
    if (isShown(step) && (!byUrn.has(step.urn) || step.op !== "delete")) {
      byUrn.set(step.urn, step);
    }
  }
  const shown = [...byUrn.values()].sort((a, b) => byText.compare(sortKey(a), sortKey(b)));
  const places = new Map(shown.map(({ urn }, place) => [urn, place]));
  return shown.map((step) => {
    const { urn, name, type, op, parent } = step;
    // What a provider needs, such as the cluster whose API it talks to, everything needs that is made by it.
    const needed = [urn, providerOf(step)]
      .flatMap((waiting) => dependencies.get(waiting) ?? [])
      .flatMap((other) => (other === urn ? [] : (places.get(other) ?? [])));
    return {
      ...{ urn, name, type: shortType(type), fate: refused.has(urn) ? "refused" : op },
      id: step.old?.id ?? step.new?.id ?? null,
      isComponent: isComponent(type),
      within: around(parent, steps, places),
      needs: [...new Set(needed)].sort((a, b) => a - b),
    };
  });
}

const byText = new Intl.Collator("en", { numeric: true });

function sortKey({ type, name, urn }: PlannedStep): string {
  return `${type} ${name} ${urn}`;
}

function providerOf({ old, new: wanted }: PlannedStep): string {
  return ((wanted ?? old)?.provider ?? "").split("::").slice(0, -1).join("::");
}

/** Providers are connections to clouds, and the stack is the page itself. */
function isShown({ type }: PlannedStep): boolean {
  return type !== stackType && !isProvider(type);
}

export function isProvider(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}

/** The nearest component that a resource is in: some resources have a parent that is none. */
function around(
  parent: string,
  steps: readonly PlannedStep[],
  places: ReadonlyMap<string, number>,
): number | null {
  for (let urn = parent; urn !== "";) {
    const step = steps.find((one) => one.urn === urn);
    if (step === undefined) {
      return null;
    }
    if (isComponent(step.type)) {
      return places.get(urn) ?? null;
    }
    urn = step.parent;
  }
  return null;
}

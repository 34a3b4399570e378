import { orderRule } from "./forced-order";
import type { EdgeKind, RunResource } from "./run-graph";

/** Another resource that one waits for, by its URN. */
export interface Edge {
  readonly urn: string;
  readonly kind: EdgeKind;
}

/** Everything that a resource waits for when it is made, and that has to wait for it when it goes; each once, with the best reason. */
export function edgesOf(resource: RunResource): readonly Edge[] {
  const { parent, provider, givers, dependencies } = resource;
  const edges = new Map<string, EdgeKind>();
  const add = (urn: string, kind: EdgeKind): void => {
    if (urn !== "" && !edges.has(urn)) edges.set(urn, kind);
  };
  // A parent is there for its children, and takes no time where it is a component.
  add(parent, "forced");
  add(provider, "forced");
  givers.forEach((urn) => add(urn, "forced"));
  dependencies.forEach((urn) => add(urn, orderRule(resource.type, urn) === undefined ? "ours" : "declared"));
  return [...edges].map(([urn, kind]) => ({ urn, kind }));
}

/**
 * What the clouds alone force: the edges with a value, and those that a rule demands, also where they only follow from several of
 * ours. By the URN of what waits.
 */
export function forcedEdges(resources: readonly RunResource[]): ReadonlyMap<string, readonly Edge[]> {
  const own = new Map(resources.map((resource) => [resource.urn, edgesOf(resource)]));
  const before = new Map<string, ReadonlySet<string>>();
  const ancestors = (urn: string): ReadonlySet<string> => {
    const known = before.get(urn);
    if (known !== undefined) return known;
    // For the case that two wait for each other, which whoever makes a schedule of it says.
    before.set(urn, new Set());
    const found = new Set<string>();
    for (const edge of own.get(urn) ?? []) {
      found.add(edge.urn);
      ancestors(edge.urn).forEach((further) => found.add(further));
    }
    before.set(urn, found);
    return found;
  };
  return new Map(
    resources.map((resource) => {
      const forced = (own.get(resource.urn) ?? []).filter(({ kind }) => kind !== "ours");
      const implied = [...ancestors(resource.urn)]
        .filter((urn) => orderRule(resource.type, urn) !== undefined)
        .map((urn): Edge => ({ urn, kind: "declared" }));
      return [resource.urn, [...forced, ...implied]];
    }),
  );
}

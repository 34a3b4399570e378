import type { Fate, PageResource } from "./resources";

/** Something that stands in a scene: one resource, or several that one goes into. */
export interface SceneNode {
  readonly label: string;
  /** `Network`, `aws:ec2:Subnet`; of several resources of one type their type. */
  readonly kind: string;
  /** The resource, or the component itself; null for several resources. */
  readonly resource: number | null;
  /** The scene inside; null where there is none. */
  readonly opens: number | null;
  /** How many resources, itself included where it is none of the program's own, by what becomes of them. */
  readonly fates: Readonly<Partial<Record<Fate, number>>>;
}

/** What there is in one component, or in one group of like resources, and what of it needs what. */
export interface Scene {
  readonly title: string;
  /** The scene around it; null for the whole stack. */
  readonly within: number | null;
  readonly nodes: readonly SceneNode[];
  /** Places in `nodes`: the first has to be there before the second. What follows from others is left out. */
  readonly edges: readonly (readonly [number, number])[];
}

/** From so many like resources on, in one component and with one fate, they are one node. */
const bundled = 3;

/** The scenes of a stack; the first is the stack. */
export function scenesOf(stack: string, resources: readonly PageResource[]): readonly Scene[] {
  const scenes: Scene[] = [];
  const children = new Map<number | null, number[]>();
  resources.forEach(({ within }, place) => children.set(within, [...(children.get(within) ?? []), place]));

  const add = (
    title: string,
    within: number | null,
    members: readonly number[],
    { component, isBundle = false }: { readonly component?: string; readonly isBundle?: boolean } = {},
  ): number => {
    const at = scenes.length;
    // Its place is taken before those inside take theirs.
    scenes.push({ title, within, nodes: [], edges: [] });
    const groups = isBundle ? members.map((member) => [member]) : bundles(members, resources);
    const nodeOf = new Map<number, number>();
    const nodes = groups.map((group, node) => {
      const inside = group.flatMap((member) => [member, ...below(member, children)]);
      inside.forEach((member) => nodeOf.set(member, node));
      return nodeFor(group, inside);
    });
    const wanted = resources.flatMap(({ needs }, later) =>
      needs.map((earlier) => [nodeOf.get(earlier), nodeOf.get(later)] as const),
    );
    scenes[at] = { title, within, nodes, edges: withoutFollowing(distinct(wanted)) };
    return at;

    function nodeFor(group: readonly number[], inside: readonly number[]): SceneNode {
      const [first = 0] = group;
      const { name, type, isComponent } = resources[first] as PageResource;
      const fates = fatesOf(inside.map((member) => resources[member] as PageResource));
      if (group.length > 1) {
        const label = `${group.length} × ${type.split(":").at(-1) ?? type}`;
        return {
          label,
          kind: type,
          resource: null,
          opens: add(label, at, group, { component, isBundle: true }),
          fates,
        };
      }
      const own = children.get(first) ?? [];
      const opens = isComponent && own.length > 0 ? add(name, at, own, { component: name }) : null;
      const kind = isComponent ? (type.split(":").at(-1) ?? type) : type;
      return { label: shortened(name, component), kind, resource: first, opens, fates };
    }
  };
  add(stack, null, children.get(null) ?? []);
  return scenes;
}

/** Without the name of the component around it, with which nearly every name in it begins. */
function shortened(name: string, component: string | undefined): string {
  return component !== undefined && name.startsWith(`${component}-`)
    ? name.slice(component.length + 1)
    : name;
}

/** Like resources together; each component alone. */
function bundles(members: readonly number[], resources: readonly PageResource[]): readonly number[][] {
  const groups = new Map<string, number[]>();
  for (const member of members) {
    const { type, fate, isComponent, urn } = resources[member] as PageResource;
    const key = isComponent ? urn : `${fate} ${type}`;
    groups.set(key, [...(groups.get(key) ?? []), member]);
  }
  return [...groups.values()].flatMap((group) =>
    group.length < bundled ? group.map((member) => [member]) : [group],
  );
}

function below(place: number, children: ReadonlyMap<number | null, readonly number[]>): number[] {
  return (children.get(place) ?? []).flatMap((child) => [child, ...below(child, children)]);
}

function fatesOf(resources: readonly PageResource[]): Partial<Record<Fate, number>> {
  const fates: Partial<Record<Fate, number>> = {};
  // What is only there stands last.
  const inOrder = [...resources].sort((a, b) => Number(a.fate === "same") - Number(b.fate === "same"));
  for (const { fate, isComponent } of inOrder) {
    if (!isComponent) {
      fates[fate] = (fates[fate] ?? 0) + 1;
    }
  }
  return fates;
}

type Edge = readonly [number, number];

function distinct(edges: readonly (readonly [number | undefined, number | undefined])[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const [from, to] of edges) {
    if (from !== undefined && to !== undefined && from !== to) {
      found.set(`${from} ${to}`, [from, to]);
    }
  }
  return [...found.values()].sort(([a, b], [c, d]) => a - c || b - d);
}

/**
 * Without what others say already: where A is before B and B before C, that A is before C. Components may need each other, each for
 * another resource of theirs; what is in such a circle stays.
 */
function withoutFollowing(edges: readonly Edge[]): readonly Edge[] {
  const next = new Map<number, number[]>();
  for (const [from, to] of edges) {
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const reach = new Map<number, ReadonlySet<number>>();
  const reachedFrom = (start: number): ReadonlySet<number> => {
    const known = reach.get(start);
    if (known !== undefined) {
      return known;
    }
    const seen = new Set<number>();
    const open = [...(next.get(start) ?? [])];
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      if (!seen.has(node)) {
        seen.add(node);
        open.push(...(next.get(node) ?? []));
      }
    }
    reach.set(start, seen);
    return seen;
  };
  return edges.filter(([from, to]) => {
    const isInCircle = (node: number): boolean => reachedFrom(node).has(node);
    return (
      isInCircle(from) ||
      isInCircle(to) ||
      !(next.get(from) ?? []).some(
        (other) => other !== to && !isInCircle(other) && reachedFrom(other).has(to),
      )
    );
  });
}

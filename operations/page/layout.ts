import { createRequire } from "node:module";
import type { Scene, SceneNode } from "./scenes";

/** What is used of dagre. Its own declarations are those of an ES module, with paths that cannot be followed from here. */
interface Dagre {
  readonly Graph: new () => DagreGraph;
  layout(graph: DagreGraph): void;
}

interface DagreGraph {
  setGraph(options: Readonly<Record<string, unknown>>): void;
  setNode(name: string, size: { readonly width: number; readonly height: number }): void;
  setEdge(from: string, to: string, label: object): void;
  /** How large it has become. */
  graph(): { readonly width: number; readonly height: number };
  /** The middle of a node. */
  node(name: string): Point;
  edge(from: string, to: string): { readonly points: readonly Point[] };
}

const dagre = createRequire(__filename)("@dagrejs/dagre") as Dagre;

/** A node with its place, in CSS pixels; `x` and `y` are its upper left corner. */
interface PlacedNode extends SceneNode {
  readonly x: number;
  readonly y: number;
}

/** A scene of which each node has its place. */
export interface PlacedScene extends Omit<Scene, "nodes" | "edges"> {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface PlacedEdge {
  readonly from: number;
  readonly to: number;
  /** Corners of its way, `x` and `y` of one after the other. */
  readonly points: readonly number[];
}

/** All nodes are of one size, in CSS pixels: the style sheet of the page has it too. */
const node = { width: 208, height: 68 };
const gap = { beside: 20, between: 56, around: 16 };

/** Nodes from what is needed on the left to what needs it on the right; what needs nothing and is not needed stands below, in rows. */
export function placed({ nodes, edges, ...scene }: Scene): PlacedScene {
  const wired = new Set(edges.flat());
  const graph = new dagre.Graph();
  graph.setGraph({
    rankdir: "LR",
    nodesep: gap.beside,
    ranksep: gap.between,
    edgesep: gap.beside / 2,
    marginx: gap.around,
    marginy: gap.around,
  });
  nodes.forEach((_, place) => {
    if (wired.has(place)) {
      graph.setNode(String(place), { ...node });
    }
  });
  edges.forEach(([from, to]) => graph.setEdge(String(from), String(to), {}));
  if (wired.size > 0) {
    dagre.layout(graph);
  }
  const drawn = wired.size > 0 ? graph.graph() : { width: 0, height: 0 };
  const grid = gridOf(nodes.length - wired.size, drawn);
  let free = 0;
  const at = nodes.map((one, place): PlacedNode => {
    if (!wired.has(place)) {
      return { ...one, ...grid.placeOf(free++) };
    }
    const { x, y } = graph.node(String(place));
    return { ...one, x: Math.round(x - node.width / 2), y: Math.round(y - node.height / 2) };
  });
  return {
    ...scene,
    width: Math.round(Math.max(drawn.width, grid.width)),
    height: Math.round(Math.max(drawn.height, grid.bottom)),
    nodes: at,
    edges: edges.map(([from, to]) => {
      const { points } = graph.edge(String(from), String(to));
      const [start, end] = ends(at[from] as PlacedNode, at[to] as PlacedNode);
      const way = [start, ...crossed(points, start.x > end.x), end];
      return { from, to, points: way.flatMap(({ x, y }) => [Math.round(x), Math.round(y)]) };
    }),
  };
}

/** From the middle of one side to the middle of the other; in a circle one of them goes back. */
function ends(from: PlacedNode, to: PlacedNode): readonly [Point, Point] {
  const isBack = to.x < from.x;
  return [
    { x: isBack ? from.x : from.x + node.width, y: from.y + node.height / 2 },
    { x: isBack ? to.x + node.width : to.x, y: to.y + node.height / 2 },
  ];
}

/**
 * Where an edge goes through the columns between its ends, straight across each. The layout has corners between the columns as well, for
 * labels, of which there are none.
 */
function crossed(points: readonly Point[], isBack: boolean): Point[] {
  const half = isBack ? -node.width / 2 : node.width / 2;
  return points
    .slice(1, -1)
    .filter((_, place) => place % 2 === 1)
    .flatMap(({ x, y }) => [
      { x: x - half, y },
      { x: x + half, y },
    ]);
}

/** As wide as what is above it, and four at least. */
function gridOf(
  many: number,
  above: { readonly width: number; readonly height: number },
): { width: number; bottom: number; placeOf(index: number): { x: number; y: number } } {
  const column = node.width + gap.beside;
  const row = node.height + gap.beside;
  const fitting = Math.floor((above.width - 2 * gap.around + gap.beside) / column);
  const columns = Math.max(1, Math.min(many, Math.max(4, fitting)));
  const top = above.height === 0 ? gap.around : above.height + gap.beside;
  return {
    width: many === 0 ? 0 : 2 * gap.around + columns * column - gap.beside,
    bottom: many === 0 ? 0 : top + Math.ceil(many / columns) * row - gap.beside + gap.around,
    placeOf: (index) => ({
      x: gap.around + (index % columns) * column,
      y: top + Math.floor(index / columns) * row,
    }),
  };
}

import { edgesOf, type Edge } from "./edges";
import type { EdgeKind, RunGraph, RunResource } from "./run-graph";
import type { Task, Wait } from "./schedule";
import { secondsOf } from "./step-seconds";

/** A replacement that makes the new one first is two steps: `replace`, and in the end `delete`. */
export type TimedOperation = "create" | "update" | "replace" | "delete" | "import" | "read";

/** A task with what it stands for; without a resource it is the end of a round of deletions. */
export interface RunTask extends Task {
  readonly resource?: RunResource;
  readonly op?: TimedOperation;
}

/** What the clouds force, by the URN of what waits. */
export type Forced = ReadonlyMap<string, readonly Edge[]>;

/** What the program registers, in its order, and then the deletions in the engine's rounds. */
export function tasksOf(graph: RunGraph, forced: Forced): readonly RunTask[] {
  const made = graph.resources.filter(({ op }) => op !== "delete");
  const place = new Map(made.map(({ urn }, index) => [urn, index]));
  const tasks: RunTask[] = made.map((resource) => ({
    ...making(resource),
    resource,
    waits: waitsOf(resource, forced, place),
  }));
  const ending = tasks.map((_, on): Wait => ({ on, kind: "engine" }));
  let before = ending;
  for (const round of roundsOf(graph)) {
    const barrier = tasks.push({ seconds: 0, waits: before }) - 1;
    const first = tasks.length;
    for (const resource of round) {
      tasks.push({
        resource,
        op: "delete",
        seconds: deletionSeconds(resource, graph),
        waits: [{ on: barrier, kind: "engine" }],
      });
    }
    before = round.map((_, index): Wait => ({ on: first + index, kind: "engine" }));
  }
  return tasks;
}

/** What it takes to make or change a resource, and what is said of it. */
function making(resource: RunResource): { readonly op?: TimedOperation; readonly seconds: number } {
  const { op, custom, deletesFirst } = resource;
  if (!custom || op === "same" || op === "delete" || op === "refresh") return { seconds: 0 };
  const create = secondsOf(resource, "create");
  if (op === "replace") {
    return { op, seconds: create + (deletesFirst === true ? secondsOf(resource, "delete") : 0) };
  }
  if (op === "update") return { op, seconds: secondsOf(resource, "update") };
  return { op, seconds: op === "create" ? create : 1 };
}

function waitsOf(resource: RunResource, forced: Forced, place: ReadonlyMap<string, number>): Wait[] {
  const { after } = resource;
  const turn: Edge[] = after === undefined ? [] : [{ urn: after, kind: "ours" }];
  return [...edgesOf(resource), ...turn, ...(forced.get(resource.urn) ?? [])].flatMap(({ urn, kind }) => {
    const on = place.get(urn);
    return on === undefined ? [] : [{ on, kind }];
  });
}

/**
 * Deletions as the engine takes them: in rounds, those first that are furthest from what depends on nothing. A round begins when the
 * one before has ended (pulumi, pkg/resource/deploy/step_generator.go, ScheduleDeletes).
 */
function roundsOf({ resources }: RunGraph): readonly (readonly RunResource[])[] {
  const going = resources.filter(
    ({ op, deletesFirst }) => op === "delete" || (op === "replace" && deletesFirst !== true),
  );
  const byUrn = new Map(going.map((resource) => [resource.urn, resource]));
  const depths = new Map<string, number>();
  const depthOf = (resource: RunResource): number => {
    const known = depths.get(resource.urn);
    if (known !== undefined) return known;
    depths.set(resource.urn, 0);
    const { deletedWith = "" } = resource;
    const below = [...edgesOf(resource).map(({ urn }) => urn), deletedWith].flatMap((urn) => {
      const found = byUrn.get(urn);
      return found === undefined ? [] : [depthOf(found) + 1];
    });
    const depth = Math.max(0, ...below);
    depths.set(resource.urn, depth);
    return depth;
  };
  const rounds: RunResource[][] = [];
  for (const resource of going) (rounds[depthOf(resource)] ??= []).push(resource);
  return rounds.reverse();
}

function deletionSeconds(resource: RunResource, { resources }: RunGraph): number {
  const { custom, deletedWith } = resource;
  const goesAlong = resources.some(({ urn, op }) => urn === deletedWith && op === "delete");
  return custom && !goesAlong ? secondsOf(resource, "delete") : 0;
}

/** The same work where only the clouds' own order counts: nothing of ours, no rounds, and as many hands as it takes. */
export function forcedAlone(graph: RunGraph, forced: Forced): readonly Task[] {
  const { resources } = graph;
  const edges = (urn: string): readonly Edge[] => forced.get(urn) ?? [];
  const place = new Map(resources.map(({ urn }, index) => [urn, index]));
  const wait = (at: number | undefined, kind: EdgeKind): Wait[] =>
    at === undefined ? [] : [{ on: at, kind }];
  const made = resources.map((resource): Task => ({
    seconds: making(resource).seconds,
    waits:
      resource.op === "delete"
        ? []
        : edges(resource.urn).flatMap(({ urn, kind }) => wait(place.get(urn), kind)),
  }));
  const going = roundsOf(graph).flat();
  const deletion = new Map(going.map(({ urn }, index) => [urn, made.length + index]));
  const waits = new Map<string, Wait[]>();
  for (const { urn: dependent } of going) {
    for (const { urn, kind } of edges(dependent)) {
      waits.set(urn, [...(waits.get(urn) ?? []), ...wait(deletion.get(dependent), kind)]);
    }
  }
  return [
    ...made,
    ...going.map((resource): Task => ({
      seconds: deletionSeconds(resource, graph),
      // A replacement's old one goes when the new one is there.
      waits: [
        ...(waits.get(resource.urn) ?? []),
        ...(resource.op === "replace" ? wait(place.get(resource.urn), "forced") : []),
      ],
    })),
  ];
}

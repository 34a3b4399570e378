import { usualParallelism } from "../engine/engine-access";
import { edgesOf, forcedEdges } from "./edges";
import { orderRule } from "./forced-order";
import type { EdgeKind, RunGraph, RunResource } from "./run-graph";
import { forcedAlone, tasksOf, type RunTask, type TimedOperation } from "./run-tasks";
import { lengthOf, longestWay, scheduled, type Slot, type Wait } from "./schedule";

/** One step of a run in time. Seconds are counted from the beginning of the run, after its preview. */
export interface TimedStep {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly op: TimedOperation;
  readonly startsAt: number;
  readonly seconds: number;
}

/** One step of those that determine how long the run takes. */
export interface CriticalStep {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly startsAt: number;
  readonly seconds: number;
  /** URN of the step before it on the path; absent for the first. */
  readonly waitsFor?: string;
  /** Why it waits for that; absent for the first. */
  readonly edge?: EdgeKind;
  /** Of a declared edge: why the cloud demands it. */
  readonly why?: string;
}

/** Dependencies of one resource that make the run longer and that no cloud asks for. */
interface FalseEdge {
  /** URN of what waits. */
  readonly urn: string;
  /** URNs of what it waits for. */
  readonly waitsFor: readonly string[];
  /** How much shorter the run would be without them, and without those before them in the list. */
  readonly seconds: number;
}

/** A run as its graph forces it. The document of `timeline STACK --json`. */
export interface Timeline {
  readonly stack: string;
  /** `stand-up`: nothing of it is there; `change`: something is. */
  readonly action: "stand-up" | "change" | "tear-down";
  /** How many resources the engine works on at a time. */
  readonly parallel: number;
  /** How long it takes with as many hands. */
  readonly seconds: number;
  /** With as many hands as it could use. */
  readonly unlimitedSeconds: number;
  /** The longest chain that the clouds themselves force. */
  readonly boundSeconds: number;
  /** `seconds` to `boundSeconds`, two decimals; 1 where nothing is to be done. */
  readonly ratio: number;
  readonly criticalPath: readonly CriticalStep[];
  readonly falseEdges: readonly FalseEdge[];
  /** Everything that takes time, by its start. */
  readonly steps: readonly TimedStep[];
}

/** How a run is going to be in time, and the graph that it follows from. */
export interface Prediction {
  readonly graph: RunGraph;
  readonly timeline: Timeline;
}

/** More of them one after the other than any program has. */
const mostFalseEdges = 200;

/**
 * Computes how a run goes in time. Pure: needs nothing but the graph, and asks nobody.
 *
 * The graph is `graphOfPlan(…)` of an update, made of what the engine plans, or `graphOfState(…)` of a destroy, made of what the last
 * checkpoint has (graph-readers.ts). Durations are those that the clouds' documents give (rehearsal/catalogue/durations.ts), and the
 * program's own waits (step-seconds.ts). Reading the cloud, the preview and questions to a person are not in it.
 *
 * @param parallel How many steps the engine takes at a time.
 * @throws Error when resources wait for each other in a circle.
 */
export function timelineOf(graph: RunGraph, parallel: number = usualParallelism): Timeline {
  const forced = forcedEdges(graph.resources);
  const tasks = tasksOf(graph, forced);
  const slots = scheduled(tasks, parallel);
  const unlimited = scheduled(tasks, Infinity);
  const bound = lengthOf(scheduled(forcedAlone(graph, forced), Infinity));
  const seconds = lengthOf(slots);
  return {
    stack: graph.stack,
    action: actionOf(graph),
    parallel,
    seconds,
    unlimitedSeconds: lengthOf(unlimited),
    boundSeconds: bound,
    ratio: bound === 0 ? 1 : Math.round((100 * seconds) / bound) / 100,
    criticalPath: criticalPathOf(tasks, unlimited),
    falseEdges: falseEdgesOf(tasks, bound),
    steps: tasks
      .flatMap((task, index) => timed(task, slots[index]))
      .sort((one, other) => one.startsAt - other.startsAt),
  };
}

function actionOf({ action, resources }: RunGraph): Timeline["action"] {
  if (action === "destroy") return "tear-down";
  return resources.some(({ op, custom }) => custom && op !== "create" && op !== "read")
    ? "change"
    : "stand-up";
}

function timed({ resource, op, seconds }: RunTask, slot: Slot | undefined): TimedStep[] {
  if (resource === undefined || op === undefined || slot === undefined || seconds === 0) return [];
  const { urn, type, name } = resource;
  return [{ urn, type, name, op, startsAt: slot.startsAt, seconds }];
}

const strength: readonly EdgeKind[] = ["forced", "declared", "ours", "engine"];

/** The way to the step that ends last, without what takes no time; an edge over such is as weak as its weakest part. */
function criticalPathOf(tasks: readonly RunTask[], slots: readonly Slot[]): readonly CriticalStep[] {
  const path: CriticalStep[] = [];
  let before: RunResource | undefined;
  let kind: EdgeKind = "forced";
  for (const index of longestWay(slots)) {
    const [task, slot] = [tasks[index], slots[index]];
    if (task === undefined || slot === undefined) continue;
    const own = slot.after?.kind ?? "forced";
    kind = strength.indexOf(own) > strength.indexOf(kind) ? own : kind;
    const { resource, seconds } = task;
    if (resource === undefined || seconds === 0) continue;
    const { urn, type, name } = resource;
    path.push({
      ...{ urn, type, name, startsAt: slot.startsAt, seconds },
      ...(before !== undefined && { waitsFor: before.urn, ...reason(resource, before, kind) }),
    });
    [before, kind] = [resource, "forced"];
  }
  return path;
}

/** Why a step waits for the one before it on the path. In a round of deletions that may depend on it. */
function reason(
  resource: RunResource,
  before: RunResource,
  edge: EdgeKind,
): { readonly edge: EdgeKind; readonly why?: string } {
  const turned =
    edge === "engine" ? edgesOf(before).find(({ urn }) => urn === resource.urn)?.kind : undefined;
  const kind = turned ?? edge;
  const rule =
    turned === undefined ? orderRule(resource.type, before.urn) : orderRule(before.type, resource.urn);
  return kind === "declared" && rule !== undefined ? { edge: kind, why: rule.why } : { edge: kind };
}

/** Takes away what is ours on the longest way, of one step after the other, until the rest is as short as the clouds let it be. */
function falseEdgesOf(all: readonly RunTask[], bound: number): readonly FalseEdge[] {
  const found: FalseEdge[] = [];
  let tasks = all;
  let slots = scheduled(tasks, Infinity);
  for (let tried = 0; tried < mostFalseEdges && lengthOf(slots) > bound; tried++) {
    const index = longestWay(slots).findLast((at) => slots[at]?.after?.kind === "ours");
    const resource = index === undefined ? undefined : tasks[index]?.resource;
    if (index === undefined || resource === undefined) break;
    const taken = heldUpBy(tasks[index]?.waits ?? [], slots);
    tasks = tasks.map((task, at) =>
      at === index ? { ...task, waits: task.waits.filter((wait) => !taken.includes(wait)) } : task,
    );
    const shorter = scheduled(tasks, Infinity);
    const seconds = lengthOf(slots) - lengthOf(shorter);
    const waitsFor = taken.flatMap(({ on }) => tasks[on]?.resource?.urn ?? []);
    found.push({ urn: resource.urn, waitsFor, seconds });
    slots = shorter;
  }
  return found;
}

/** The edges of ours without which a step could begin earlier: those that end later than everything else that it waits for. */
function heldUpBy(waits: readonly Wait[], slots: readonly Slot[]): readonly Wait[] {
  const ends = ({ on }: Wait): number => slots[on]?.endsAt ?? 0;
  const others = Math.max(0, ...waits.filter(({ kind }) => kind !== "ours").map(ends));
  return waits.filter((wait) => wait.kind === "ours" && ends(wait) > others);
}

import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { forcedEdges } from "./edges";
import type { Prediction } from "./timeline";
import { tasksOf, type RunTask } from "./run-tasks";
import { lengthOf, longestWay, scheduled, type Slot } from "./schedule";

/** What is still to come of a run. */
export interface Left {
  /** By the prediction, from now. */
  readonly seconds: number;
  /** URN of what comes next on the longest way; absent where what is under way comes last. */
  readonly next?: string;
  /** URN of what that waits for. */
  readonly waitsFor?: string;
}

const deletions: ReadonlySet<string> = new Set(["delete", "delete-replaced", "discard-replaced"]);

/** Follows a run against its prediction: what is done counts no longer, and what is under way for what is left of it. */
export class RunLeft {
  private readonly tasks: readonly RunTask[];
  private readonly began = new Map<number, number>();
  private readonly done = new Set<number>();

  /** @param now in milliseconds. */
  constructor(
    private readonly prediction: Prediction,
    private readonly now: () => number,
  ) {
    const { graph } = prediction;
    this.tasks = tasksOf(graph, forcedEdges(graph.resources));
  }

  /** How long a step is predicted to take, in seconds; undefined for what is not in the prediction. */
  secondsOf(step: Pick<StepEventMetadata, "urn" | "op">): number | undefined {
    return this.tasks[this.indexOf(step) ?? -1]?.seconds;
  }

  begin(step: Pick<StepEventMetadata, "urn" | "op">): void {
    const index = this.indexOf(step);
    if (index !== undefined && !this.began.has(index)) this.began.set(index, this.now());
  }

  end(step: Pick<StepEventMetadata, "urn" | "op">): void {
    const index = this.indexOf(step);
    if (index !== undefined) this.done.add(index);
  }

  /** From now to the end. What takes longer than predicted is expected to end at any moment. */
  left(): Left {
    const now = this.now();
    const tasks = this.tasks.map((task, index) => ({ ...task, seconds: this.secondsLeft(task, index, now) }));
    const slots = scheduled(tasks, this.prediction.timeline.parallel);
    return { seconds: lengthOf(slots), ...this.nextOn(slots) };
  }

  private secondsLeft({ seconds }: RunTask, index: number, now: number): number {
    if (this.done.has(index)) return 0;
    const since = this.began.get(index);
    return since === undefined ? seconds : Math.max(1, seconds - (now - since) / 1000);
  }

  private nextOn(slots: readonly Slot[]): Omit<Left, "seconds"> {
    const way = longestWay(slots).filter(
      (index) => !this.done.has(index) && (this.tasks[index]?.seconds ?? 0) > 0,
    );
    const place = way.findIndex((index) => !this.began.has(index));
    const [next, before] = [way[place], way[place - 1]].map(
      (index) => this.tasks[index ?? -1]?.resource?.urn,
    );
    return { ...(next !== undefined && { next }), ...(before !== undefined && { waitsFor: before }) };
  }

  /** A replacement that deletes first is one task. */
  private indexOf({ urn, op }: Pick<StepEventMetadata, "urn" | "op">): number | undefined {
    const isDeletion = deletions.has(op);
    const index = this.tasks.findIndex(
      ({ resource, op: planned }) => resource?.urn === urn && (planned === "delete") === isDeletion,
    );
    return index < 0 ? undefined : index;
  }
}

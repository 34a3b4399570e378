import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { count, duration, type Output } from "../terminal/output";
import { RunLeft } from "./left";
import { nameOf, shortType, whatOf, type Plan } from "./plan";
import type { Prediction } from "./timeline";
import { about } from "./timeline-report";
import { isCustom } from "./held-run";

/** A resource that the engine is working on. */
interface Running {
  readonly what: string;
  readonly since: number;
  /** How long it is predicted to take. */
  readonly seconds: number | undefined;
}

const doing: Readonly<Record<string, readonly [now: string, done: string]>> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["deleting", "deleted"],
  "create-replacement": ["creating the replacement of", "created the replacement of"],
  "delete-replaced": ["deleting the replaced", "deleted the replaced"],
  import: ["importing", "imported"],
};

/** How often what takes long is spoken of again. */
const reminderMilliseconds = 10_000;

/** Names of what is being worked on that fit a line. */
const namesShown = 2;

export interface ProgressOptions {
  /** What the run is held to: how many resources it changes. Default: not known, and nothing is counted. */
  readonly plan?: Pick<Plan, "outcome">;
  /** Aborted when a person asks the run to stop. */
  readonly stopping?: AbortSignal;
  /** How the run is predicted to go. Default: nothing is foretold. */
  readonly prediction?: Prediction;
  readonly now?: () => number;
}

/**
 * Tells on stderr what the engine does while it does it: a line when a resource is done or has failed, with the time
 * it took and how many there are, and what the program says itself. What is being worked on stands in a living line on a terminal;
 * elsewhere every ten seconds in a line for each.
 */
export class Progress {
  private readonly running = new Map<string, Running>();
  /** URNs, of a replacement when there is another. */
  private readonly done = new Set<string>();
  private readonly counts = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;
  private readonly now: () => number;
  private readonly started: number;
  private readonly total: number | undefined;
  private readonly left: RunLeft | undefined;
  private lastWord: number;

  constructor(
    private readonly output: Output,
    private readonly options: ProgressOptions = {},
  ) {
    this.now = options.now ?? Date.now;
    this.started = this.now();
    this.lastWord = this.started;
    this.total = options.plan?.outcome.filter(
      ({ op, type }) => op !== "same" && op !== "read" && isCustom(type),
    ).length;
    this.left = options.prediction && new RunLeft(options.prediction, this.now);
    this.timer = setInterval(() => this.tick(), 1000);
    this.timer.unref();
    options.stopping?.addEventListener("abort", this.onStop);
  }

  readonly onEvent = (event: EngineEvent): void => {
    const { diagnosticEvent: said } = event;
    // What the program says of itself while it waits for something.
    if (said?.severity === "info" && said.ephemeral !== true) {
      this.say(`  ${said.message.replace(/<\{%[^%]*%\}>/g, "").trim()}`);
    }
    const step =
      event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    const words = step === undefined ? undefined : doing[step.op];
    // Components and providers are the program's own; nothing happens in a cloud for them.
    if (step === undefined || words === undefined || !isCustom(step.type)) {
      return;
    }
    const key = `${step.op} ${step.urn}`;
    const what = `${shortType(step.type)} ${nameOf(step.urn)}`;
    if (event.resourcePreEvent !== undefined) {
      this.running.set(key, {
        what: `${words[0]} ${what}`,
        since: this.now(),
        seconds: this.left?.secondsOf(step),
      });
      this.left?.begin(step);
      return;
    }
    const started = this.running.get(key);
    if (started === undefined) {
      return;
    }
    this.running.delete(key);
    this.left?.end(step);
    const took = duration(this.now() - started.since);
    if (event.resOpFailedEvent !== undefined) {
      this.say(`  failed ${words[0]} ${what} after ${took}`);
    } else {
      this.say(`  ${this.counted(step)}${words[1]} ${what} (${took})`);
    }
  };

  /** `274 created in 1 min 40 s`; undefined where nothing was done. */
  summary(): string | undefined {
    const words = [...this.counts].map(([what, n]) => `${n} ${what}`);
    const predicted = this.options.prediction?.timeline.seconds ?? 0;
    const was = predicted === 0 ? "" : `; about ${about(predicted)} were predicted`;
    return words.length === 0
      ? undefined
      : `${words.join(", ")} in ${duration(this.now() - this.started)}${was}`;
  }

  stop(): void {
    clearInterval(this.timer);
    this.options.stopping?.removeEventListener("abort", this.onStop);
    this.output.live("");
  }

  /** `[137/274] `, where it is known how many there are. A replacement counts when there is another. */
  private counted({ op, urn }: StepEventMetadata): string {
    if (op === "delete-replaced") {
      return "";
    }
    this.done.add(urn);
    const what = op === "create-replacement" ? "replaced" : (doing[op]?.[1] ?? op);
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    return this.total === undefined ? "" : `[${this.done.size}/${this.total}] `;
  }

  private readonly onStop = (): void => {
    const names = this.names();
    this.say(
      names === ""
        ? "Stopping."
        : `Stopping when what has begun has ended: ${names}. Only then is it known what there is; a second Ctrl-C breaks off at once.`,
    );
  };

  /** `updating aws:rds:Instance database (40 s) and 3 more` */
  private names(): string {
    const all = [...this.running.values()].sort((a, b) => a.since - b.since);
    const shown = all.slice(0, namesShown).map((one) => this.timed(one));
    const more = all.length - shown.length;
    return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  }

  /** `updating aws:rds:Instance database (40 s of about 3 min)`: how long it takes is said where it is long. */
  private timed({ what, since, seconds = 0 }: Running): string {
    const predicted = seconds * 1000 >= reminderMilliseconds ? ` of about ${about(seconds)}` : "";
    return `${what} (${duration(this.now() - since)}${predicted})`;
  }

  /** `about 9 min left; then aws:eks:NodeGroup cluster-default, which waits for aws:eks:Cluster cluster`; nothing is left of less than a second. */
  private leftover(): string | undefined {
    const { seconds = 0, next, waitsFor } = this.left?.left() ?? {};
    if (seconds < 1) {
      return undefined;
    }
    const waits = waitsFor === undefined ? "" : `, which waits for ${whatOf(waitsFor)}`;
    return `about ${about(seconds)} left${next === undefined ? "" : `; next on the longest way ${whatOf(next)}${waits}`}`;
  }

  /** Says what is to be said by now of what goes on; called each second. */
  tick(): void {
    const place = this.total === undefined ? "" : `${this.done.size} of ${count(this.total, "resource")}  `;
    const left = this.leftover();
    // What is left comes first: a narrow terminal cuts the end.
    const time = left === undefined ? "" : `${left.split(";")[0]}  `;
    if (
      this.output.live(`  ${place}${time}${this.names()}`) ||
      this.now() - this.lastWord < reminderMilliseconds
    ) {
      return;
    }
    // What has only begun is not still at it.
    const long = [...this.running.values()].filter(({ since }) => this.now() - since >= reminderMilliseconds);
    long.forEach((one) => this.say(`  still ${this.timed(one)}`));
    if (long.length > 0 && left !== undefined) {
      this.say(`  ${left}`);
    }
  }

  private say(line: string): void {
    this.lastWord = this.now();
    this.output.note(line);
  }
}

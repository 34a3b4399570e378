import type { EngineEvent } from "@pulumi/pulumi/automation";
import { duration, type Output } from "../terminal/output";
import { nameOf, shortType } from "./plan";

/** A resource that the engine is working on. */
interface Running {
  readonly what: string;
  readonly since: number;
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

/**
 * Tells on stderr what the engine does while it does it: a line when a resource is done or has failed, with the time
 * it took, every ten seconds a line for each that is still being worked on, and what the program says itself.
 */
export class Progress {
  private readonly running = new Map<string, Running>();
  private readonly timer: NodeJS.Timeout;
  private lastWord: number;

  constructor(
    private readonly output: Output,
    private readonly now: () => number = Date.now,
  ) {
    this.lastWord = now();
    this.timer = setInterval(() => this.remind(), 1000);
    this.timer.unref();
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
    if (step === undefined || words === undefined || (step.new ?? step.old)?.custom !== true) {
      return;
    }
    const key = `${step.op} ${step.urn}`;
    const what = `${shortType(step.type)} ${nameOf(step.urn)}`;
    if (event.resourcePreEvent !== undefined) {
      this.running.set(key, { what: `${words[0]} ${what}`, since: this.now() });
      return;
    }
    const started = this.running.get(key);
    if (started === undefined) {
      return;
    }
    this.running.delete(key);
    const took = duration(this.now() - started.since);
    const failed = event.resOpFailedEvent !== undefined;
    this.say(failed ? `  failed ${words[0]} ${what} after ${took}` : `  ${words[1]} ${what} (${took})`);
  };

  stop(): void {
    clearInterval(this.timer);
  }

  private remind(): void {
    if (this.now() - this.lastWord < reminderMilliseconds) {
      return;
    }
    for (const { what, since } of this.running.values()) {
      this.say(`  still ${what} (${duration(this.now() - since)})`);
    }
  }

  private say(line: string): void {
    this.lastWord = this.now();
    this.output.note(line);
  }
}

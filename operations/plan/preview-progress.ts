import type { EngineEvent } from "@pulumi/pulumi/automation";
import { duration, type Output } from "../terminal/output";

/** How often it is spoken of where no line can be written over. */
const reminderMilliseconds = 10_000;

/**
 * Tells on stderr how far a preview is, which says nothing else until its end: `Previewing dev  118 of about 301  network, cluster  12 s`.
 * One living line on a terminal, a line each ten seconds elsewhere.
 */
export class PreviewProgress {
  private readonly seen = new Set<string>();
  private readonly read = new Set<string>();
  private readonly started: number;
  private readonly timer: NodeJS.Timeout;
  private parts: readonly string[] = [];
  private lastWord: number;

  /** @param expected how many resources the last run has left; 0 where there was none. */
  constructor(
    private readonly output: Output,
    private readonly stack: string,
    private readonly expected: number,
    private readonly now: () => number = Date.now,
  ) {
    this.started = now();
    this.lastWord = this.started;
    this.timer = setInterval(() => this.tick(), 1000);
    this.timer.unref();
  }

  readonly onEvent = ({ resourcePreEvent, resOutputsEvent }: EngineEvent): void => {
    const { op, urn, type } = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata ?? {};
    if (urn === undefined || type?.startsWith("pulumi:") === true) {
      return;
    }
    (op === "refresh" ? this.read : this.seen).add(urn);
    const part = /^groundwork:([\w-]+):/.exec(urn.split("::")[2] ?? "")?.[1];
    if (part !== undefined && !this.parts.includes(part)) {
      this.parts = [...this.parts, part].slice(-2);
    }
  };

  stop(): void {
    clearInterval(this.timer);
    this.output.live("");
  }

  /** Says it now; called each second. */
  tick(): void {
    const isReading = this.seen.size === 0 && this.read.size > 0;
    const number = isReading ? this.read.size : this.seen.size;
    const place = this.expected === 0 ? `${number}` : `${number} of about ${Math.max(this.expected, number)}`;
    const parts = this.parts.length === 0 ? "" : `  ${this.parts.join(", ")} …`;
    const verb = isReading ? "Reading" : "Previewing";
    const line = `${verb} ${this.stack}  ${place}${parts}  ${duration(this.now() - this.started)}`;
    if (!this.output.live(line) && this.now() - this.lastWord >= reminderMilliseconds) {
      this.lastWord = this.now();
      this.output.note(line);
    }
  }
}

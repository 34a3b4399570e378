import type { OnProgress } from "./engine";

/** "4 s", "1 min 20 s". */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** "1,686". */
export function count(n: number): string {
  return n.toLocaleString("en-US");
}

/** Repeats where a long step stands, at once and then every ten seconds, with the time since it began. */
export class Ticker {
  private readonly started = Date.now();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly onProgress: OnProgress,
    private readonly describe: () => string,
    milliseconds = 10_000,
  ) {
    this.timer = setInterval(() => this.tell(), milliseconds);
    this.timer.unref();
  }

  tell(): void {
    this.onProgress(`${this.describe()} (${duration(Date.now() - this.started)})`);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

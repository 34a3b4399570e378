/** Plays the clouds' waiting times, faster. */
export class Clock {
  private readonly waiting = new Set<() => void>();

  /** @param speed how many seconds of the cloud pass in one of ours; undefined: none of it is waited for. */
  constructor(private readonly speed: number | undefined) {
    if (speed !== undefined && !(speed > 0)) {
      throw new RangeError(
        `A rehearsal's speed is a number above 0 (1 is as slow as the cloud), not ${String(speed)}.`,
      );
    }
  }

  /** Waits for what takes this long in the cloud. */
  async pass(seconds: number): Promise<void> {
    if (this.speed !== undefined) await this.sleep(seconds / this.speed);
  }

  /** Whether what began then and takes this long in the cloud is over. */
  isOver(began: string, seconds: number): boolean {
    return this.speed === undefined || Date.now() - Date.parse(began) >= (seconds * 1000) / this.speed;
  }

  /** Waits for this long on our own watches. Ends early when the run is cancelled. */
  async sleep(seconds: number): Promise<void> {
    if (seconds <= 0) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      this.waiting.add(wake);
    });
  }

  /** Ends all waiting: the calls go on to their end at once, as a cloud's do when the caller has gone. */
  wakeAll(): void {
    for (const wake of [...this.waiting]) wake();
  }
}

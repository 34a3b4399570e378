import { join } from "node:path";
import { CloudError, NotLiveError } from "../interpreter/cloud-error";
import { Random } from "../interpreter/random";
import { Clock } from "./clock";
import { Faults, type Call, type Fault } from "./faults";
import { CloudLog } from "./log";
import { CloudStore } from "./store";

export interface CloudOptions {
  /** The rehearsal's folder, `.rehearsal`. */
  readonly directory: string;
  readonly faults?: readonly Fault[];
  /**
   * How fast the clouds' waiting times are played: 1 is as slow as they are, 60 a minute in a second.
   * Default: not at all, everything is done at once.
   */
  readonly speed?: number;
  /** The same ids, keys and addresses each time. Default: other ones each time, as in the real clouds. */
  readonly seed?: string;
  /**
   * Milliseconds for which a call that something is in the way of waits for another one to begin. Default: 500, longer
   * than the engine takes between the end of one step and the beginning of the next, its checkpoint included.
   */
  readonly patience?: number;
}

/** How a fault looks from the caller's side; the provider of the package puts it in its own words. */
export type FaultWords = (fault: Fault, id: string | null) => string;

/** A call as the log will have it. */
export interface CloudCall extends Call {
  readonly package: string;
  readonly urn: string | null;
  readonly id: string | null;
  /** Texts that are struck out wherever they show in the log. Default: none. */
  readonly secrets?: readonly string[];
}

/** What a call did, and to which id. */
export interface Done<T> {
  readonly id: string | null;
  readonly result: T;
}

/** Seconds that a fault takes where nothing else is asked for. */
const waitsFor: Readonly<Partial<Record<Fault["fault"], number>>> = { slow: 30, unanswered: 3600 };
/** Faults with which the cloud does what it was asked for. */
const carriedOut: readonly Fault["fault"][] = [
  "slow",
  "timeout-after-done",
  "unanswered",
  "unhealthy",
  "comes-back",
];

/** The one cloud behind all packages: what exists, what has happened, what goes wrong, how long it takes. */
export class Cloud {
  readonly store: CloudStore;
  readonly clock: Clock;
  private readonly log: CloudLog;
  private readonly faults: Faults;
  private readonly seed: string | undefined;
  private readonly patience: number;
  private readonly waiters = new Set<(changed: boolean) => void>();
  private active = 0;
  private readonly draws = new Map<string, number>();

  constructor(options: CloudOptions) {
    this.store = new CloudStore(join(options.directory, "cloud"));
    this.log = new CloudLog(join(options.directory, "log.jsonl"));
    this.clock = new Clock(options.speed);
    this.faults = new Faults(options.faults ?? []);
    this.seed = options.seed;
    this.patience = options.patience ?? 500;
  }

  /** Random values for one resource; other ones at each call, and with a seed the same ones in each run. */
  random(urn: string): Random {
    const draw = this.draws.get(urn) ?? 0;
    this.draws.set(urn, draw + 1);
    return new Random(this.seed === undefined ? undefined : `${this.seed}\0${urn}\0${String(draw)}`);
  }

  /**
   * Carries out one call that reaches the cloud: takes its time, meets its fault, leaves its line in the log.
   *
   * @throws CloudError of the call itself, or of a fault.
   */
  async reach<T>(
    call: CloudCall,
    seconds: number,
    words: FaultWords,
    act: (fault: Fault | undefined) => Done<T> | Promise<Done<T>>,
  ): Promise<T> {
    const fault = this.faults.next(call);
    let id = call.id;
    let isActive = true;
    this.active++;
    const end = (): void => {
      if (isActive) this.ended();
      isActive = false;
    };
    try {
      await this.clock.pass(fault?.fault === "slow" ? 0 : seconds);
      const waits = fault && (fault.seconds ?? waitsFor[fault.fault] ?? 0);
      if (fault?.fault !== "unanswered" && waits !== undefined) await this.clock.sleep(waits);
      if (fault && !carriedOut.includes(fault.fault)) throw new CloudError(fault.fault, words(fault, id));
      const done = await act(fault);
      id = done.id;
      if (fault?.fault === "unanswered" && waits !== undefined) {
        // It is done, and changes nothing any more: who waits for others to end would wait until the caller is killed.
        end();
        await this.clock.sleep(waits);
      }
      if (fault?.fault === "timeout-after-done") throw new CloudError(fault.fault, words(fault, id));
      this.append(call, id, null);
      return done.result;
    } catch (error) {
      if (error instanceof NotLiveError) id = error.id;
      this.append(call, id, error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      end();
    }
  }

  /**
   * For a call that something is in the way of: waits until another call has ended. The real providers ask again for
   * minutes; here, as nothing happens but what the engine does, it is enough to wait while it does something.
   *
   * @returns False when nothing else is under way, and nothing has come for a while.
   */
  async otherCallEnded(): Promise<boolean> {
    for (;;) {
      const changed = await new Promise<boolean>((resolve) => {
        const settle = (value: boolean): void => {
          clearTimeout(timer);
          this.waiters.delete(settle);
          resolve(value);
        };
        const timer = setTimeout(settle, this.patience, false);
        this.waiters.add(settle);
      });
      if (changed || this.active <= this.waiters.size + 1) return changed;
    }
  }

  private ended(): void {
    this.active--;
    for (const settle of [...this.waiters]) settle(true);
  }

  private append(call: CloudCall, id: string | null, error: string | null): void {
    const { package: name, method, type, urn, secrets = [] } = call;
    const at = new Date().toISOString();
    // Short ones would strike out half the sentence, and nobody guesses a password from a log that has two letters of it.
    const hidden = secrets.filter((text) => text.length >= 4);
    const shown = hidden.reduce<string | null>(
      (text, secret) => text?.replaceAll(secret, "[secret]") ?? null,
      error,
    );
    this.log.append({ at, package: name, method, type, urn, id, ok: error === null, error: shown });
  }
}

import * as pulumi from "@pulumi/pulumi";

/** Failures that are held back at a time. */
const MOST_HELD = 2;

const HOOK_NAME = "groundwork-metal-workers-failure";

/**
 * Lets a few slots be built or changed at a time, and keeps one that fails from stopping the others.
 *
 * A slot whose turn has not come does not register what it consists of: nothing of it waits in the engine, which could
 * otherwise have no hand free for those whose turn it is. What fails is held back, by a hook, until every other slot is done
 * or has failed: the engine begins nothing new once it has seen a failure. When a third one fails, nothing is held back any
 * longer and nothing more begins: what is wrong is then hardly the machines, and each failure that is held back keeps one of the
 * engine's hands (16 in runs of groundwork, else four for each processor, unless `--parallel` says otherwise; with `--parallel 2` both could be kept).
 *
 * In a preview everybody's turn is at once. So it is with `--parallel 1`, where the engine goes through the program in one
 * line and a failure that is held back would stand in its way: the first failure then ends the run.
 */
export class Turns {
  private readonly waiting: number[];
  private readonly begin = new Map<number, () => void>();
  private readonly turns = new Map<number, Promise<void>>();
  private readonly atWork = new Set<number>();
  private readonly failed = new Set<number>();
  private readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  readonly hook: pulumi.ErrorHook;

  /**
   * @param slotOf The slot that a resource is of, by its URN.
   * @param atOnce Whether there is nothing to wait for. Default: in previews and without parallelism.
   */
  constructor(
    slots: readonly number[],
    private readonly parallel: number,
    slotOf: (urn: string) => number | undefined,
    private readonly atOnce = pulumi.runtime.isDryRun() || isSerial(),
  ) {
    this.waiting = [...slots];
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    for (const slot of slots) {
      this.turns.set(
        slot,
        new Promise((resolve) => {
          this.begin.set(slot, resolve);
        }),
      );
    }
    this.hook = new pulumi.ErrorHook(HOOK_NAME, async ({ urn, failedOperation }) => {
      const slot = slotOf(urn);
      // A deletion comes when everything else is done.
      if (slot !== undefined && failedOperation !== "delete") {
        await this.fail(slot);
      }
      return false;
    });
    this.next();
  }

  /** Resolves when the slot may begin: for `dependsOn`, so that nothing of it is registered before. */
  async turn(slot: number): Promise<pulumi.Resource[]> {
    if (!this.atOnce) {
      await this.turns.get(slot);
    }
    return [];
  }

  done(slot: number): void {
    this.atWork.delete(slot);
    this.next();
  }

  /** Resolves when the failure may be told. */
  async fail(slot: number): Promise<void> {
    this.failed.add(slot);
    this.atWork.delete(slot);
    this.next();
    if (!this.atOnce) {
      await this.ended;
    }
  }

  private next(): void {
    const enough = this.failed.size > MOST_HELD;
    while (!enough && this.atWork.size < this.parallel) {
      const slot = this.waiting.shift();
      if (slot === undefined) {
        break;
      }
      this.atWork.add(slot);
      this.begin.get(slot)?.();
    }
    if (enough || (this.atWork.size === 0 && this.waiting.length === 0)) {
      this.end();
    }
  }
}

/** The SDK knows, but leaves the function that says so out of its index. */
function isSerial(): boolean {
  const runtime = pulumi.runtime as typeof pulumi.runtime & { serialize?: () => boolean };
  return runtime.serialize?.() ?? false;
}

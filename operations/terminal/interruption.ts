/** Tells the engine to stop when this process is asked to. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Aborted as soon as anybody asks, also where the engine has heard it by itself. */
  readonly stopping: AbortSignal;
  /** Back to what signals did before. */
  release(): void;
}

/**
 * A change that is cut off in the middle leaves resources that no state knows of, so this process must outlive its
 * engine. SIGINT from a terminal reaches the engine too, which then ends what it has begun and goes; a second one here
 * would make it stop at once, so it is not passed on. SIGTERM reaches this process only and is passed on as SIGINT.
 */
export function holdOnSignals(): Interruption {
  const controller = new AbortController();
  const asked = new AbortController();
  const onInterrupt = (): void => asked.abort();
  const onTerminate = (): void => {
    asked.abort();
    controller.abort();
  };
  process.on("SIGINT", onInterrupt);
  process.on("SIGTERM", onTerminate);
  process.on("SIGHUP", onTerminate);
  return {
    signal: controller.signal,
    stopping: asked.signal,
    release: () => {
      process.off("SIGINT", onInterrupt);
      process.off("SIGTERM", onTerminate);
      process.off("SIGHUP", onTerminate);
    },
  };
}

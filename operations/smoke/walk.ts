import type { Output } from "../terminal/output";
import { ask, SteadyRequests, type Reach, type RequestTally } from "./requests";
import { balancerPort, type SmokeState } from "./program";

/** One thing that the walk does. */
interface WalkStep {
  readonly step: string;
  readonly ok: boolean;
  readonly seconds: number;
  /** Why it failed. */
  readonly problem?: string;
}

export interface WalkResult {
  readonly steps: readonly WalkStep[];
  /** The load balancer's host name, once it had one. */
  readonly host?: string;
  readonly requests: RequestTally;
}

/** A step that failed; its message is for a person. */
export class StepError extends Error {}

export interface WalkOptions {
  readonly images: { readonly v1: string; readonly v2: string };
  /** Makes the helloworld what it shall be and returns the load balancer's host name. @throws StepError */
  readonly stand: (wanted: SmokeState) => Promise<string>;
  readonly reach: Reach;
  readonly output: Output;
  /** Aborted when somebody wants the walk to end. */
  readonly signal: AbortSignal;
  readonly times?: Partial<WalkTimes>;
}

/** All in milliseconds. */
export interface WalkTimes {
  /** How long a new load balancer may take to answer. Default: 10 minutes; network load balancers take two or three. */
  readonly answerWithin: number;
  /** Between two looks whether it answers. Default: 2 seconds. */
  readonly lookEvery: number;
  /** Between the beginnings of two requests while the update goes on. Default: 200. */
  readonly requestEvery: number;
  /** For how long requests go on after the update: old pods are still being drained. Default: 20 seconds. */
  readonly requestAfter: number;
}

const defaults: WalkTimes = {
  answerWithin: 600_000,
  lookEvery: 2000,
  requestEvery: 200,
  requestAfter: 20_000,
};

/** So many good answers in a row, and it answers: a new load balancer's zones come one after the other. */
const answersInARow = 10;

const noRequests: RequestTally = { total: 0, failed: 0, byVersion: {}, failures: {} };

/**
 * The walk: deploy the first version, reach it, scale to three, roll to the second while requests go on, see that it
 * alone answers. Ends at the first step that fails; taking down is the caller's.
 */
export async function walk(options: WalkOptions): Promise<WalkResult> {
  const { images, stand, reach, output, signal } = options;
  const times = { ...defaults, ...options.times };
  const steps: WalkStep[] = [];
  let host: string | undefined;
  let requests: SteadyRequests | undefined;

  const step = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    output.note(`${name} …`);
    const began = Date.now();
    const seconds = (): number => Math.round((Date.now() - began) / 100) / 10;
    try {
      if (signal.aborted) {
        throw new StepError("Interrupted.");
      }
      const result = await action();
      steps.push({ step: name, ok: true, seconds: seconds() });
      return result;
    } catch (error) {
      // What the engine says of being stopped says less.
      const problem = signal.aborted
        ? "Interrupted."
        : error instanceof Error
          ? error.message
          : String(error);
      steps.push({ step: name, ok: false, seconds: seconds(), problem });
      throw error;
    }
  };

  try {
    const found = await step("deploy version 1", () => stand({ image: images.v1, replicas: 1 }));
    host = found;
    const target = { reach, host: found, port: balancerPort };
    const pause = (milliseconds: number): Promise<void> => sleep(milliseconds, signal);
    const look = (): ReturnType<typeof ask> => ask(target);

    const first = await step("reach it through its load balancer", () =>
      sameAnswers(look, pause, times, (version) => version !== undefined),
    );
    requests = new SteadyRequests(target, times.requestEvery);
    await step("scale to 3", () => stand({ image: images.v1, replicas: 3 }));
    await step("roll to version 2", () => stand({ image: images.v2, replicas: 3 }));
    const second = await step("see that version 2 alone answers", () =>
      sameAnswers(look, pause, { ...times, lookEvery: times.requestEvery }, (version) => version !== first),
    );
    const going = requests;
    await step("go on requesting while old pods end, and count", async () => {
      await pause(times.requestAfter);
      judge(await going.stop(), first, second);
    });
  } catch (error) {
    if (steps.at(-1)?.ok !== false) {
      throw error;
    }
  }
  const tally = (await requests?.stop()) ?? noRequests;
  return { steps, requests: tally, ...(host !== undefined && { host }) };
}

/** Waits for so many good answers of one version in a row. @throws StepError when that does not come in time. */
async function sameAnswers(
  look: () => ReturnType<typeof ask>,
  pause: (milliseconds: number) => Promise<void>,
  times: WalkTimes,
  wanted: (version: string | undefined) => boolean,
): Promise<string> {
  const until = Date.now() + times.answerWithin;
  let row: string[] = [];
  let last = "nothing was asked";
  for (;;) {
    const answer = await look();
    if ("version" in answer) {
      row = row.at(-1) === answer.version ? [...row, answer.version] : [answer.version];
      last = `version ${answer.version} answered`;
    } else {
      row = [];
      last = answer.failure;
    }
    const [version] = row;
    if (version !== undefined && row.length >= answersInARow && wanted(version)) {
      return version;
    }
    if (Date.now() >= until) {
      const minutes = Math.round(times.answerWithin / 6000) / 10;
      throw new StepError(`Not so within ${minutes} minutes; at last: ${last}.`);
    }
    // Once it answers, the rest of the row comes quickly.
    await pause(row.length > 0 ? Math.min(times.lookEvery, times.requestEvery) : times.lookEvery);
  }
}

function judge(tally: RequestTally, first: string, second: string): void {
  if (tally.failed > 0) {
    const reasons = Object.entries(tally.failures).map(([reason, count]) => `${count} × ${reason}`);
    throw new StepError(`${tally.failed} of ${tally.total} requests failed: ${reasons.join(", ")}.`);
  }
  const others = Object.keys(tally.byVersion).filter((version) => version !== first && version !== second);
  if (others.length > 0) {
    throw new StepError(`Something else answered besides ${first} and ${second}: ${others.join(", ")}.`);
  }
}

/** @throws StepError when the wait is cut short. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new StepError("Interrupted."));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
  });
}

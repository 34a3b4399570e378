import { setTimeout as sleep } from "node:timers/promises";

/** Time as a roll sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds) => sleep(milliseconds),
};

/** Where things are done at once and nothing is to be waited for: time goes on by itself, without anybody waiting. */
export function playedClock(): Clock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: async (milliseconds) => {
      ahead += milliseconds;
      await sleep(0);
    },
  };
}

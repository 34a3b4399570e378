import { UsageError } from "../terminal/errors";

const hour = 3_600_000;
const day = 24 * hour;

/**
 * CloudWatch tells of a queue's use after up to 15 minutes, by the hour here: a shorter time would be guesswork. It keeps
 * hours for 455 days, and twice the time is looked at, for the list to say when a queue was last used.
 */
const least = 2 * hour;
const most = 225 * day;

/** `7d`, `36h` or `2w` in milliseconds. @throws UsageError for anything else, and outside 2 hours to 225 days. */
export function parseIdleTime(text: string): number {
  const [, amount, unit] = /^(\d+)(h|d|w)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (unit === "h" ? hour : unit === "w" ? 7 * day : day);
  if (!(milliseconds >= least && milliseconds <= most)) {
    throw new UsageError(
      `--idle ${text}: a number of hours, days or weeks such as 36h, 7d or 2w, from 2h to 225d. Nothing was touched.`,
    );
  }
  return milliseconds;
}

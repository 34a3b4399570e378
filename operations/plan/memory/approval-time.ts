import { UsageError } from "../../terminal/errors";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const units: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day };

/** Longer, and nobody remembers that it is open. */
const most = 7 * day;

/** `30m`, `1h` or `2d` in milliseconds. @throws UsageError for anything else, for no time at all, and for more than 7 days. */
export function parseApprovalTime(text: string): number {
  const [, amount, unit] = /^(\d{1,6})(s|m|h|d)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (units[unit ?? ""] ?? NaN);
  if (!(milliseconds > 0 && milliseconds <= most)) {
    throw new UsageError(
      `--for ${text}: how long the approval holds, in seconds, minutes, hours or days such as 90s, 30m, 1h or 2d; at most 7d. ` +
        "Nothing was touched.",
    );
  }
  return milliseconds;
}

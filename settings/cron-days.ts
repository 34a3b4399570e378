/** Days that the months have at most. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Whether a cron expression names a day that there is: no month in `0 7 30 2 *` has a 30th. A day of the week, where one is
 * named, is enough; what is no number (`L`, the last day) comes too.
 *
 * @param cron minute, hour, day of month, month, day of week, and whatever follows; right by itself.
 */
export function comesToPass(cron: string): boolean {
  const [, , days = "*", inMonths = "*", weekdays = "*"] = cron.split(" ");
  const earliest = Math.min(...days.split(",").map((part) => Number.parseInt(part, 10)));
  if (!["*", "?"].includes(weekdays) || Number.isNaN(earliest)) {
    return true;
  }
  return lengths.some(
    (length, index) => earliest <= length && inMonths.split(",").some((part) => names(part, index + 1)),
  );
}

/** Whether `2`, `feb`, `1-3`, `*\/2` or `2/3` names a month. */
function names(part: string, month: number): boolean {
  const [range = "", step] = part.split("/");
  const [from = "", to = step === undefined ? from : "12"] = range.split("-");
  const [first, last] = from === "*" ? [1, 12] : [monthOf(from), monthOf(to)];
  return month >= first && month <= last && (month - first) % Number(step ?? 1) === 0;
}

function monthOf(text: string): number {
  const named = months.indexOf(text.toLowerCase());
  return named < 0 ? Number(text) : named + 1;
}

import { DateTime } from "luxon";
import type { MaintenanceWindowSettings } from "../../settings/sections/fleet-roll";
import { weekdays } from "../../settings/windows";

/** An opening of a window. */
export interface Opening {
  readonly from: DateTime;
  readonly until: DateTime;
}

/** How far ahead is looked: a window opens on at least one day of the week, or on the next where clocks jump over it. */
const daysAhead = 15;

/**
 * The opening that is now, or else the next one. It begins when the clocks of the window's zone say so and lasts for the
 * minutes that it should: a time that clocks jump over is an hour later, one that comes twice is the first.
 *
 * @param now milliseconds since 1970.
 */
export function openingOf(
  window: MaintenanceWindowSettings,
  now: number,
): { readonly isOpen: boolean; readonly opening: Opening } {
  const moment = DateTime.fromMillis(now, { zone: window.timeZone });
  const [hour, minute] = window.start.split(":").map(Number);
  // From the day before yesterday on: an opening of 24 hours may still last.
  for (let day = -2; day <= daysAhead; day++) {
    const date = moment.plus({ days: day });
    if (!window.days.some((name) => weekdays[date.weekday - 1] === name)) {
      continue;
    }
    const named = DateTime.fromObject(
      {
        year: date.year,
        month: date.month,
        day: date.day,
        ...(hour !== undefined && { hour }),
        ...(minute !== undefined && { minute }),
      },
      { zone: window.timeZone },
    );
    const [from = named] = [...named.getPossibleOffsets()].sort((a, b) => a.toMillis() - b.toMillis());
    const opening = { from, until: from.plus({ milliseconds: window.durationMinutes * 60_000 }) };
    if (opening.until.toMillis() > now) {
      return { isOpen: from.toMillis() <= now, opening };
    }
  }
  throw new Error(`no opening of ${JSON.stringify(window)} within ${String(daysAhead)} days`);
}

/** "Sun 22 Nov 2026 02:00 to 04:00 Europe/London (01:00 UTC)". */
export function openingText({ from, until }: Opening): string {
  const words = from.toFormat("ccc d LLL yyyy HH:mm", { locale: "en" });
  const end = until.hasSame(from, "day")
    ? until.toFormat("HH:mm")
    : until.toFormat("ccc HH:mm", { locale: "en" });
  const zone = from.zoneName ?? "";
  return `${words} to ${end} ${zone}${zone === "UTC" ? "" : ` (${from.toUTC().toFormat("ccc HH:mm", { locale: "en" })} UTC)`}`;
}

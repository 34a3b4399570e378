/** RDS windows as minutes, for length and overlap. All UTC. */

const minutesOfDay = 24 * 60;
const minutesOfWeek = 7 * minutesOfDay;
/** RDS accepts no shorter window, daily or weekly. */
const shortestMinutes = 30;
/** As settings write them, Monday first. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const time = String.raw`([01]\d|2[0-3]):[0-5]\d`;
// In any case, as RDS takes them. Without a flag: a JSON schema's pattern has none.
const day = `(${weekdays.map((name) => name.replace(/./g, (letter) => `[${letter.toUpperCase()}${letter}]`)).join("|")})`;
/** What a time of day is written like. */
export const timeOfDayForm = new RegExp(`^${time}$`);
/** What a daily window is written like, UTC. */
export const dailyWindowForm = new RegExp(`^${time}-${time}$`);
/** What a weekly window is written like, UTC. */
export const weeklyWindowForm = new RegExp(`^${day}:${time}-${day}:${time}$`);

/** From `start` (minutes since Monday, or since midnight for a daily one) for `length` minutes; may run past the end. */
export interface Window {
  readonly start: number;
  readonly length: number;
}

/** `hh:mm-hh:mm`; an end before the start is on the next day. Undefined when it is not of that form. */
export function parseDailyWindow(text: string): Window | undefined {
  const [start, end] = text.split("-").map(minutesIntoDay);
  return start === undefined || end === undefined
    ? undefined
    : { start, length: modulo(end - start, minutesOfDay) };
}

/** `ddd:hh:mm-ddd:hh:mm`, days in any case; may run over the end of the week. Undefined when it is not of that form. */
export function parseWeeklyWindow(text: string): Window | undefined {
  const [start, end] = text.split("-").map(minutesIntoWeek);
  return start === undefined || end === undefined
    ? undefined
    : { start, length: modulo(end - start, minutesOfWeek) };
}

/** Whether RDS would take a window of this length. Not being one at all is for the format to refuse. */
export function hasRealWindow(window: Window | undefined): boolean {
  return window === undefined || (window.length >= shortestMinutes && window.length <= minutesOfDay);
}

/** Whether a window of every day shares a minute with one of a week. */
export function dailyMeetsWeekly(daily: Window, weekly: Window): boolean {
  return weekdays.some((_, day) => {
    const start = daily.start + day * minutesOfDay;
    return (
      modulo(weekly.start - start, minutesOfWeek) < daily.length ||
      modulo(start - weekly.start, minutesOfWeek) < weekly.length
    );
  });
}

/** Whether two windows of every day share a minute. */
export function dailyMeetsDaily(one: Window, other: Window): boolean {
  return (
    modulo(one.start - other.start, minutesOfDay) < other.length ||
    modulo(other.start - one.start, minutesOfDay) < one.length
  );
}

function minutesIntoDay(text: string): number | undefined {
  const match = /^(\d\d):(\d\d)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

function minutesIntoWeek(text: string): number | undefined {
  const day = weekdays.findIndex((name) => name === text.slice(0, 3).toLowerCase());
  const minutes = minutesIntoDay(text.slice(4));
  return day < 0 || minutes === undefined ? undefined : day * minutesOfDay + minutes;
}

function modulo(number: number, divisor: number): number {
  return ((number % divisor) + divisor) % divisor;
}

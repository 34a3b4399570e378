/** The day in the name of a release or an image, ISO: `2023.9.20251117.1`, `1.35.8-20260930`; undefined where there is none. */
export function dayOf(release: string): string | undefined {
  const [, year, month, day] = /(?:^|[.-])(20\d{2})(\d{2})(\d{2})(?:\.\d+)?$/.exec(release) ?? [];
  const text = `${year ?? ""}-${month ?? ""}-${day ?? ""}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

/** Days between two days, both ISO. */
export function ageOf(published: string, today: string): number {
  return Math.round((Date.parse(today) - Date.parse(published)) / 86_400_000);
}

/** Days that are left until a day; below zero when it is over. */
export function daysUntil(day: string, today: string): number {
  return -ageOf(day, today);
}

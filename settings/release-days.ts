/** The day in the name of a release or an image, ISO: `2023.9.20251117.1`, `1.35.8-20260930`; undefined where there is none. */
export function dayOf(release: string): string | undefined {
  const [, year, month, day] = /(?:^|[.-])(20\d{2})(\d{2})(\d{2})(?:\.\d+)?$/.exec(release) ?? [];
  const text = `${year ?? ""}-${month ?? ""}-${day ?? ""}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : undefined;
}

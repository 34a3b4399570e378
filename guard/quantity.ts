const gib = 2 ** 30;

const units: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: gib,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity of storage in GiB: `10Gi` is 10, `500Mi` a little less than a half, `1e10` is ten thousand million bytes.
 *
 * @returns undefined for what is none.
 */
export function quantity(value: unknown): number | undefined {
  const match = /^(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(
    typeof value === "number" || typeof value === "string" ? String(value).trim() : "",
  );
  const unit = match === null ? undefined : units[match[2] ?? ""];
  return match === null || unit === undefined ? undefined : (Number(match[1]) * unit) / gib;
}

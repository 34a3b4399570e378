/** A step into a value: a property or map key, or a list's index. */
export type Step = string | number;

/** The engine's notation of a path: `rules[0].name`, and `tags["a.b"]` where a name has signs of its own. */
export function formatPath(steps: readonly Step[]): string {
  return steps.reduce<string>((path, step) => {
    if (typeof step === "number") return `${path}[${String(step)}]`;
    if (!/^[\w$-]+$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}

/**
 * Takes a pattern of the facts apart: `block[].field`, `map.*.field`. `[]` and `*` stand for any step.
 */
export function parsePattern(pattern: string): readonly string[] {
  return pattern
    .replace(/\[\]/g, ".*")
    .split(".")
    .filter((step) => step !== "");
}

/**
 * How a path stands to a pattern.
 *
 * @returns `within` when the path is what the pattern names, or inside it; `above` when what the pattern names is
 *   inside the path; `apart` else.
 */
export function relate(steps: readonly Step[], pattern: readonly string[]): "within" | "above" | "apart" {
  const shared = Math.min(steps.length, pattern.length);
  for (let index = 0; index < shared; index++) {
    if (pattern[index] !== "*" && pattern[index] !== String(steps[index])) return "apart";
  }
  return steps.length >= pattern.length ? "within" : "above";
}

import { distance } from "fastest-levenshtein";

/** The one of `names` that `name` was most likely meant to be; undefined when none is near. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  // A third of the letters wrong is another word.
  const limit = Math.max(2, Math.floor(name.length / 3));
  const ranked = names
    .map((candidate) => ({ candidate, off: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ off }) => off <= limit)
    .sort((a, b) => a.off - b.off);
  return ranked[0]?.candidate;
}

/**
 * Whether everything that `pattern` stands for is in what `wider` stands for, by IAM's wildcards (`*` is any text, `?` one
 * character) and without regard to case, as IAM reads actions. A `*` of the pattern is only in a `*` of the wider one.
 */
export function covers(wider: string, pattern: string): boolean {
  const expression = wider
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", "[^*]");
  return new RegExp(`^${expression}$`, "i").test(pattern);
}

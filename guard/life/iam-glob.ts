/**
 * Whether everything that `pattern` stands for is in what `wider` stands for, by IAM's wildcards (`*` is any text, `?` one
 * character) and without regard to case, as IAM reads actions. A `*` of the pattern is only in a `*` of the wider one.
 */
export function covers(wider: string, pattern: string): boolean {
  return expressionOf(wider).test(pattern);
}

function expressionOf(wider: string): RegExp {
  const known = expressions.get(wider);
  if (known !== undefined) {
    return known;
  }
  const expression = wider
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replaceAll("?", "[^*]");
  const made = new RegExp(`^${expression}$`, "i");
  expressions.set(wider, made);
  return made;
}

/** Asked for the same few names with each statement of a stack; to make one costs a hundred times what asking it does. */
const expressions = new Map<string, RegExp>();

/** How what is differs from what is expected, a line each, in the order of the files. */
export function differences(
  expected: ReadonlyMap<string, unknown>,
  actual: ReadonlyMap<string, unknown>,
): string[] {
  const names = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  return names.flatMap((name) => {
    if (!expected.has(name)) {
      return [`+ ${name}: not among the expected files`];
    }
    if (!actual.has(name)) {
      return [`- ${name}: expected, but the program registers no such resource`];
    }
    return changes("", expected.get(name), actual.get(name)).map((change) => `~ ${name}: ${change}`);
  });
}

function changes(path: string, expected: unknown, actual: unknown): string[] {
  if (isContainer(expected) && isContainer(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) => {
      const at = path === "" ? key : `${path}.${key}`;
      return changes(at, expected[key], actual[key]);
    });
  }
  const before = JSON.stringify(expected);
  const after = JSON.stringify(actual);
  if (before === after) {
    return [];
  }
  if (expected === undefined) {
    return [`${path}: ${after} is new`];
  }
  return [actual === undefined ? `${path}: ${before} is gone` : `${path}: ${before} is now ${after}`];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

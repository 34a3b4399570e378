/** Lines that go and lines that come, with their numbers. Moves exchange lines and add some: neither reorders any. */
export function diffOf(before: string, after: string): readonly string[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const lines: string[] = [];
  let at = 0;
  for (const [index, line] of now.entries()) {
    if (line === old[at]) {
      at++;
      continue;
    }
    const more = now.length - index - (old.length - at);
    const isAdded = at === old.length || now.slice(index + 1, index + 1 + more).includes(old[at] ?? "");
    if (!isAdded) {
      lines.push(`- ${at + 1}: ${(old[at] ?? "").trim()}`);
      at++;
    }
    lines.push(`+ ${index + 1}: ${line.trim()}`);
  }
  return lines;
}

/** A line of one text that the other has not, or where in the text such lines stand. */
export interface DiffLine {
  readonly sign: "+" | "-" | "@";
  readonly text: string;
}

/** Longer than this, what differs is told as one block: comparing is quadratic in the lines. */
const mostLines = 3000;

/** What differs between two texts, line by line, with the headings under which it stands. */
export function lineDiff(from: readonly string[], to: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < from.length && start < to.length && from[start] === to[start]) {
    start += 1;
  }
  let end = 0;
  while (
    end < Math.min(from.length, to.length) - start &&
    from[from.length - 1 - end] === to[to.length - 1 - end]
  ) {
    end += 1;
  }
  const [old, wanted] = [from.slice(start, from.length - end), to.slice(start, to.length - end)];
  const rows = old.length + wanted.length > mostLines ? asBlocks(old, wanted) : longestCommon(old, wanted);
  const places = placesIn(to);
  const lines: DiffLine[] = [];
  let told = "";
  for (const { sign, text, index } of rows) {
    const place = places[start + index] ?? "";
    if (place !== told && place !== "") {
      lines.push({ sign: "@", text: place });
    }
    told = place;
    lines.push({ sign, text });
  }
  return lines;
}

interface Row extends DiffLine {
  /** Where it stands, or would stand, in the new text. */
  readonly index: number;
}

function asBlocks(old: readonly string[], wanted: readonly string[]): Row[] {
  return [
    ...old.map((text) => ({ sign: "-" as const, text, index: 0 })),
    ...wanted.map((text, index) => ({ sign: "+" as const, text, index })),
  ];
}

function longestCommon(old: readonly string[], wanted: readonly string[]): Row[] {
  // common[i][j]: lines that the rests from i and from j have in common.
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(wanted.length + 1));
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = common[i] as Uint16Array;
    for (let j = wanted.length - 1; j >= 0; j -= 1) {
      row[j] = old[i] === wanted[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const rows: Row[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < wanted.length) {
    if (i < old.length && j < wanted.length && old[i] === wanted[j]) {
      [i, j] = [i + 1, j + 1];
    } else if (i < old.length && (j === wanted.length || at(i + 1, j) >= at(i, j + 1))) {
      rows.push({ sign: "-", text: old[i] ?? "", index: j });
      i += 1;
    } else {
      rows.push({ sign: "+", text: wanted[j] ?? "", index: j });
      j += 1;
    }
  }
  return rows;
}

/** Of each line, and of what would follow the last one, the lines above that are indented less, outermost first: where in a document it is. */
function placesIn(lines: readonly string[]): readonly string[] {
  let headings: readonly { readonly depth: number; readonly text: string }[] = [];
  return [...lines, lines.at(-1) ?? ""].map((line) => {
    const depth = depthOf(line);
    const around = headings.filter((heading) => heading.depth < depth);
    if (line.trim() !== "") {
      headings = [...around, { depth, text: line.trim().replace(/:( [|>][-+]?)?$/, "") }];
    }
    return around.map(({ text }) => text).join(" › ");
  });
}

function depthOf(line: string): number {
  return line.length - line.trimStart().length;
}

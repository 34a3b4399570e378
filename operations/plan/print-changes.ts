import type { StepOperation } from "../../guard/step";
import { table, type Output } from "../terminal/output";
import type { Change } from "./changes";
import { groupedChanges, namesText, whatHappens, type ChangeEntry, type ShownDiff } from "./grouped-changes";
import { whenText } from "./interruption-report";
import type { DiffLine } from "./line-diff";

type Color = "green" | "yellow" | "magenta" | "red" | "dim";

const looks: Readonly<Record<StepOperation, readonly [sign: string, color: Color]>> = {
  create: ["+", "green"],
  update: ["~", "yellow"],
  replace: ["±", "magenta"],
  delete: ["-", "red"],
  import: ["=", "green"],
  read: [">", "dim"],
  refresh: ["*", "dim"],
  same: [" ", "dim"],
};

const lineColors: Readonly<Record<DiffLine["sign"], Color>> = { "+": "green", "-": "red", "@": "dim" };

/** Properties of one resource, and lines of one document, that are written out: more fill the screen, and `--json` has them. */
const mostProperties = 12;
const mostLines = 20;
/** Of a line of a document, in characters. */
const longestLine = 200;

/** What changes, by the setting that is the reason, then by component, with old and new. */
export function printChanges(changes: readonly Change[], output: Output): void {
  const { colors: c } = output;
  const groups = groupedChanges(changes);
  for (const { cause, words, components } of groups) {
    // Where no reason is known of any, none is missed: a destroy, or a part of a stack.
    const hasReasons = groups.length > 1 || cause.kind !== "not known";
    if (hasReasons) {
      output.print();
      output.printFitted(c.bold(words));
    }
    const margin = hasReasons ? "  " : "";
    for (const { component, entries } of components) {
      if (!hasReasons) {
        output.print();
      }
      output.print(margin + (hasReasons ? component : c.bold(component)));
      printEntries(entries, `${margin}  `, output);
    }
  }
}

function printEntries(entries: readonly ChangeEntry[], margin: string, output: Output): void {
  const { colors: c } = output;
  const rows = entries.map((entry) => {
    // An operation that is not known is shown as it is; the guard has refused it.
    const [sign, color] = Object.hasOwn(looks, entry.op) ? looks[entry.op] : (["?", "red"] as const);
    return [...entry.names].map(([type, names], index) => [
      index === 0 ? c[color](`${sign} ${whatHappens(entry)}`) : "",
      type,
      namesText(names),
    ]);
  });
  // One table, so that the columns stand below each other; then each entry with what belongs to it.
  const lines = table(rows.flat(), margin).split("\n");
  for (const [index, { diff, verdict }] of entries.entries()) {
    output.printFitted(lines.splice(0, rows[index]?.length ?? 0).join("\n"));
    const properties = diff.slice(0, mostProperties);
    for (const property of properties) {
      output.printFitted(propertyText(property, `${margin}    `, output));
    }
    if (diff.length > properties.length) {
      output.print(`${margin}    and ${diff.length - properties.length} more properties`);
    }
    if (verdict.kind === "interrupts") {
      output.printFitted(`${margin}    ${c.red(`${verdict.words} (${whenText(verdict)})`)}`);
    }
  }
}

function propertyText(
  { path, words, lines, forcesReplacement }: ShownDiff,
  margin: string,
  output: Output,
): string {
  const { colors: c } = output;
  const forces = forcesReplacement ? ` ${c.magenta("(forces replacement)")}` : "";
  const more = lines.length - mostLines;
  return [
    `${margin}${path}${words === undefined ? "" : `  ${words}`}${forces}`,
    ...lines
      .slice(0, mostLines)
      .map(({ sign, text }) => `${margin}  ${c[lineColors[sign]](`${sign} ${text.slice(0, longestLine)}`)}`),
    ...(more > 0 ? [`${margin}  and ${more} more lines`] : []),
  ].join("\n");
}

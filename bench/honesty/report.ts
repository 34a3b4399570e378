import { table } from "../../operations/terminal/output";
import { agree, agreeOnOrder, bothReplace, type Comparison, type Judged } from "./compare";

/** A part of a whole in percent, all of nothing being all. */
function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : (100 * part) / whole;
}

/** What disagrees, on what a change does or on the order of a replacement. */
export function disagreements({ judged }: Comparison): readonly Judged[] {
  return judged.filter((one) => !agree(one) || (bothReplace(one) && !agreeOnOrder(one)));
}

/** Agreement on what a change does, and on the order of replacements, in percent. */
export function agreement({ judged }: Comparison): { readonly does: number; readonly order: number } {
  const replaced = judged.filter(bothReplace);
  return {
    does: percent(judged.filter(agree).length, judged.length),
    order: percent(replaced.filter(agreeOnOrder).length, replaced.length),
  };
}

/** The comparison for a person: by type, then each disagreement, then all together. */
export function report(comparison: Comparison): string {
  const { judged, leftOut, refused } = comparison;
  const types = [...new Set(judged.map(({ type }) => type))].sort();
  const rows = types.map((type) => {
    const ofType = judged.filter((one) => one.type === type);
    const replaced = ofType.filter(bothReplace);
    const share = (part: readonly Judged[], whole: readonly Judged[]): string =>
      whole.length === 0 ? "-" : percent(part.length, whole.length).toFixed(1);
    return [
      ...[type, String(ofType.length), share(ofType.filter(agree), ofType)],
      ...[String(replaced.length), share(replaced.filter(agreeOnOrder), replaced)],
    ];
  });
  const { does, order } = agreement(comparison);
  return [
    table([["type", "changes", "agree %", "both replace", "same order %"], ...rows]),
    ...refused.map((line) => `refused as it is: ${line}`),
    ...disagreements(comparison).map(sentence),
    `${String(judged.length)} changes judged, ${String(leftOut)} left out whose values the real provider refuses: ` +
      `${does.toFixed(2)} % agree, ${order.toFixed(2)} % on the order of a replacement.`,
    "",
  ].join("\n");
}

function sentence(one: Judged): string {
  const { real, rehearsed } = one;
  const words = ({ does, deletesFirst, why }: Judged["real"]): string =>
    does === "replace"
      ? `replace, ${deletesFirst ? "deleting" : "creating"} first`
      : `${does}${why === undefined ? "" : ` (${why.replace(/\s+/g, " ").trim()})`}`;
  return `${one.type} ${one.resource}, ${one.property} ${one.kind}: real ${words(real)}; rehearsal ${words(rehearsed)}`;
}

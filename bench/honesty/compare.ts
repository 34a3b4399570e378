import { typeFacts } from "../../rehearsal/catalogue/facts";
import type { Values } from "../../rehearsal/interpreter/values";
import { everyChange, type InputChange } from "./changes";
import type { Checked, Provider, Verdict } from "./provider";
import type { Sample } from "./samples";

/** One change that both providers were asked about. */
export interface Judged extends Omit<InputChange, "inputs"> {
  readonly type: string;
  readonly resource: string;
  readonly real: Verdict;
  readonly rehearsed: Verdict;
}

export interface Comparison {
  readonly judged: readonly Judged[];
  /** Changes whose values the real provider's Check refuses: they say nothing of plans. */
  readonly leftOut: number;
  /** Resources that one of the two refuses as they are. */
  readonly refused: readonly string[];
}

/** How many resources are asked about the same change of the same property of a type. */
const resourcesEach = 3;

/** Asks the real provider and the rehearsal's what each change of each resource comes to. */
export async function compare(
  samples: readonly Sample[],
  real: Provider,
  rehearsed: Provider,
): Promise<Comparison> {
  const judged: Judged[] = [];
  const refused: string[] = [];
  const asked = new Map<string, number>();
  let leftOut = 0;
  for (const sample of samples) {
    const urn = `urn:pulumi:honesty::groundwork::${sample.type}::${sample.name}`;
    const sides = [real, rehearsed] as const;
    const made = await Promise.all(sides.map((side) => side.check(urn, {}, sample.inputs)));
    const whose = made.findIndex(({ failures }) => failures.length > 0);
    if (whose >= 0) {
      const by = whose === 0 ? "the real provider" : "the rehearsal";
      refused.push(`${sample.type} ${sample.name}, by ${by}: ${made[whose]?.failures.join("; ") ?? ""}`);
      continue;
    }
    const verdict = (side: Provider, { inputs }: Checked, wanted: Checked): Promise<Verdict> =>
      side.diff({ urn, id: sample.id, inputs, outputs: sample.outputs ?? inputs }, wanted.inputs);
    for (const { inputs, ...change } of everyChange(sample.inputs, typeFacts(sample.type)?.inputs ?? {})) {
      const key = [sample.type, change.property, change.kind].join(" ");
      if ((asked.get(key) ?? 0) >= resourcesEach) continue;
      const answers = await askBoth(sides, made, inputs, urn, verdict);
      if (answers === undefined) {
        leftOut += 1;
        continue;
      }
      asked.set(key, (asked.get(key) ?? 0) + 1);
      const [ofReal, ofRehearsed] = answers;
      judged.push({
        type: sample.type,
        resource: sample.name,
        ...change,
        real: ofReal,
        rehearsed: ofRehearsed,
      });
    }
  }
  return { judged, leftOut, refused };
}

type Ask = (side: Provider, made: Checked, wanted: Checked) => Promise<Verdict>;

/** The verdicts of both; undefined where the real provider's Check refuses the value. */
async function askBoth(
  [real, rehearsed]: readonly [Provider, Provider],
  made: readonly Checked[],
  inputs: Values,
  urn: string,
  verdict: Ask,
): Promise<readonly [Verdict, Verdict] | undefined> {
  const [ofReal, ofRehearsed] = made;
  if (ofReal === undefined || ofRehearsed === undefined) return undefined;
  const wanted = await real.check(urn, ofReal.inputs, inputs);
  if (wanted.failures.length > 0) return undefined;
  const rehearsedWanted = await rehearsed.check(urn, ofRehearsed.inputs, inputs);
  const why = rehearsedWanted.failures.join("; ");
  return [
    await verdict(real, ofReal, wanted),
    why === ""
      ? await verdict(rehearsed, ofRehearsed, rehearsedWanted)
      : { does: "refused", deletesFirst: false, why },
  ];
}

/** Whether both say the same of what a change does. */
export function agree({ real, rehearsed }: Judged): boolean {
  return real.does === rehearsed.does;
}

/** Whether both replace. */
export function bothReplace({ real, rehearsed }: Judged): boolean {
  return real.does === "replace" && rehearsed.does === "replace";
}

/** Whether both say the same of which goes first. */
export function agreeOnOrder({ real, rehearsed }: Judged): boolean {
  return real.deletesFirst === rehearsed.deletesFirst;
}

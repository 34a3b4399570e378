import { typeFacts } from "../../rehearsal/catalogue/facts";
import { everyChange, type InputChange } from "./changes";
import type { Provider, Verdict } from "./provider";
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
  for (const { type, name, id, inputs, outputs } of samples) {
    const urn = `urn:pulumi:honesty::groundwork::${type}::${name}`;
    const ofReal = await real.stand(urn, id, inputs, outputs);
    const ofRehearsed = await rehearsed.stand(urn, id, inputs, outputs);
    if (typeof ofReal === "string") {
      refused.push(`${type} ${name}, by the real provider: ${ofReal}`);
      continue;
    }
    if (typeof ofRehearsed === "string") {
      refused.push(`${type} ${name}, by the rehearsal: ${ofRehearsed}`);
      continue;
    }
    for (const { inputs: wanted, ...change } of everyChange(inputs, typeFacts(type)?.inputs ?? {})) {
      const key = [type, change.property, change.kind].join(" ");
      if ((asked.get(key) ?? 0) >= resourcesEach) continue;
      const says = await real.change(ofReal, wanted);
      if (says.atCheck === true) {
        leftOut += 1;
        continue;
      }
      asked.set(key, (asked.get(key) ?? 0) + 1);
      judged.push({
        ...{ type, resource: name, ...change },
        ...{ real: says, rehearsed: await rehearsed.change(ofRehearsed, wanted) },
      });
    }
  }
  return { judged, leftOut, refused };
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

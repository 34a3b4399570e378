import type { Step } from "../step";
import { read } from "../unknown";
import { servingTypes, type Downtime, type ServingType } from "./serving-types";

/** Service that a step takes from somebody; an entry of `interrupts` in `preview --json`. */
export interface Interruption {
  readonly urn: string;
  readonly type: string;
  /** Who is cut off, with the resource's name. */
  readonly who: string;
  /** Why, as the end of a sentence. */
  readonly why: string;
  readonly when: "at once" | "in the maintenance window";
  /** About how long; null where nothing brings it back. */
  readonly seconds: number | null;
}

/**
 * What a plan would interrupt: resources that serve and are deleted, or deleted before there is another, and updates in place that
 * the cloud makes with downtime. A replacement that is made first interrupts nobody here: who knew the old one by its own name or
 * address is not known to a plan.
 */
export function interruptionsOf(steps: readonly Step[]): readonly Interruption[] {
  const going = new Set<unknown>(
    steps.flatMap((step) => (goes(step) && servingTypes[step.type] !== undefined ? [step.old?.id] : [])),
  );
  return steps.flatMap((step) => {
    const serving = servingTypes[step.type];
    const isTold =
      goes(step) && serving?.within !== undefined && going.has(read(step.old?.inputs ?? {}, serving.within));
    return serving === undefined || isTold ? [] : byStep(step, serving);
  });
}

function goes({ op, deletesFirst }: Step): boolean {
  return op === "delete" || (op === "replace" && deletesFirst === true);
}

function byStep(step: Step, serving: ServingType): readonly Interruption[] {
  const { urn, type } = step;
  const base = {
    urn,
    type,
    who: `${serving.who} ${urn.split("::").at(-1) ?? urn}`,
    when: "at once",
  } as const;
  switch (step.op) {
    case "delete":
      return serving.goesUnnoticed === true ? [] : [{ ...base, why: "it is deleted", seconds: null }];
    case "replace":
      return step.deletesFirst === true
        ? [{ ...base, why: replacedWords(step), seconds: serving.seconds.delete + serving.seconds.create }]
        : [];
    case "update":
      return (serving.updates ?? []).flatMap((update) => byUpdate(step, base, update));
    default:
      return [];
  }
}

function byUpdate(
  step: Step,
  base: Pick<Interruption, "urn" | "type" | "who">,
  { why, when, seconds }: Downtime,
): readonly Interruption[] {
  const words = why(step);
  return words === undefined
    ? []
    : [{ ...base, why: words, when: when?.(step) ?? "at once", seconds: seconds === 0 ? null : seconds }];
}

function replacedWords({ replaceKeys }: Step): string {
  const because = replaceKeys.length === 0 ? "" : ` (${[...replaceKeys].sort().join(", ")})`;
  return `it is deleted before another is made${because}`;
}

/** `about 10 min`, `about 40 s`, `until it is made again`. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "for good";
  return seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}

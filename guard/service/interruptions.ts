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
  /** About how long; null where the plan has no end of it. */
  readonly seconds: number | null;
  /** What the plan makes before, which may take its place; absent where there is nothing of that kind. */
  readonly successors?: readonly string[];
}

/** How long a cloud takes to make or to delete a resource of a type, in seconds. */
export type CloudSeconds = (type: string, method: "create" | "delete") => number;

/**
 * What a plan would interrupt: resources that serve and are deleted, or deleted before there is another, and updates in place that
 * the cloud makes with downtime. A replacement that is made first interrupts who has the old one's own address, where that changes.
 * Whether anybody has, and who of them follows by himself, is not known to a plan: it says what they have to turn to.
 */
export function interruptionsOf(steps: readonly Step[], secondsOf: CloudSeconds): readonly Interruption[] {
  const going = new Set<unknown>(
    steps.flatMap((step) => (goes(step) && servingTypes[step.type] !== undefined ? [step.old?.id] : [])),
  );
  const made = steps.filter(({ op }) => op === "create");
  const found = steps.flatMap((step) => {
    const serving = servingTypes[step.type];
    const isTold =
      goes(step) && serving?.within !== undefined && going.has(read(step.old?.inputs ?? {}, serving.within));
    return serving === undefined || isTold || serving.servesNobody?.(step) === true
      ? []
      : byStep(step, serving, made, secondsOf);
  });
  // The engine tells steps as they come: the same plan is told in the same order.
  return found.sort((a, b) => byName.compare(`${a.who}: ${a.why}`, `${b.who}: ${b.why}`));
}

const byName = new Intl.Collator("en", { numeric: true });

/** What is made of the same kind at the same place of the program, or under the same name there; deletions come last in a run. */
function successorsOf(gone: Step, made: readonly Step[]): readonly string[] {
  return made
    .filter(
      ({ type, parent, urn }) =>
        (type === gone.type && parent !== undefined && parent === gone.parent) ||
        (nameOf(urn) === nameOf(gone.urn) && parent === gone.parent),
    )
    .map(({ urn }) => nameOf(urn));
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

function goes({ op, deletesFirst }: Step): boolean {
  return op === "delete" || (op === "replace" && deletesFirst === true);
}

function byStep(
  step: Step,
  serving: ServingType,
  made: readonly Step[],
  secondsOf: CloudSeconds,
): readonly Interruption[] {
  const { urn, type } = step;
  const base = { urn, type, who: `${serving.who} ${nameOf(urn)}`, when: "at once" } as const;
  switch (step.op) {
    case "delete": {
      const successors = serving.isNamed === true ? [] : successorsOf(step, made);
      return serving.goesUnnoticed === true
        ? []
        : [
            {
              ...base,
              why: successors.length === 0 ? "it is deleted" : "it is deleted when that is made",
              seconds: null,
              ...(successors.length > 0 && { successors }),
            },
          ];
    }
    case "replace":
      if (step.deletesFirst === true) {
        const seconds = secondsOf(type, "delete") + secondsOf(type, "create");
        return [{ ...base, why: `it is deleted before another is made${because(step)}`, seconds }];
      }
      return serving.hasAddress === true
        ? [
            {
              ...base,
              why: `another is made first, with an address of its own${because(step)}`,
              seconds: null,
              successors: ["the new address"],
            },
          ]
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

function because({ replaceKeys }: Step): string {
  return replaceKeys.length === 0 ? "" : ` (${[...replaceKeys].sort().join(", ")})`;
}

/** `about 10 min`, `about 40 s`, `until they turn to web-classic`, `until another run makes it again`. */
export function durationText({
  seconds,
  successors = [],
}: Pick<Interruption, "seconds" | "successors">): string {
  if (seconds === null) {
    const [first = "", second, ...others] = successors;
    return successors.length === 0
      ? "until another run brings it back"
      : `until they turn to ${first}${second === undefined ? "" : `, ${second}`}${others.length === 0 ? "" : ` or ${others.length} more`}`;
  }
  return seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}

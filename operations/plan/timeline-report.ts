import { count, table, type Output } from "../terminal/output";
import { whatOf } from "./plan";
import type { EdgeKind } from "./run-graph";
import { type CriticalStep, type Timeline } from "./timeline";

/** Steps of the longest way that a line names. */
const stepsNamed = 3;

/** "40 s", "2 min", "13 min": nobody promises more exactly. */
export function about(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** What `preview`, `up` and `destroy` say of the time; nothing where nothing takes any. */
export function predictionLines(timeline: Timeline | undefined): readonly string[] {
  if (timeline === undefined || timeline.seconds === 0) {
    return [];
  }
  const longest = [...timeline.criticalPath].sort((one, other) => other.seconds - one.seconds);
  const named = new Set(longest.slice(0, stepsNamed));
  const way = timeline.criticalPath
    .filter((step) => named.has(step))
    .map(({ urn, seconds }) => `${whatOf(urn)} (${about(seconds)})`);
  return [`It takes about ${about(timeline.seconds)}; on the longest way ${way.join(", ")}`];
}

/** What of it is in the document of `preview --json`: `timeline STACK --json` has all of it. */
export function timelineSummary({
  seconds,
  unlimitedSeconds,
  boundSeconds,
  ratio,
  criticalPath,
}: Timeline): Omit<Timeline, "stack" | "action" | "parallel" | "falseEdges" | "steps"> {
  return { seconds, unlimitedSeconds, boundSeconds, ratio, criticalPath };
}

const reasons: Readonly<Record<EdgeKind, string>> = {
  forced: "needs what it gives",
  declared: "the cloud demands it",
  ours: "the program says so",
  engine: "the engine's round before",
};

const titles: Readonly<Record<Timeline["action"], string>> = {
  "stand-up": "standing it up",
  change: "changing it",
  "tear-down": "taking it down",
};

/** Prints the whole of it for a person. */
export function printTimeline(timeline: Timeline, output: Output): void {
  const {
    stack,
    action,
    parallel,
    seconds,
    unlimitedSeconds,
    boundSeconds,
    ratio,
    criticalPath,
    falseEdges,
  } = timeline;
  if (seconds === 0) {
    output.print(`${stack}: nothing takes any time.`);
    return;
  }
  output.printFitted(
    `${stack}: ${titles[action]} takes about ${about(seconds)} (${seconds} s), with ${parallel} resources at a time; ` +
      `with no such limit ${unlimitedSeconds} s. The clouds themselves force ${boundSeconds} s: it is ${ratio} times that.`,
  );
  output.print(`\n${output.colors.bold("The longest way")}`);
  output.print(table([["at", "takes", "what", "waits for"], ...criticalPath.map(row)], "  "));
  const costly = falseEdges.filter((edge) => edge.seconds > 0);
  if (costly.length > 0) {
    output.print(`\n${output.colors.bold("What makes it longer, and no cloud asks for")}`);
    output.print(
      table(
        costly.map(({ urn, waitsFor, seconds: longer }) => [
          `${longer} s`,
          whatOf(urn),
          `waits for ${waitsFor.slice(0, stepsNamed).map(whatOf).join(", ")}` +
            (waitsFor.length > stepsNamed ? ` and ${count(waitsFor.length - stepsNamed, "other")}` : ""),
        ]),
        "  ",
      ),
    );
  }
}

function row({ urn, startsAt, seconds, waitsFor, edge, why }: CriticalStep): string[] {
  const reason = edge === undefined ? "" : (why ?? reasons[edge]);
  return [
    `${startsAt} s`,
    `${seconds} s`,
    whatOf(urn),
    ...(waitsFor === undefined ? [] : [`${whatOf(waitsFor)}: ${reason}`]),
  ];
}

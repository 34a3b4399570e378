import { groundworkCommand } from "../../guard/printed-command";
import { count, table, type Output } from "../terminal/output";
import type { Drift, DriftedProperty, DriftEntry, MovedByDesign, WillBe } from "./drift";
import { diffWords } from "./diff-words";
import { shortType } from "./plan";

/** What a plan knows of the cloud. */
export type Knowledge =
  /** It was read right before the plan was made. */
  | { readonly isRead: true; readonly at: string; readonly drift: Drift }
  /** It was not: what is known is from the last run that did, ISO 8601; undefined where no such run is known of. */
  | { readonly isRead: false; readonly from: string | undefined };

/** The part of `--json` about what the cloud was found to be. */
export function cloudDocument(cloud: Knowledge): Record<string, unknown> {
  return cloud.isRead
    ? { cloud: { read: true, knownFrom: cloud.at }, ...driftDocument(cloud.drift) }
    : { cloud: { read: false, knownFrom: cloud.from ?? null } };
}

function driftDocument({ moved, byDesign }: Drift): Record<string, unknown> {
  return {
    drift: moved.map(({ urn, type, id, isGone, willBe, properties }) => ({
      ...{ urn, type, id, gone: isGone, willBe },
      diff: properties,
    })),
    movesByDesign: byDesign.map(({ urn, type, id, path, from, to, reason }) => ({
      ...{ urn, type, id, path, from, to, reason },
    })),
  };
}

/** What a plan without changes shows. */
export function nothingToChange(stack: string, cloud: Knowledge): string {
  if (!cloud.isRead) {
    return `nothing to change since the last run. ${notAsked(stack, cloud.from)}`;
  }
  return cloud.drift.moved.length === 0
    ? "nothing to change, and nothing has moved in the cloud."
    : "nothing to change. What has moved in the cloud is above.";
}

function notAsked(stack: string, from: string | undefined): string {
  const since =
    from === undefined ? "no run is known to have read it" : `what is known of it is from ${minute(from)}`;
  return `The cloud was not asked: ${since}; \`${groundworkCommand`drift ${stack}`}\` asks it.`;
}

/** From when it is that a plan knows the cloud, where it did not read it; nothing where it did. */
export function printNotAsked(stack: string, cloud: Knowledge, output: Output): void {
  if (!cloud.isRead) {
    output.printFitted(`\n${notAsked(stack, cloud.from)}`);
  }
}

const words: Readonly<Record<WillBe, string>> = {
  "put back": "put back",
  "made anew": "created again",
  kept: "kept as it is; `up` writes it into the state",
  waits: "set, and waits for RDS's maintenance window",
  refused: "refused, see below",
  deleted: "deleted with it",
  nothing: "nothing; `up` takes it out of the state",
};

/** What moved outside, apart from what the plan changes: each property with before and after, and what the run does about it. */
export function printDrift(cloud: Knowledge, output: Output): void {
  if (!cloud.isRead) {
    return;
  }
  const { moved } = cloud.drift;
  const { colors: c } = output;
  const waits = moved.filter(({ willBe }) => willBe === "waits");
  const others = moved.filter(({ willBe }) => willBe !== "waits");
  for (const [heading, entries] of [
    ["Moved outside, by nobody's run", others],
    ["Set by a run, and not there yet", waits],
  ] as const) {
    if (entries.length > 0) {
      output.printFitted();
      output.printFitted(c.bold(`${heading} (${count(entries.length, "resource")})`));
    }
    for (const entry of entries) {
      const sign = entry.isGone
        ? c.red("- gone")
        : entry.willBe === "waits"
          ? "~ waits"
          : c.yellow("~ moved");
      output.printFitted(`  ${sign}  ${shortType(entry.type)}  ${entry.name}: ${words[entry.willBe]}`);
      if (entry.properties.length > 0) {
        output.printFitted(
          table(
            entry.properties.map((property) => propertyRow(property, entry)),
            "      ",
          ),
        );
      }
    }
  }
}

/** What moved and nobody need look at, by the reasons. */
export function printMovesByDesign(cloud: Knowledge, output: Output): void {
  if (!cloud.isRead || cloud.drift.byDesign.length === 0) {
    return;
  }
  const { byDesign } = cloud.drift;
  const moved = count(byDesign.length, "property", "properties");
  output.printFitted(`\n${output.colors.bold("Moved as meant")} (${moved})`);
  for (const reason of [...new Set(byDesign.map((one) => one.reason))].sort()) {
    output.printFitted(reasonRow(reason, byDesign));
  }
}

function propertyRow({ path, from, to, willBe, note }: DriftedProperty, entry: DriftEntry): string[] {
  const more = [...(willBe === entry.willBe ? [] : [words[willBe]]), ...(note === undefined ? [] : [note])];
  return [path, diffWords({ from, to }).words ?? "what is in it differs", more.join("; ")];
}

/** How many names of resources that moved by design are written out. */
const namesShown = 3;

function reasonRow(reason: string, byDesign: readonly MovedByDesign[]): string {
  const names = [...new Set(byDesign.filter((one) => one.reason === reason).map(({ name }) => name))];
  const rest = names.length - namesShown;
  return `  ${names.slice(0, namesShown).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}: ${reason}`;
}

/** `2026-12-01 03:04 UTC` */
function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

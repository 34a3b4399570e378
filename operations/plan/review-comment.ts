import { writeFileSync } from "node:fs";
import { durationText, type Interruption } from "../../guard/service/interruptions";
import { groundworkCommand } from "../../guard/printed-command";
import { count, type Output } from "../terminal/output";
import { changesOf, isComponent, type Change } from "./changes";
import { groupedChanges, namesText, whatHappens, type ChangeEntry, type ShownDiff } from "./grouped-changes";
import { headline } from "./headline";
import { whenText } from "./interruption-report";
import {
  driftComment,
  driftSection,
  longestComment,
  refusalDetails,
  refusalText,
  room,
  section,
  violationText,
} from "./comment-parts";
import { capped, code, fenced, folded, prose } from "./markdown";
import { nameOf, shortType, stackType, typeOf } from "./plan";
import { isRefused, type PlanReport } from "./report";

/** Writes the comment into a file, for a pipeline to post. */
export function writeReview(
  file: string | undefined,
  report: PlanReport,
  about: "plan" | "drift",
  output: Output,
): void {
  if (file !== undefined) {
    writeFileSync(file, output.typed(about === "plan" ? reviewComment(report) : driftComment(report)));
  }
}

/**
 * A plan as a comment on a pull request: first the sentence that matters, then what is refused, interrupted, deleted and replaced, each with
 * its findings, its reason and what to do; then everything else, folded. Never longer than a comment may be.
 */
export function reviewComment(report: PlanReport): string {
  const changes = changesOf(report).filter(({ type }) => !isComponent(type) && type !== stackType);
  const of = (...kinds: Change["verdict"]["kind"][]): Change[] =>
    changes.filter(({ verdict }) => kinds.includes(verdict.kind));
  const told = [
    { title: "Refused", changes: of("refused"), room: room.refused },
    { title: "Interrupts somebody", changes: of("interrupts"), room: room.interrupts },
    { title: "Deleted", changes: of("deleted"), room: room.removed },
    {
      title: "Replaced",
      changes: of("replaced, new one first", "replaced, old one first"),
      room: room.replaced,
    },
  ];
  const open = [
    `### ${code(report.stack)}: ${headlineText(report, changes)}`,
    countsText(changes),
    ...told
      .filter((part) => part.changes.length > 0)
      .map((part) => section(part.title, capped(blocksOf(part.changes, report), part.room, "of these"))),
    ...policiesSection(report, changes),
    ...othersSection(report),
    ...driftSection(report),
  ];
  const used = open.join("\n\n").length;
  const rest = changes.filter((change) => !told.some((part) => part.changes.includes(change)));
  const all = capped(groupTexts(rest, report), longestComment - used - 2_000, "groups of changes");
  return `${[
    ...open,
    ...(rest.length > 0
      ? [folded(`${count(rest.length, "other change")}: nothing is interrupted, replaced or deleted`, all)]
      : []),
    ...(changes.length > 0 && !isRefused(report)
      ? [
          `\`${groundworkCommand`up ${report.stack}`}\` makes these changes; it previews and judges once more.`,
        ]
      : []),
  ].join("\n\n")}\n`;
}

function headlineText(report: PlanReport, changes: readonly Change[]): string {
  const { word, rest } = headline(report, changes);
  return word === "" ? prose(rest) : `**${word}**${rest.startsWith(" ") ? " " : ""}${prose(rest)}`;
}

function countsText(changes: readonly Change[]): string {
  const number = (op: string): number => changes.filter((change) => change.op === op).length;
  const ops = ["create", "update", "replace", "delete", "import"] as const;
  return ops.map((op) => `${number(op)} to ${op}`).join(" · ");
}

function blocksOf(changes: readonly Change[], report: PlanReport): string[] {
  return groupedChanges(changes).flatMap(({ words, components }) =>
    components.flatMap(({ entries }) => entries.map((entry) => entryText(entry, words, report))),
  );
}

/** One change, or several alike: what happens, why, what the guard and the policies say, and old and new. */
function entryText(entry: ChangeEntry, words: string | undefined, report: PlanReport): string {
  const urns = new Set(entry.changes.map(({ urn }) => urn));
  const names = [...entry.names].map(([type, of]) => `${code(type)} ${code(namesText(of))}`).join(", ");
  const { verdict } = entry;
  return [
    `- **${whatHappens(entry)}** ${names}`,
    ...(words === undefined ? [] : [`  - because of ${reasonText(entry.changes[0], words)}`]),
    ...(verdict.kind === "interrupts" ? [`  - ${prose(verdict.words)} (${whenText(verdict)})`] : []),
    ...report.refusals
      .filter(({ urn }) => urns.has(urn))
      .slice(0, mostFindings)
      .map((refusal) => refusalDetails(refusal, entry.changes[0]?.setting?.path)),
    ...report.policyViolations
      .filter(({ urn }) => urn !== null && urns.has(urn))
      .map((violation) => `  - ${violationText(violation)}`),
    ...diffTexts(entry.diff),
  ].join("\n");
}

function reasonText(change: Change | undefined, words: string): string {
  const place = change?.setting;
  if (place === undefined || place === null) {
    return prose(words.charAt(0).toLowerCase() + words.slice(1));
  }
  const others = change?.cause.kind === "setting" ? (change.cause.others ?? []) : [];
  return [place, ...others]
    .slice(0, mostFindings)
    .map(({ path, file, line }) => `${code(path)} (${code(`${file}:${line}`)})`)
    .join(", ");
}

/** Properties of one resource, and lines of all its documents, that are written out. */
const mostProperties = 12;
const mostLines = 30;
/** Findings of one entry that are written out. */
const mostFindings = 5;
const longestLine = 160;

function diffTexts(diff: readonly ShownDiff[]): string[] {
  let left = mostLines;
  const more = diff.length - mostProperties;
  const texts = diff.slice(0, mostProperties).flatMap(({ path, words, lines, forcesReplacement }) => {
    const title = `  - ${code(path)}${words === undefined ? "" : ` ${code(words)}`}${forcesReplacement ? ", forces the replacement" : ""}`;
    const shown = lines.slice(0, left);
    left -= shown.length;
    const rest = lines.length - shown.length;
    const block = [
      ...shown.map(({ sign, text }) => `${sign === "@" ? "@@" : sign} ${text.slice(0, longestLine)}`),
      ...(rest > 0 ? [`@@ and ${count(rest, "more line")}`] : []),
    ];
    return block.length === 0 ? [title] : [title, "", fenced("diff", block, "    "), ""];
  });
  return [...texts, ...(more > 0 ? [`  - and ${count(more, "more property", "more properties")}`] : [])];
}

/** By what caused them, for those who look at the rest. */
function groupTexts(changes: readonly Change[], report: PlanReport): string[] {
  return groupedChanges(changes).map(({ cause, words, components }) => {
    const [first] = components[0]?.entries ?? [];
    const title = cause.kind === "setting" ? reasonText(first?.changes[0], words) : prose(words);
    const entries = components.flatMap(({ entries: inside }) => inside);
    const texts = entries.map((entry) => entryText(entry, undefined, report));
    return `${title}\n\n${capped(texts, 20_000, "changes for this reason")}\n`;
  });
}

/** What no listed change is the place for. */
function policiesSection(report: PlanReport, changes: readonly Change[]): string[] {
  const urns = new Set(changes.map(({ urn }) => urn));
  const left = report.policyViolations.filter(({ urn }) => urn === null || !urns.has(urn));
  const texts = left.map(
    (violation) =>
      `- ${violation.urn === null ? "the stack" : `${code(shortType(typeOf(violation.urn)))} ${code(nameOf(violation.urn))}`}: ${violationText(violation)}`,
  );
  const refusals = report.refusals.filter(({ urn }) => !urns.has(urn)).map((refusal) => refusalText(refusal));
  return [
    ...(refusals.length > 0 ? [section("Refused besides", capped(refusals, room.policies, "refusals"))] : []),
    ...(texts.length > 0 ? [section("Policies", capped(texts, room.policies, "violations"))] : []),
  ];
}

function othersSection({
  interruptions = [],
  warnings,
  exceptions,
  standings = [],
  unlockings = [],
}: PlanReport): string[] {
  const waiting = interruptions.filter(({ when }) => when !== "at once").map(waitingText);
  const others = [
    ...unlockings.map(
      ({ type, urn, lifts }) =>
        `- **loses its locks**: ${code(shortType(type))} ${code(nameOf(urn))} (${prose(lifts.join(", "))})`,
    ),
    ...standings.flatMap(({ approval, record }) =>
      approval === undefined
        ? []
        : [
            `- approved: ${approval.operation} ${code(nameOf(approval.urn))} until ${prose(record.expires)} (${prose(record.by)}: ${prose(record.reason)})`,
          ],
    ),
    ...exceptions.map(
      ({ rule, resource, until, who, why }) =>
        `- exception: ${code(rule)} does not hold for ${code(resource)} until ${prose(until)} (${prose(who)}: ${prose(why)})`,
    ),
    ...warnings.map(
      ({ urn, message }) => `- ${urn === undefined ? "" : `${code(nameOf(urn))}: `}${prose(message)}`,
    ),
  ];
  return [
    ...(waiting.length > 0 ? [section("Waits for a window", capped(waiting, room.others, "of these"))] : []),
    ...(others.length > 0 ? [section("To know", capped(others, room.others, "remarks"))] : []),
  ];
}

function waitingText({ who, why, when, seconds }: Interruption): string {
  return `- ${prose(who)}: ${prose(why)}, ${prose(when)}${seconds === null ? "" : `, ${durationText({ seconds })}`}`;
}

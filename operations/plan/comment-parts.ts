import type { Refusal } from "../../guard/step";
import { count } from "../terminal/output";
import type { PolicyViolation } from "./diagnostics";
import { diffWords } from "./diff-words";
import type { DriftEntry } from "./drift";
import { capped, code, prose } from "./markdown";
import { nameOf, shortType } from "./plan";
import type { PlanReport } from "./report";

/**
 * Longest comment, in characters: GitHub takes 65,536, GitLab and others more. Below 60,000 with room for what commands get to be typed
 * elsewhere, and for a line that a pipeline adds.
 */
export const longestComment = 58_000;

/** Room for each part that stands open, in characters: what is folded gets the rest. */
export const room = {
  refused: 16_000,
  interrupts: 8_000,
  removed: 8_000,
  replaced: 6_000,
  policies: 5_000,
  others: 5_000,
};

export function section(title: string, content: string): string {
  return `#### ${title}\n\n${content}`;
}

/** What moved outside, as a comment or an issue. */
export function driftComment(report: PlanReport): string {
  const moved = report.cloud.isRead ? report.cloud.drift.moved : [];
  const words =
    moved.length === 0
      ? "nothing has moved outside."
      : `${count(moved.length, "resource")} moved outside, by nobody's run.`;
  const urns = new Set(moved.map(({ urn }) => urn));
  const refusals = report.refusals.filter(({ urn }) => urns.has(urn));
  return `${[
    `### ${code(report.stack)}: ${words}`,
    ...driftSection(report, longestComment - room.refused - 2_000),
    ...(refusals.length === 0
      ? []
      : [
          section(
            "Refused because of it",
            capped(
              refusals.map((one) => refusalText(one)),
              room.refused,
              "refusals",
            ),
          ),
        ]),
  ].join("\n\n")}\n`;
}

export function driftSection({ cloud }: PlanReport, space: number = room.others): string[] {
  if (!cloud.isRead) {
    return ["_The cloud was not read: what others changed there is not seen._"];
  }
  const { moved } = cloud.drift;
  return moved.length === 0
    ? []
    : [section("Moved outside, by nobody's run", capped(moved.map(movedText), space, "resources"))];
}

/** Properties of one resource that are written out. */
const mostProperties = 12;

function movedText({ type, name, isGone, willBe, properties }: DriftEntry): string {
  const more = properties.length - mostProperties;
  return [
    `- ${code(shortType(type))} ${code(name)}${isGone ? " is gone" : ""}: ${willBe}`,
    ...properties
      .slice(0, mostProperties)
      .map(
        ({ path, from, to, note }) =>
          `  - ${code(path)} ${code(diffWords({ from, to }).words ?? "what is in it differs")}${note === undefined ? "" : ` (${prose(note)})`}`,
      ),
    ...(more > 0 ? [`  - and ${more} more properties`] : []),
  ].join("\n");
}
/** @param reason the setting that is told already. */
export function refusalDetails(refusal: Refusal, reason?: string): string {
  const { loses, why, safeWay, approval, setting } = refusal;
  return [
    `  - **guard**: ${prose(loses)} ${prose(why)}`,
    ...(setting === undefined || setting === reason ? [] : [`  - setting ${code(setting)}`]),
    `  - safe way: ${prose(safeWay)}`,
    ...(approval === undefined ? [] : [`  - or approve it: ${code(approval)}`]),
  ].join("\n");
}

export function refusalText(refusal: Refusal): string {
  return `- **${refusal.op}** ${code(shortType(refusal.type))} ${code(nameOf(refusal.urn))}\n${refusalDetails(refusal)}`;
}

export function violationText({ policy, level, message }: PolicyViolation): string {
  return `policy ${code(policy)} (${prose(level)}): ${prose(message)}`;
}

import { durationText } from "../../guard/service/interruptions";
import { count } from "../terminal/output";
import type { Change } from "./changes";
import { isMandatory } from "./diagnostics";
import { whenText } from "./interruption-report";
import { whatOf } from "./plan";
import { isRefused, type PlanReport } from "./report";

/** A sentence of which a reader is to see the first word first. */
export interface Headline {
  /** `refused`, `approved`, `interrupts`, `deletes`; empty where nothing of the kind is to be said. */
  readonly word: string;
  readonly rest: string;
}

/** The one sentence that somebody reads who reads no more. */
export function headline(report: PlanReport, changes: readonly Change[]): Headline {
  const { refusals, policyViolations, interruptions = [], exercised = [] } = report;
  const mandatory = policyViolations.filter(isMandatory);
  const number = (kind: string): number =>
    changes.filter(({ verdict }) => verdict.kind.startsWith(kind)).length;
  if (isRefused(report)) {
    const parts = [
      ...(refusals.length > 0 ? [`${count(refusals.length, "change")} by the guard`] : []),
      ...(mandatory.length > 0 ? [`${count(mandatory.length, "policy violation")}`] : []),
    ];
    return { word: "refused", rest: `: ${parts.join(" and ")}. Nothing can be applied as it is.` };
  }
  const [approved, ...further] = exercised;
  if (approved !== undefined) {
    const { operation, phase, urn } = approved;
    const what =
      phase === "unlock"
        ? `unlock ${whatOf(urn)}, to ${operation} it with another run`
        : `${operation} ${whatOf(urn)}`;
    const others = further.length === 0 ? "" : `, and ${count(further.length, "other")}`;
    return { word: "approved", rest: `: ${what}${others}. Without its approval the guard refuses this.` };
  }
  const [first, ...more] = interruptions;
  if (first !== undefined) {
    const others = more.length === 0 ? "" : `, and ${count(more.length, "other")}`;
    return {
      word: "interrupts",
      rest: ` ${first.who}, ${durationText(first)} (${whenText(first)})${others}.`,
    };
  }
  if (number("deleted") > 0) {
    const gone = count(number("deleted"), "resource");
    return { word: "deletes", rest: ` ${gone}; nothing that the guard holds is among them.` };
  }
  if (number("replaced") > 0) {
    const replaced = count(number("replaced"), "resource");
    return { word: "", rest: `replaces ${replaced}; nobody is known to be interrupted.` };
  }
  return {
    word: "",
    rest:
      changes.length === 0
        ? `nothing to change${report.cloud.isRead ? "." : "; the cloud was not read."}`
        : `${count(changes.length, "change")}; nothing is lost, interrupted or replaced.`,
  };
}

import { durationText } from "../../guard/service/interruptions";
import { alike, isMandatory, type PolicyViolation } from "../plan/diagnostics";
import { whatOf } from "../plan/plan";
import type { PlanReport } from "../plan/report";

/** Something that a reviewer has to know of a plan, besides what changes. */
export interface Finding {
  /** `refused`: the plan is not carried out because of it; `attention`: somebody has to want it; `note`: it does no harm. */
  readonly level: "refused" | "attention" | "note";
  /** Who says it: "Guard", "Policy", "Interruption", … */
  readonly by: string;
  readonly title: string;
  /** What there is to say of it, each under a word. */
  readonly rows: readonly (readonly [word: string, text: string])[];
  /** The resources that it is about, by their URNs. */
  readonly urns: readonly string[];
}

/** What stands against a plan, what it takes from whom, and what is allowed that else is not; what is worst first. */
export function findingsOf(report: PlanReport): readonly Finding[] {
  const all = [
    ...report.refusals.map(ofRefusal),
    ...policyFindings(report.policyViolations),
    ...report.errors.map(({ urn, message }) => said("refused", "Error", message, urn)),
    ...interruptionFindings(report),
    ...(report.unlockings ?? []).map(({ urn, lifts }): Finding => {
      const title = `${whatOf(urn)} loses its locks, and can be deleted from then on`;
      return { level: "attention", by: "Locks", title, rows: [["taken off", lifts.join(", ")]], urns: [urn] };
    }),
    ...approvalFindings(report),
    ...report.exceptions.map(({ rule, resource, until, who, why }): Finding => {
      const title = `${rule} does not hold for ${resource} until ${until}`;
      return { level: "note", by: "Exception", title, rows: [[who, why]], urns: [] };
    }),
    ...report.warnings.map(({ urn, message }) => said("attention", "Warning", message, urn)),
  ];
  return levels.flatMap((level) => all.filter((one) => one.level === level));
}

const levels: readonly Finding["level"][] = ["refused", "attention", "note"];

/** Its first line is the title, the rest follows. */
function said(level: Finding["level"], by: string, message: string, urn: string | undefined): Finding {
  const [title = "", ...rest] = message.split("\n");
  const more = rest.join("\n").trim();
  return {
    level,
    by,
    title,
    rows: more === "" ? [] : [["details", more]],
    urns: urn === undefined ? [] : [urn],
  };
}

function ofRefusal(refusal: PlanReport["refusals"][number]): Finding {
  const { urn, id, op, rule, loses, why, setting, notApproved, approval, safeWay } = refusal;
  const rows: (readonly [string, string | undefined])[] = [
    ["loses", loses],
    ["why", why],
    ["setting", setting],
    ["safe way", safeWay],
    ["approved?", notApproved],
    ["approve", approval],
    ["rule", rule],
  ];
  return {
    level: "refused",
    by: "Guard",
    title: `${op} ${whatOf(urn)}${id === null ? "" : ` (${id})`}`,
    rows: rows.flatMap(([word, text]) => (text === undefined ? [] : [[word, text] as const])),
    urns: [urn],
  };
}

function policyFindings(violations: readonly PolicyViolation[]): readonly Finding[] {
  return alike(violations).map((group) => {
    const [first] = group;
    const { rows, ...finding } = said(
      isMandatory(first) ? "refused" : "attention",
      "Policy",
      first.message,
      undefined,
    );
    return {
      ...finding,
      rows: [...rows, ["policy", first.policy]],
      urns: group.flatMap(({ urn }) => urn ?? []),
    };
  });
}

function interruptionFindings({ interruptions = [] }: PlanReport): readonly Finding[] {
  return interruptions.map((interruption) => {
    const { urn, who, why, when } = interruption;
    return {
      level: "attention",
      by: "Interruption",
      title: `${who}, ${durationText(interruption)}`,
      rows: [
        ["why", why],
        ["when", when],
      ],
      urns: [urn],
    };
  });
}

function approvalFindings({ standings = [] }: PlanReport): readonly Finding[] {
  return standings.flatMap(({ approval, record }): Finding[] => {
    if (approval === undefined) {
      return [];
    }
    const { urn, id, operation } = approval;
    const title = `${operation} ${whatOf(urn)} (${id}) is approved until ${record.expires}`;
    return [{ level: "attention", by: "Approval", title, rows: [[record.by, record.reason]], urns: [urn] }];
  });
}

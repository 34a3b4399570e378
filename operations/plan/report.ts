import type { Approval } from "../../guard/approvals/approval";
import type { Standing } from "../../guard/approvals/approval-record";
import type { RuleException } from "../../guard/approvals/exceptions";
import type { Unlocking } from "../../guard/judge/locked";
import type { Interruption } from "../../guard/service/interruptions";
import type { Refusal } from "../../guard/step";
import { alike, describeError, isMandatory, type EngineError, type PolicyViolation } from "./diagnostics";
import type { Cause } from "./cause";
import { changesOf } from "./changes";
import { count, indent, table, type Output } from "../terminal/output";
import { cloudDocument, printDrift, type Knowledge } from "./drift-report";
import { printInterruptions } from "./interruption-report";
import { isCustom } from "./held-run";
import { printChanges } from "./print-changes";
import { printRefusals, printUnlockings } from "./refusal-report";
import type { Prediction } from "./timeline";
import { predictionLines, timelineSummary } from "./timeline-report";
import { planOf, shortType, whatOf, type Plan, type PlannedStep, type Restated } from "./plan";

/** Everything that a preview found out; what `preview --json` prints. */
export interface PlanReport {
  readonly stack: string;
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
  readonly policyViolations: readonly PolicyViolation[];
  /** What went wrong besides refusals and violations. */
  readonly errors: readonly EngineError[];
  readonly warnings: readonly EngineError[];
  /** Exceptions from rules that hold today: what the policies have not refused because of a setting. */
  readonly exceptions: readonly RuleException[];
  /** What each approval of the stack is worth. Default: there are none. */
  readonly standings?: readonly Standing[];
  /** What the plan takes locks off, but for what is approved. Default: nothing. */
  readonly unlockings?: readonly Unlocking[];
  /** Whom the plan takes service from. Default: nobody. */
  readonly interruptions?: readonly Interruption[];
  /** Approvals without which the plan would have been refused. Default: none. */
  readonly exercised?: readonly Approval[];
  /** Why each resource changes, by URN. Default: it is not known. */
  readonly causes?: ReadonlyMap<string, Cause>;
  /** How long carrying it out takes. Default: nothing is known of it. */
  readonly prediction?: Prediction;
  /** What is known of the cloud, and from when. */
  readonly cloud: Knowledge;
}

/** Whether guard or policy forbids carrying out the plan. */
export function isRefused(report: PlanReport): boolean {
  return report.refusals.length > 0 || report.policyViolations.some(isMandatory);
}

/** The document of `preview --json`. Steps that change nothing are counted and not listed. */
export function planDocument(report: PlanReport): Record<string, unknown> {
  const steps = new Map(report.plan.outcome.map((step) => [`${step.op} ${step.urn}`, step]));
  return {
    stack: report.stack,
    summary: report.plan.counts,
    changes: changesOf(report).map(({ urn, type, op, id, diff, setting, cause, verdict }) => ({
      ...{ urn, type, op, id },
      keys: steps.get(`${op} ${urn}`)?.paths ?? [],
      replaceKeys: steps.get(`${op} ${urn}`)?.replaceKeys ?? [],
      ...{ diff, setting, cause: cause.kind, verdict },
    })),
    restated: report.plan.outcome
      .filter((step) => step.restated.length > 0)
      .map(({ urn, restated }) => ({ urn, what: restated })),
    refusals: report.refusals,
    policyViolations: report.policyViolations,
    warnings: report.warnings.map(({ urn, message }) => ({ urn: urn ?? null, message })),
    exceptions: report.exceptions,
    ...cloudDocument(report.cloud),
    ...(report.prediction !== undefined && { timeline: timelineSummary(report.prediction.timeline) }),
    ...((report.interruptions ?? []).length > 0 && { interrupts: report.interruptions }),
    ...((report.unlockings ?? []).length > 0 && { unlocks: report.unlockings }),
    ...((report.standings ?? []).length > 0 && {
      approvals: (report.standings ?? []).flatMap(({ approval, record }) =>
        approval === undefined ? [] : [{ ...approval, expires: record.expires, by: record.by }],
      ),
    }),
  };
}

/** Prints the plan for a person: what and why, what stands against it, and how much, of what stands in a cloud. */
export function printPlan(report: PlanReport, output: Output): void {
  const { colors: c } = output;
  printChanges(changesOf(report), output);
  printRestated(report.plan, output);
  printDrift(report.cloud, output);
  for (const warning of report.warnings) {
    output.printFitted(`\n${c.yellow("Warning")}: ${describeError(warning)}`);
  }
  for (const { rule, resource, until, who, why } of report.exceptions) {
    output.printFitted(
      `\n${c.yellow("Exception")}: ${rule} does not hold for ${resource} until ${until} (${who}: ${why})`,
    );
  }
  printInterruptions(report.interruptions ?? [], output);
  printApprovals(report, output);
  printUnlockings(report.unlockings ?? [], output);
  printPolicyViolations(report, output);
  printRefusals(report.refusals, output);
  const counts = planOf(
    report.plan.outcome.filter(({ type }) => isCustom(type)),
    [],
  ).counts;
  output.printFitted(
    `\n  ${c.green(`${counts.create} to create`)}, ${c.yellow(`${counts.update} to update`)}, ` +
      `${c.magenta(`${counts.replace} to replace`)}, ${c.red(`${counts.delete} to delete`)}, ` +
      `${counts.same} unchanged`,
  );
  predictionLines(report.prediction?.timeline).forEach((line) => output.printFitted(`  ${line}`));
}

/** What this plan may do because a person has said so. */
function printApprovals({ standings = [] }: PlanReport, output: Output): void {
  for (const { approval, record, ...rest } of standings) {
    if (approval === undefined) {
      if ("isOpen" in rest && rest.isOpen === true) {
        output.printFitted(
          `\n${output.colors.yellow("Approved no longer")}: ${whatOf(rest.urn ?? "")}: the approval ` +
            `${rest.why}. A run has taken its protection and locks off; this one puts them back where the program still has it`,
        );
      }
      continue;
    }
    const { urn, id, operation, phase } = approval;
    const now =
      operation === "loosen" || operation === "forget"
        ? ""
        : phase === "unlock"
          ? "; this run unlocks it, the next one may delete it"
          : "; it is unlocked, and this run may delete it";
    const remark = "remark" in rest && rest.remark !== undefined ? ` (${rest.remark})` : "";
    output.printFitted(
      `\n${output.colors.yellow("Approved")}: ${operation} ${whatOf(urn)} (${id}) until ${record.expires} ` +
        `(${record.by}: ${record.reason})${now}${remark}`,
    );
  }
}

/** What a person types to have a plan carried out: the stack's name where it takes locks off, else no more than `y`. */
export function typedFor({ stack, unlockings = [] }: PlanReport): string | undefined {
  return unlockings.length === 0 ? undefined : stack;
}

/** What only the state will know of. */
function printRestated(plan: Plan, output: Output): void {
  const rows = plan.outcome
    .filter(({ restated }) => restated.length > 0)
    .map((step) => [
      output.colors.yellow("~ record"),
      shortType(step.type),
      `${step.name}: ${step.restated.map((what) => restatements[what](step)).join(", ")}`,
    ]);
  if (rows.length > 0) {
    output.printFitted();
    output.printFitted(output.colors.bold("In the state alone"));
    output.printFitted(table(rows, "  "));
  }
}

const restatements: Readonly<Record<Restated, (step: PlannedStep) => string>> = {
  protect: ({ new: wanted }) => (wanted?.protect === true ? "protected" : "no longer protected"),
  retainOnDelete: ({ new: wanted }) =>
    wanted?.retainOnDelete === true ? "kept when it is deleted" : "no longer kept when it is deleted",
  urn: () => "under its new name",
};

/** One entry a policy and message; what has the same thing wrong is named together. */
function printPolicyViolations(report: PlanReport, output: Output): void {
  if (report.policyViolations.length === 0) {
    return;
  }
  const { colors: c } = output;
  output.printFitted();
  output.printFitted(c.bold("Policies"));
  for (const group of alike(report.policyViolations)) {
    const [first] = group;
    const paint = isMandatory(first) ? c.red : c.yellow;
    output.printFitted(`  ${paint(first.level)} ${first.policy}`);
    output.printFitted(indent(first.message, "    "));
    for (const { urn } of group) {
      output.printFitted(`      ${urn === null ? "the stack" : whatOf(urn)}`);
    }
  }
}

/** One sentence for the error of a refused plan. */
function refusedMessage(report: PlanReport): string {
  const mandatory = report.policyViolations.filter(isMandatory).length;
  const parts = [
    report.refusals.length > 0 ? `${count(report.refusals.length, "change")} refused by the guard` : "",
    mandatory > 0 ? `${count(mandatory, "policy violation")}` : "",
  ].filter((part) => part !== "");
  return `${report.stack}: ${parts.join(" and ")}. Nothing was touched.`;
}

/** The engine's errors as text. */
function errorText(errors: readonly EngineError[]): string {
  return errors.map(describeError).join("\n");
}

/** Ends a refused command's words: on stderr, since the document on stdout says it already. */
export function tellRefusal(report: PlanReport, output: Output): void {
  if (report.errors.length > 0) {
    output.note(errorText(report.errors));
  }
  output.note(output.colors.red(refusedMessage(report)));
}

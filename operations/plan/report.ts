import type { Approval } from "../../guard/approvals/approval";
import type { Standing } from "../../guard/approvals/approval-record";
import type { RuleException } from "../../guard/approvals/exceptions";
import type { Unlocking } from "../../guard/judge/locked";
import type { Interruption } from "../../guard/service/interruptions";
import type { Refusal, StepOperation } from "../../guard/step";
import { describeError, isMandatory, type EngineError, type PolicyViolation } from "./diagnostics";
import type { Cause } from "./cause";
import { changesOf } from "./changes";
import { count, indent, table, type Output } from "../terminal/output";
import { cloudDocument, printDrift, type Knowledge } from "./drift-report";
import { printInterruptions } from "./interruption-report";
import { printRefusals, printUnlockings } from "./refusal-report";
import { nameOf, shortType, stackType, typeOf, type Plan, type PlannedStep, type Restated } from "./plan";

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
    ...((report.interruptions ?? []).length > 0 && { interrupts: report.interruptions }),
    ...((report.unlockings ?? []).length > 0 && { unlocks: report.unlockings }),
    ...((report.standings ?? []).length > 0 && {
      approvals: (report.standings ?? []).flatMap(({ approval, record }) =>
        approval === undefined ? [] : [{ ...approval, expires: record.expires, by: record.by }],
      ),
    }),
  };
}

function listed(plan: Plan): PlannedStep[] {
  return plan.outcome.filter((step) => step.op !== "same");
}

/** Prints the plan for a person: how much, what by component, and what stands against it. */
export function printPlan(report: PlanReport, output: Output): void {
  const { colors: c } = output;
  const { counts } = report.plan;
  output.print();
  output.print(
    `  ${c.green(`${counts.create} to create`)}, ${c.yellow(`${counts.update} to update`)}, ` +
      `${c.magenta(`${counts.replace} to replace`)}, ${c.red(`${counts.delete} to delete`)}, ` +
      `${counts.same} unchanged`,
  );
  // Components are the headings; what happens, happens to what is in them.
  const changes = listed(report.plan).filter((step) => !isComponent(step.type) && step.type !== stackType);
  for (const [component, steps] of groupByComponent(changes, report.plan.steps)) {
    output.print();
    output.print(c.bold(component));
    output.print(table(changeRows(steps, output), "  "));
  }
  printRestated(report.plan, output);
  printDrift(report.cloud, output);
  for (const warning of report.warnings) {
    output.print(`\n${c.yellow("Warning")}: ${describeError(warning)}`);
  }
  for (const { rule, resource, until, who, why } of report.exceptions) {
    output.print(
      `\n${c.yellow("Exception")}: ${rule} does not hold for ${resource} until ${until} (${who}: ${why})`,
    );
  }
  printInterruptions(report.interruptions ?? [], output);
  printApprovals(report, output);
  printUnlockings(report.unlockings ?? [], output);
  printPolicyViolations(report, output);
  printRefusals(report.refusals, output);
}

/** What this plan may do because a person has said so. */
function printApprovals({ standings = [] }: PlanReport, output: Output): void {
  for (const { approval, record, ...rest } of standings) {
    if (approval === undefined) {
      if ("isOpen" in rest && rest.isOpen === true) {
        output.print(
          `\n${output.colors.yellow("Approved no longer")}: ${shortType(typeOf(rest.urn ?? ""))} ${nameOf(rest.urn ?? "")}: the approval ` +
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
          ? "; this run only unlocks it"
          : "; it stands unlocked, and may go";
    const remark = "remark" in rest && rest.remark !== undefined ? ` (${rest.remark})` : "";
    output.print(
      `\n${output.colors.yellow("Approved")}: ${operation} ${shortType(typeOf(urn))} ${nameOf(urn)} (${id}) until ${record.expires} ` +
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
    output.print();
    output.print(output.colors.bold("In the state alone"));
    output.print(table(rows, "  "));
  }
}

const restatements: Readonly<Record<Restated, (step: PlannedStep) => string>> = {
  protect: ({ new: wanted }) => (wanted?.protect === true ? "protected" : "no longer protected"),
  retainOnDelete: ({ new: wanted }) =>
    wanted?.retainOnDelete === true ? "kept when it is deleted" : "no longer kept when it is deleted",
  urn: () => "under its new name",
};

type Color = "green" | "yellow" | "magenta" | "red" | "dim";

const looks: Readonly<Record<StepOperation, readonly [sign: string, color: Color]>> = {
  create: ["+", "green"],
  update: ["~", "yellow"],
  replace: ["±", "magenta"],
  delete: ["-", "red"],
  import: ["=", "green"],
  read: [">", "dim"],
  refresh: ["*", "dim"],
  same: [" ", "dim"],
};

/** How many names of new resources of one type are written out. */
const namesShown = 4;

/** A row a change; new resources, of which there are many and nothing more to say, a row a type. */
function changeRows(steps: readonly PlannedStep[], output: Output): string[][] {
  const created = new Map<string, string[]>();
  for (const step of steps.filter(({ op }) => op === "create")) {
    created.set(step.type, [...(created.get(step.type) ?? []), step.name]);
  }
  const creations = [...created].map(([type, names]) => [
    output.colors.green("+ create"),
    shortType(type),
    names.length > namesShown
      ? `${names.slice(0, namesShown - 1).join(", ")} and ${names.length - namesShown + 1} more`
      : names.join(", "),
  ]);
  return [...creations, ...steps.filter(({ op }) => op !== "create").map((step) => changeRow(step, output))];
}

function changeRow(step: PlannedStep, output: Output): string[] {
  // An operation that is not known is shown as it is; the guard has refused it.
  const [sign, color] = Object.hasOwn(looks, step.op) ? looks[step.op] : (["?", "red"] as const);
  const what = step.op === "update" || step.op === "replace" ? `: ${changedPaths(step)}` : "";
  return [output.colors[color](`${sign} ${step.op}`), shortType(step.type), `${step.name}${what}`];
}

function changedPaths(step: PlannedStep): string {
  const forcing = new Set(step.replaceKeys);
  return step.paths
    .map((path) => (forcing.has(path.split(/[.[]/)[0] ?? path) ? `${path} (forces replacement)` : path))
    .join(", ");
}

/** The changes under the outermost component that each belongs to, in the order in which the plan speaks of them. */
function groupByComponent(
  changes: readonly PlannedStep[],
  all: readonly PlannedStep[],
): Map<string, PlannedStep[]> {
  const byUrn = new Map(all.map((step) => [step.urn, step]));
  const groups = new Map<string, PlannedStep[]>();
  for (const change of changes) {
    const title = componentOf(change, byUrn);
    const group = groups.get(title);
    if (group === undefined) {
      groups.set(title, [change]);
    } else {
      group.push(change);
    }
  }
  return groups;
}

function componentOf(step: PlannedStep, byUrn: ReadonlyMap<string, PlannedStep>): string {
  let outermost = step;
  for (let parent = byUrn.get(step.parent); parent !== undefined; parent = byUrn.get(parent.parent)) {
    if (parent.type === stackType) {
      break;
    }
    outermost = parent;
  }
  return isComponent(outermost.type) ? `${outermost.type.split(":")[2]} ${outermost.name}` : "Stack";
}

function isComponent(type: string): boolean {
  return /^groundwork:[^:]+:[^:]+$/.test(type);
}

/** One entry a policy and message; what has the same thing wrong is named together. */
function printPolicyViolations(report: PlanReport, output: Output): void {
  if (report.policyViolations.length === 0) {
    return;
  }
  const { colors: c } = output;
  output.print();
  output.print(c.bold("Policies"));
  const groups = new Map<string, PolicyViolation[]>();
  for (const violation of report.policyViolations) {
    const key = JSON.stringify([violation.level, violation.policy, violation.message]);
    groups.set(key, [...(groups.get(key) ?? []), violation]);
  }
  for (const group of groups.values()) {
    const [first] = group as [PolicyViolation];
    const paint = isMandatory(first) ? c.red : c.yellow;
    output.print(`  ${paint(first.level)} ${first.policy}`);
    output.print(indent(first.message, "    "));
    for (const { urn } of group) {
      output.print(`      ${urn === null ? "the stack" : `${shortType(typeOf(urn))} ${nameOf(urn)}`}`);
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

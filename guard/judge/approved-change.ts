import { approvalFor, type Approval, type ApprovedOperation } from "../approvals/approval";
import type { StatefulType } from "../stateful-type";
import { statefulType } from "../catalogue/stateful-types";
import type { Step } from "../step";
import { read } from "../unknown";
import type { JudgeRule } from "./verdict";

/** What of a change in place each approval allows. Everything else stays refused, also for what is approved. */
const allowed: Readonly<Record<ApprovedOperation, ReadonlySet<JudgeRule>>> = {
  delete: new Set<JudgeRule>(["removes-protection", "removes-lock"]),
  replace: new Set<JudgeRule>(["removes-protection", "removes-lock"]),
  loosen: new Set<JudgeRule>([
    "loosened",
    "lowered-retention",
    "shortened-lifecycle",
    "exchanged",
    "removes-final-copy",
    "forces-deletion",
    "removes-part",
  ]),
  forget: new Set(),
};

/**
 * Whether a person has approved what a rule refuses in a change in place. The lock of what is to be destroyed may come off
 * in both phases: a run between them may have put it back.
 */
export function isApproved(
  rule: JudgeRule,
  step: Step,
  kind: StatefulType,
  approvals: readonly Approval[],
): boolean {
  const approval = approvalFor(approvals, step.urn, step.old?.id) ?? approvalOfStore(step, kind, approvals);
  return approval !== undefined && allowed[approval.operation].has(rule);
}

/** Rules of expiry that are new have no id yet: the approval is of the store that they are for. */
export function approvalOfStore(
  step: Step,
  kind: StatefulType,
  approvals: readonly Approval[],
): Approval | undefined {
  if (step.old !== undefined || step.new === undefined || kind.removable !== true) {
    return undefined;
  }
  const { inputs } = step.new;
  const stores = kind.life.flatMap((property) =>
    property.kind === "expiry" ? [read(inputs, property.of)] : [],
  );
  return approvals.find(({ id, urn, operation }) => {
    const type = statefulType(ownType(urn));
    return (
      operation === "loosen" &&
      type !== undefined &&
      type.removable !== true &&
      // Azure's ids are paths that end with the name.
      stores.some((store) => store === id || (typeof store === "string" && id.endsWith(`/${store}`)))
    );
  });
}

/** The resource's own type, without those of its parents. */
function ownType(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").pop() ?? "";
}

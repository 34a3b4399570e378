import { reasonPlaceholder } from "../../../guard/approvals/answerable";
import { approvalOfStore } from "../../../guard/judge/approved-change";
import type { ApprovedOperation } from "../../../guard/approvals/approval";
import type { Standing } from "../../../guard/approvals/approval-record";
import { groundworkCommand } from "../../../guard/printed-command";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import type { Refusal, Step } from "../../../guard/step";

/** What a person would have to approve for a refusal not to be made. */
export interface Approvable {
  readonly urn: string;
  readonly id: string;
  readonly operation: ApprovedOperation;
}

/**
 * Rules that an approval answers, and which operation that is. The others ask for something else than a permission. Locks come off
 * for what is to be given up, and for nothing else.
 */
const operations: Readonly<Record<string, ApprovedOperation>> = {
  "deletes-data": "delete",
  "abandons-data": "delete",
  "replaces-data": "replace",
  "removes-protection": "delete",
  "removes-lock": "delete",
  loosened: "loosen",
  "lowered-retention": "loosen",
  "shortened-lifecycle": "loosen",
  exchanged: "loosen",
  "removes-final-copy": "loosen",
  "forces-deletion": "loosen",
  "removes-part": "loosen",
  "lost-from-state": "forget",
  "recreates-data": "forget",
};

/** Undefined for what no approval answers. */
export function approvableOf(refusal: Refusal, steps: readonly Step[]): Approvable | undefined {
  const operation = operationOf(refusal);
  if (operation === undefined) {
    return undefined;
  }
  const { urn, id } = refusal;
  if (id !== null && id !== "") {
    return { urn, id, operation };
  }
  // New rules of expiry have no id: what is approved is the change to the store that they are for.
  const made = steps.find((step) => step.urn === urn && step.op === "create");
  const kind = statefulType(refusal.type);
  if (made === undefined || kind === undefined) {
    return undefined;
  }
  const store = steps.find((step) => {
    const own = step.old?.id ?? "";
    return (
      own !== "" &&
      approvalOfStore(made, kind, [{ urn: step.urn, id: own, operation, phase: "destroy" }]) !== undefined
    );
  });
  return store?.old?.id === undefined || store.old.id === null
    ? undefined
    : { urn: store.urn, id: store.old.id, operation };
}

/** What only `protect` holds may be asked for in any way; at that rule the operation is the plan's own. */
function operationOf({ rule, op }: Refusal): ApprovedOperation | undefined {
  return rule === "protected" ? (op === "replace" ? "replace" : "delete") : operations[rule];
}

/** The call that approves it, but for the reason: that is a person's to say, and what stands there is refused as one. */
export function approveLine({ urn, id, operation }: Approvable, stack: string): string {
  return groundworkCommand`guard ${stack} approve ${urn} --id ${id} --operation ${operation} --for 1h --reason ${reasonPlaceholder}`;
}

function openSentence(stack: string): string {
  return (
    " A run has taken protection and locks off what it was for: with that back as it was, " +
    `\`${groundworkCommand`up ${stack}`}\` locks it again.`
  );
}

/** Refusals with the call that approves each, and with what is wrong with an approval that somebody thought to have. */
export function withApprovals(
  refusals: readonly Refusal[],
  steps: readonly Step[],
  standings: readonly Standing[],
  stack: string,
): Refusal[] {
  return refusals.map((refusal) => {
    const wanted = approvableOf(refusal, steps);
    const urn = wanted?.urn ?? refusal.urn;
    // The last: it is the one that a person has in mind.
    const given = standings.findLast((standing) => standing.approval === undefined && standing.urn === urn);
    return {
      ...refusal,
      ...(wanted !== undefined && { approval: approveLine(wanted, stack) }),
      ...(given?.approval === undefined &&
        given !== undefined && {
          notApproved: `The approval ${given.why}.${given.isOpen === true ? openSentence(stack) : ""}`,
        }),
    };
  });
}

/**
 * What a person may allow for one resource, in spite of the guard:
 *
 * - `delete`, `replace`: it may be deleted, or deleted and made anew. Takes two runs: the first takes its protection and
 *   the cloud's locks off and keeps a copy where its type has one, the second destroys.
 * - `loosen`: one change in place that lets its data live shorter.
 * - `forget`: the state may know it no longer, though it was there in the last good run; a new one may be made.
 */
export const approvedOperations = ["delete", "replace", "loosen", "forget"] as const;
export type ApprovedOperation = (typeof approvedOperations)[number];

/**
 * An approval that holds: `groundwork` has found it in the stack's approvals, unaltered, not expired, not revoked, not used,
 * written down in the ledger of its backend, and for what the state has under this id. Whoever is handed one need not ask again.
 */
export interface Approval {
  readonly urn: string;
  /** Physical id: it is this one thing that is given up, and no other that may come to bear its name. */
  readonly id: string;
  readonly operation: ApprovedOperation;
  /**
   * For `delete` and `replace`. `unlock`: protection and locks may come off; `destroy`: an earlier run has taken them off,
   * and the copy that it kept was found whole. For others `destroy`.
   */
  readonly phase: "unlock" | "destroy";
}

/** Whether an operation takes two runs: one that takes locks off, and one that destroys. */
export function isTwoRuns(operation: ApprovedOperation | undefined): boolean {
  return operation === "delete" || operation === "replace";
}

/** The approval of a resource; undefined where there is none for exactly this urn and id. */
export function approvalFor(
  approvals: readonly Approval[] | undefined,
  urn: string,
  id: string | null | undefined,
): Approval | undefined {
  return id === undefined || id === null || id === ""
    ? undefined
    : approvals?.find((approval) => approval.urn === urn && approval.id === id);
}

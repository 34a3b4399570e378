import type { Approval, ApprovedOperation } from "./approval";

/**
 * Whether what is under a URN may be asked for without `protect` and with the cloud's locks off. Policies are not told the
 * physical id; whoever hands approvals on has found it under this URN in the state.
 */
export function mayStandFree(approvals: readonly Approval[] | undefined, urn: string): boolean {
  return isApprovedFor(["delete", "replace"], approvals, urn);
}

/** Whether what is under a URN may be asked for with less than the floors say. */
export function mayBeLoosened(approvals: readonly Approval[] | undefined, urn: string): boolean {
  return isApprovedFor(["loosen"], approvals, urn);
}

function isApprovedFor(
  operations: readonly ApprovedOperation[],
  approvals: readonly Approval[] | undefined,
  urn: string,
): boolean {
  return (
    approvals?.some((approval) => approval.urn === urn && operations.includes(approval.operation)) ?? false
  );
}

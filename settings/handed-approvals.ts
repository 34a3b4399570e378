import { z } from "zod";
import { approvedOperations, type Approval } from "../guard/approvals/approval";
import { parseJson } from "../guard/unknown";
import { approvalsText } from "./environment";

const handedApprovals = z.array(
  z.strictObject({
    urn: z.string().min(1),
    id: z.string().min(1),
    operation: z.enum(approvedOperations),
    phase: z.enum(["unlock", "destroy"]),
  }),
);

/**
 * The approvals that `groundwork` has handed on, verified. Nothing, or anything that is not exactly what it writes: none.
 * Plain `pulumi` is handed none, so that there everything stays locked.
 */
export function readApprovals(text = approvalsText()): readonly Approval[] {
  if (text === undefined) {
    return [];
  }
  const parsed = handedApprovals.safeParse(parseJson(text));
  return parsed.success ? parsed.data : [];
}

/** What `readApprovals` reads. None is an empty text. */
export function writtenApprovals(approvals: readonly Approval[]): string {
  return approvals.length === 0
    ? ""
    : JSON.stringify(approvals.map(({ urn, id, operation, phase }) => ({ urn, id, operation, phase })));
}

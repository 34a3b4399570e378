import { createHash } from "node:crypto";
import { z } from "zod";
import { approvedOperations, type Approval, type ApprovedOperation } from "./approval";
import { isRecord } from "../unknown";

/** One approval as it stands in the approvals of a stack, for a review to read. Everything in it is sealed. */
export interface ApprovalRecord {
  readonly urn: string;
  /** Physical id. */
  readonly id: string;
  readonly operation: ApprovedOperation;
  /** Who answers for it. */
  readonly by: string;
  readonly reason: string;
  /** When it was given, and when it ends: ISO 8601 in UTC. */
  readonly at: string;
  readonly expires: string;
  /** When the resource came into the state, as the state has it: one that is made anew is another. Empty where the state does not say. */
  readonly created: string;
  /** SHA-256 over all the rest, in hexadecimal. */
  readonly seal: string;
}

const time = z.iso.datetime();

const approvalRecord = z.strictObject({
  urn: z.string().min(1),
  id: z.string().min(1),
  operation: z.enum(approvedOperations),
  by: z.string().min(1),
  reason: z.string().min(1),
  at: time,
  expires: time,
  created: z.string(),
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});

/** An entry of the approvals that is none, with what is wrong with it. */
export interface MalformedRecord {
  readonly urn: string | undefined;
  readonly why: string;
}

export function readRecord(value: unknown): ApprovalRecord | MalformedRecord {
  const parsed = approvalRecord.safeParse(value);
  if (parsed.success) {
    return parsed.data;
  }
  const urn = isRecord(value) && typeof value["urn"] === "string" ? value["urn"] : undefined;
  const operation = isRecord(value) ? value["operation"] : undefined;
  const isUnknownOperation = !approvedOperations.some((known) => known === operation);
  const [issue] = parsed.error.issues;
  return {
    urn,
    why: isUnknownOperation
      ? `its operation is none of ${approvedOperations.join(", ")}`
      : `it is not written as groundwork writes them: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trimEnd(),
  };
}

/** The seal of a record: the same for the same words in any order. */
export function sealOf(record: Omit<ApprovalRecord, "seal">): string {
  const { urn, id, operation, by, reason, at, expires, created } = record;
  const canonical = { at, by, created, expires, id, operation, reason, urn };
  return createHash("sha256").update(JSON.stringify(canonical)).digest("hex");
}

export function sealed(record: Omit<ApprovalRecord, "seal">): ApprovalRecord {
  return { ...record, seal: sealOf(record) };
}

/** An approval as the ledger of the stack's backend has it from when it was given. */
export type GivenApproval = Pick<
  ApprovalRecord,
  "seal" | "urn" | "id" | "operation" | "by" | "at" | "expires"
>;

/** What became of approvals, by their seals, as the ledger of the stack's backend has it. */
export interface ApprovalHistory {
  /** Seals that were written down when the approvals were given. */
  readonly given: ReadonlySet<string>;
  readonly revoked: ReadonlyMap<string, { readonly at: string; readonly by: string }>;
  /** The last time that each was unlocked. */
  readonly unlocked: ReadonlyMap<string, { readonly at: string }>;
  readonly used: ReadonlyMap<string, { readonly at: string }>;
}

/** One resource of the state, as far as an approval has to meet it. */
export interface ApprovableResource {
  readonly urn: string;
  readonly id: string;
  readonly created: string;
  /** What protects it still, in words; empty: the last run left it free. */
  readonly held: readonly string[];
}

export interface VerificationContext {
  readonly history: ApprovalHistory;
  /** What the state has. */
  readonly resources: readonly ApprovableResource[];
  /** What the last good runs had, for `forget`: the state has lost it. */
  readonly remembered: readonly Pick<ApprovableResource, "urn" | "id">[];
  readonly now: Date;
}

type Flaw =
  | "malformed"
  | "altered"
  | "not-in-ledger"
  | "not-in-file"
  | "revoked"
  | "used"
  | "expired"
  | "mismatched"
  | "in-doubt";

/** What one approval is worth now. */
export type Standing =
  | {
      readonly record: ApprovalRecord;
      readonly approval: Approval;
      readonly flaw?: undefined;
      /** What a person should know besides; a sentence without its end. */
      readonly remark?: string;
    }
  | {
      /** Undefined where the entry is none. */
      readonly record: ApprovalRecord | undefined;
      readonly urn: string | undefined;
      /** Where only the ledger has it. */
      readonly given?: GivenApproval;
      /** A run has taken protection and locks off what it is for, and none has put them back. */
      readonly isOpen?: boolean;
      readonly approval?: undefined;
      readonly flaw: Flaw;
      /** Why it does not hold; goes on from "It ". */
      readonly why: string;
    };

/**
 * What each approval of a stack is worth: those that hold, for exactly one resource, and why the others do not.
 *
 * A record that was altered has another seal; one that was written by hand, with a right seal, is not in the ledger. Two
 * that hold for one resource contradict each other, and neither counts.
 */
export function verifyApprovals(
  entries: readonly (ApprovalRecord | MalformedRecord)[],
  context: VerificationContext,
): Standing[] {
  const standings = entries.map((entry) => verify(entry, context));
  return standings.map((standing): Standing => {
    if (standing.approval === undefined) {
      return standing;
    }
    const { urn, id } = standing.approval;
    const rivals = standings.filter(
      ({ approval }) => approval !== undefined && approval.urn === urn && approval.id === id,
    );
    return rivals.length < 2
      ? standing
      : {
          record: standing.record,
          urn,
          flaw: "in-doubt",
          why: `is one of ${rivals.length} for the same resource: revoke all but one`,
        };
  });
}

function verify(entry: ApprovalRecord | MalformedRecord, context: VerificationContext): Standing {
  if (!("seal" in entry)) {
    return { record: undefined, urn: entry.urn, flaw: "malformed", why: `does not count: ${entry.why}` };
  }
  const { history, now } = context;
  const no = (flaw: Flaw, why: string): Standing => ({
    record: entry,
    urn: entry.urn,
    flaw,
    why,
    ...(isOpen(entry, context) && { isOpen: true }),
  });
  if (sealOf(entry) !== entry.seal) {
    return no("altered", "was altered after it was given: its seal does not fit what it says");
  }
  if (!history.given.has(entry.seal)) {
    return no(
      "not-in-ledger",
      "is not in the ledger of the stack's backend: `groundwork guard … approve` did not write it",
    );
  }
  const revoked = history.revoked.get(entry.seal);
  if (revoked !== undefined) {
    return no("revoked", `was revoked by ${revoked.by} on ${revoked.at}`);
  }
  const used = history.used.get(entry.seal);
  if (used !== undefined) {
    return no("used", `was used on ${used.at}, and holds once`);
  }
  if (!(Date.parse(entry.expires) > now.getTime())) {
    return no("expired", `expired at ${entry.expires}`);
  }
  return entry.operation === "forget" ? meetMemory(entry, context) : meetState(entry, context);
}

/**
 * Approvals of the ledger that could still be used, or have left something open, and of which the approvals of the stack have
 * no record: it was taken out, or stands on another branch. Without its record none counts.
 */
export function missingRecords(
  given: readonly GivenApproval[],
  entries: readonly (ApprovalRecord | MalformedRecord)[],
  context: VerificationContext,
): Standing[] {
  const present = new Set(entries.flatMap((entry) => ("seal" in entry ? [entry.seal] : [])));
  const { revoked, used } = context.history;
  return given
    .filter(({ seal }) => !present.has(seal) && !revoked.has(seal) && !used.has(seal))
    .filter((one) => Date.parse(one.expires) > context.now.getTime() || isOpen(one, context))
    .map((one) => ({
      record: undefined,
      urn: one.urn,
      given: one,
      flaw: "not-in-file",
      why: "is in the ledger, and its record is not among the stack's approvals: put it back as it was committed, or revoke it",
      ...(isOpen(one, context) && { isOpen: true }),
    }));
}

/** Whether a run has unlocked what an approval is for, and it stands free still. */
function isOpen(
  { seal, urn, id }: Pick<ApprovalRecord, "seal" | "urn" | "id">,
  { history, resources }: VerificationContext,
): boolean {
  return (
    history.unlocked.has(seal) &&
    resources.some((one) => one.urn === urn && one.id === id && one.held.length === 0)
  );
}

function meetState(entry: ApprovalRecord, { history, resources }: VerificationContext): Standing {
  const no = (why: string): Standing => ({ record: entry, urn: entry.urn, flaw: "mismatched", why });
  const named = resources.filter(({ urn }) => urn === entry.urn);
  if (named.length === 0) {
    return no("is for a resource that the state does not have (any more)");
  }
  const found = named.find(({ id }) => id === entry.id);
  if (found === undefined) {
    return no(
      `is for id ${entry.id}; what the state has under this URN is ${named.map(({ id }) => id).join(" and ")}`,
    );
  }
  if (found.created !== entry.created) {
    return no(
      `is for one that came into the state at ${entry.created || "an unknown time"}; this one came at ${found.created || "an unknown time"}`,
    );
  }
  const takesTwoRuns = entry.operation === "delete" || entry.operation === "replace";
  const isUnlocked = history.unlocked.has(entry.seal) && found.held.length === 0;
  return {
    record: entry,
    approval: {
      urn: entry.urn,
      id: entry.id,
      operation: entry.operation,
      phase: takesTwoRuns && !isUnlocked ? "unlock" : "destroy",
    },
  };
}

function meetMemory(entry: ApprovalRecord, { remembered }: VerificationContext): Standing {
  const { urn, id, operation } = entry;
  return remembered.some((one) => one.urn === urn && one.id === id)
    ? { record: entry, approval: { urn, id, operation, phase: "destroy" } }
    : {
        record: entry,
        urn,
        flaw: "mismatched",
        why: `is for ${id}, which is not among what the last good run had`,
      };
}

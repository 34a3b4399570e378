import { z } from "zod";
import { approvedOperations } from "../../../guard/approvals/approval";
import { inventoryEntry } from "../../../guard/memory/inventory";
import { isRecord } from "../../../guard/unknown";
import { digestOf } from "../../backend/digest";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What every record carries. */
const link = {
  /** From 1, without a gap. */
  seq: z.int().min(1),
  /** ISO 8601 in UTC. */
  at: z.iso.datetime(),
  /** Who wrote it: a person, or `USER@HOST`. */
  by: z.string().min(1),
  /** The `hash` of the record before; of the first record empty. */
  previous: z.union([z.literal(""), hash]),
  /** SHA-256 over the canonical JSON of all the rest, in hexadecimal. */
  hash,
};

/** What an approval's own records name: the seal of its record in the approvals of the stack, and the resource. */
const approved = {
  seal: hash,
  urn: z.string().min(1),
  id: z.string().min(1),
  operation: z.enum(approvedOperations),
};

/** The copy that was kept before something was given up. */
const keptCopy = z.strictObject({
  /** What it is, in the cloud's words, e.g. `RDS snapshot`. */
  kind: z.string().min(1),
  /** Physical id: name or ARN. */
  id: z.string().min(1),
  /** Bytes or GiB as the cloud tells it, items, or whatever shows that it is whole; for a person. */
  detail: z.string().optional(),
});
export type KeptCopy = Readonly<z.infer<typeof keptCopy>>;

const kinds = {
  /** Everything that held data after a run. The last one counts. */
  inventory: {
    entries: z.array(inventoryEntry),
    /** Whether the run got to its end. One that broke off takes nothing out of the inventory. */
    complete: z.boolean(),
  },
  /** An approval was given. */
  approved: { ...approved, expires: z.iso.datetime() },
  /** It was taken back. */
  revoked: { ...approved, reason: z.string().min(1).optional() },
  /** A run has taken protection and locks off; the copy is absent where the type has none. */
  unlocked: { ...approved, copy: keptCopy.optional() },
  /** A run has done what was approved: from now on it does not hold. */
  used: approved,
  /** A run has read the whole cloud, and the state has what it found. */
  read: {},
} as const;

function record<K extends keyof typeof kinds>(kind: K) {
  return z.strictObject({ ...link, kind: z.literal(kind), ...kinds[kind] });
}

const anyRecord = z.discriminatedUnion("kind", [
  record("inventory"),
  record("approved"),
  record("revoked"),
  record("unlocked"),
  record("used"),
  record("read"),
]);

export type LedgerRecord = Readonly<z.infer<typeof anyRecord>>;
export type LedgerKind = LedgerRecord["kind"];
export type RecordOf<K extends LedgerKind> = Extract<LedgerRecord, { readonly kind: K }>;

type WithoutLink<R> = R extends unknown ? Omit<R, keyof typeof link> : never;
/** What a writer says; number, time, name and hashes come from the ledger. */
export type NewRecord = WithoutLink<LedgerRecord>;

/** A line of the ledger that cannot be believed. */
export class BrokenChain extends Error {
  constructor(
    /** From 1. */
    readonly line: number,
    /** What is wrong; goes on from "Record 3 ". */
    readonly why: string,
  ) {
    super(`Record ${line} ${why}.`);
    this.name = "BrokenChain";
  }
}

/** Every record of a ledger's text. @throws BrokenChain at the first that does not fit. */
export function readRecords(text: string): LedgerRecord[] {
  const lines = text.split("\n");
  if (text === "") {
    throw new BrokenChain(1, "is gone: the file is there, and empty");
  }
  if (lines.pop() !== "") {
    throw new BrokenChain(lines.length + 1, "is cut off: its line does not end");
  }
  let previous = "";
  return lines.map((line, index) => {
    const seq = index + 1;
    const value = jsonOf(line, seq);
    if (typeof value.kind === "string" && !Object.hasOwn(kinds, value.kind)) {
      throw new BrokenChain(
        seq,
        `is of kind "${value.kind}", which this version of groundwork does not know`,
      );
    }
    if (value.hash !== hashOf(value)) {
      throw new BrokenChain(seq, "was altered: its hash does not fit what it says");
    }
    const parsed = anyRecord.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new BrokenChain(
        seq,
        `is not written as groundwork writes it: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
      );
    }
    if (parsed.data.seq !== seq || parsed.data.previous !== previous) {
      throw new BrokenChain(
        seq,
        "does not follow the one before: records were taken out, put in or put in another order",
      );
    }
    previous = parsed.data.hash;
    return parsed.data;
  });
}

function jsonOf(line: string, seq: number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) {
      return value;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  throw new BrokenChain(seq, "is no record");
}

/** The lines of new records behind those that are there. */
export function chained(
  last: LedgerRecord | undefined,
  added: readonly NewRecord[],
  { by, at }: { readonly by: string; readonly at: Date },
): LedgerRecord[] {
  let before = last;
  return added.map((content) => {
    const unsealed = {
      ...content,
      seq: (before?.seq ?? 0) + 1,
      at: at.toISOString(),
      by,
      previous: before?.hash ?? "",
    };
    // Parsed: what is written can be read again, or is not written.
    before = anyRecord.parse({ ...unsealed, hash: hashOf(unsealed) });
    return before;
  });
}

export function textOf(records: readonly LedgerRecord[]): string {
  return records.map((entry) => `${JSON.stringify(entry)}\n`).join("");
}

function hashOf(value: Readonly<Record<string, unknown>>): string {
  return digestOf({ ...value, hash: undefined });
}

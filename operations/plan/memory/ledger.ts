import { hostname, userInfo } from "node:os";
import type { InventoryEntry } from "../../../guard/memory/inventory";
import { groundworkCommand } from "../../../guard/printed-command";
import { FailedError, OperationError } from "../../terminal/errors";
import { exitCodes } from "../../terminal/exit-codes";
import type { Backend } from "../../backend/backend";
import type { StackRef } from "../../backend/layout";
import { ConflictError, withoutSecrets, type StateStore } from "../../backend/store";
import {
  BrokenChain,
  chained,
  readRecords,
  textOf,
  type LedgerKind,
  type LedgerRecord,
  type NewRecord,
  type RecordOf,
} from "./ledger-record";

export const ledgersPrefix = ".groundwork/guard/";

/** Where a stack's ledger lies, below its backend's root. The engine does not look there: it outlives `stack rm`. */
export function ledgerKey({ project, stack }: StackRef): string {
  return `${ledgersPrefix}${project}/${stack}.jsonl`;
}

/** Writers that came first, until this one gives up. */
const ATTEMPTS = 8;

/** What a ledger says. */
export class LedgerContent {
  constructor(readonly records: readonly LedgerRecord[]) {}

  of<K extends LedgerKind>(kind: K): RecordOf<K>[] {
    return this.records.filter((entry): entry is RecordOf<K> => entry.kind === kind);
  }

  /** The inventory that counts: the last. Undefined where none was ever written. */
  get inventory(): RecordOf<"inventory"> | undefined {
    return this.of("inventory").at(-1);
  }

  /** What held data after the last run; nothing where no run has written it down. */
  get remembered(): readonly InventoryEntry[] {
    return this.inventory?.entries ?? [];
  }

  /** What was given up by an approval after the last inventory was written: it still stands there, and is no loss. */
  get givenUp(): readonly RecordOf<"used">[] {
    const since = this.inventory?.seq ?? 0;
    return this.of("used").filter(({ seq, operation }) => seq > since && operation !== "loosen");
  }
}

/** A backend in which nothing beside the state can be kept. */
export interface NoLedger {
  readonly kind: "none";
  /** Why, as a sentence for a person. */
  readonly reason: string;
}

/**
 * What the guard remembers of one stack, beside its state: one JSON record a line, each with the hash of the one before.
 *
 * The chain tells accidents and edits by hand, not somebody who can write to the backend and makes the chain anew. The
 * state is believed over it in everything.
 *
 * A ledger that is not there is empty; it begins with the next run.
 */
export class Ledger {
  readonly kind = "ledger";

  constructor(
    readonly store: StateStore,
    readonly ref: StackRef,
  ) {}

  /**
   * Opens the ledger of a stack in the backend that holds its state. Nothing is read yet.
   *
   * @returns `NoLedger` for a backend that is neither a folder nor a blob container (`s3://`, `gs://`, `https://`).
   */
  static open(backend: Pick<Backend, "url" | "open">, ref: StackRef): Ledger | NoLedger {
    return /^(file|azblob):/.test(backend.url)
      ? new Ledger(backend.open(), ref)
      : {
          kind: "none",
          reason:
            `${withoutSecrets(backend.url)} is a backend in which groundwork keeps nothing of its own: it knows folders ` +
            "(file://…) and Azure blob containers (azblob://…).",
        };
  }

  /** As a person would look for it. */
  get place(): string {
    return `${ledgerKey(this.ref)} in ${withoutSecrets(this.store.url)}`;
  }

  /**
   * Every record, the chain verified.
   *
   * @throws OperationError (3) when the chain is broken; it names the record and says what to do.
   */
  async read(): Promise<LedgerContent> {
    return (await this.load()).content;
  }

  /**
   * Writes records behind those that are there. Of two writers at once neither loses a record: the one that comes second
   * reads again, and `make` is asked again with what is there then.
   *
   * @param make what is to be written, from what is there; nothing where it returns none.
   * @param options `by`: who answers for it, default `USER@HOST`; `now`: default the present time.
   * @returns what the ledger says afterwards.
   * @throws OperationError (3) when the chain is broken: nothing is written behind it then.
   */
  async append(
    make: (content: LedgerContent) => readonly NewRecord[],
    { by = whoRuns(), now = new Date() }: { readonly by?: string; readonly now?: Date } = {},
  ): Promise<LedgerContent> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { content, text, tag } = await this.load();
      const added = chained(content.records.at(-1), make(content), { by, at: now });
      if (added.length === 0) {
        return content;
      }
      try {
        await this.store.write(
          ledgerKey(this.ref),
          Buffer.from(text + textOf(added)),
          tag === undefined ? { absent: true } : { tag },
        );
        return new LedgerContent([...content.records, ...added]);
      } catch (error) {
        if (!(error instanceof ConflictError)) {
          throw error;
        }
        // Apart from each other, or two that came at once come at once again.
        await new Promise((resolve) => setTimeout(resolve, 20 * (attempt + 1) * (1 + Math.random())));
      }
    }
    throw new FailedError(
      `Others wrote to the guard's ledger (${this.place}) each time that this wanted to. Nothing was written there; try again.`,
    );
  }

  private async load(): Promise<{ content: LedgerContent; text: string; tag: string | undefined }> {
    const found = await this.store.read(ledgerKey(this.ref));
    const text = found?.data.toString("utf8") ?? "";
    try {
      const records = found === undefined ? [] : readRecords(text);
      return { content: new LedgerContent(records), text, tag: found?.tag };
    } catch (error) {
      if (error instanceof BrokenChain) {
        throw brokenLedger(this, error);
      }
      throw error;
    }
  }
}

function brokenLedger(ledger: Ledger, { line, why }: BrokenChain): OperationError {
  const { project, stack } = ledger.ref;
  return new OperationError(
    `The guard's ledger of ${project}/${stack} cannot be believed: record ${line} ${why}. It says what held data after the last ` +
      "good run, and what was approved; without it nothing can be said about what would be lost. Nothing was touched.\n" +
      `It is ${ledger.place}.\n` +
      "Find out who changed it. Then either put back what was there (the backend's own versions, a backup of it), or, where " +
      `the state is whole (\`${groundworkCommand`state history ${stack}`}\`), move the file out of the backend: the next ` +
      `\`${groundworkCommand`up ${stack}`}\` begins a new one from the state. Approvals that were given until then hold no longer.`,
    exitCodes.refused,
    [{ ledger: ledgerKey(ledger.ref), record: line, why }],
  );
}

/** A stack's ledger, opened when it is first asked for: where the backend is takes an engine process to find out, or none. */
export function ledgerOf(
  backend: () => Promise<Pick<Backend, "url" | "open">>,
  ref: StackRef,
): () => Promise<Ledger | NoLedger> {
  let opened: Promise<Ledger | NoLedger> | undefined;
  return () => (opened ??= backend().then((found) => Ledger.open(found, ref)));
}

/** `USER@HOST` of this process. */
function whoRuns(): string {
  return `${userName()}@${hostname()}`;
}

/** In a container the user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

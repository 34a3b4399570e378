import type { Approval } from "../../../guard/approvals/approval";
import {
  missingRecords,
  verifyApprovals,
  type ApprovableResource,
  type ApprovalHistory,
  type ApprovalRecord,
  type MalformedRecord,
  type Standing,
  type VerificationContext,
} from "../../../guard/approvals/approval-record";
import { Checkpoint } from "../../../guard/judge/checkpoint";
import { groundworkCommand } from "../../../guard/printed-command";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import type { CommandContext } from "../../terminal/command-context";
import type { CheckpointResource } from "../../engine/engine-stack";
import { OperationError, UsageError } from "../../terminal/errors";
import { exitCodes } from "../../terminal/exit-codes";
import { deletionOf } from "../gate";
import { backendOf, type Backend } from "../../backend/backend";
import { deploymentIn, readState, type StackRef } from "../../backend/layout";
import { addToApprovalsFile, approvalsFile, readApprovalsFile } from "./approvals-file";
import { Ledger, type LedgerContent } from "./ledger";

export interface ApprovalPorts {
  /** Where the records stand. */
  readonly file: string;
  readonly ref: StackRef;
  readonly backend: () => Promise<Pick<Backend, "url" | "open">>;
  readonly now: () => Date;
}

/** Everything that approvals of a stack are judged by, as it is now. */
export interface ApprovalScene {
  readonly ledger: Ledger;
  readonly content: LedgerContent;
  /** What the state has. */
  readonly resources: readonly CheckpointResource[];
}

/** The approvals of one stack: their records in the project, what became of them in the ledger, what the state says. */
export class StackApprovals {
  constructor(private readonly ports: ApprovalPorts) {}

  static of(context: CommandContext, stack: string): StackApprovals {
    return new StackApprovals({
      file: approvalsFile(context, stack),
      ref: { project: context.project.name, stack },
      backend: () => backendOf(context, stack),
      now: () => new Date(),
    });
  }

  get file(): string {
    return this.ports.file;
  }

  get now(): Date {
    return this.ports.now();
  }

  /** Every entry of the file. @throws UsageError for a file that is no list of approvals. */
  entries(): readonly (ApprovalRecord | MalformedRecord)[] {
    return readApprovalsFile(this.ports.file);
  }

  /**
   * What each approval is worth now. Where there are none, nothing else is read.
   *
   * @throws UsageError for a file that is no list of approvals.
   * @throws OperationError (3) for a ledger that was altered, or a backend that can have none.
   */
  async standings(): Promise<readonly Standing[]> {
    const entries = this.entries();
    return entries.length === 0 ? [] : this.judged(entries, await this.scene());
  }

  /**
   * Approvals that the ledger has and the file has not, as far as they matter still. None where there can be no ledger.
   *
   * @throws UsageError for a file that is no list of approvals.
   * @throws OperationError (3) for a ledger that was altered.
   */
  async missing(): Promise<readonly Standing[]> {
    const { ref } = this.ports;
    const backend = await this.ports.backend();
    const ledger = Ledger.open(backend, ref);
    if (ledger.kind === "none") {
      return [];
    }
    const content = await ledger.read();
    const given = content.of("approved");
    if (given.length === 0) {
      return [];
    }
    const state = await readState(backend.open(), ref);
    const { resources = [] } = state === undefined ? {} : deploymentIn(state.data, state.key);
    return missingRecords(given, this.entries(), this.context({ ledger, content, resources }));
  }

  judged(entries: readonly (ApprovalRecord | MalformedRecord)[], scene: ApprovalScene): readonly Standing[] {
    return verifyApprovals(entries, this.context(scene));
  }

  private context({ content, resources }: ApprovalScene): VerificationContext {
    return {
      history: historyOf(content),
      resources: resources.flatMap((resource) => approvable(resource) ?? []),
      remembered: content.remembered,
      now: this.now,
    };
  }

  /** @throws OperationError (3) for a ledger that was altered, or a backend that can have none; UsageError without a state. */
  async scene(): Promise<ApprovalScene> {
    const { ref } = this.ports;
    const backend = await this.ports.backend();
    const ledger = Ledger.open(backend, ref);
    if (ledger.kind === "none") {
      throw new OperationError(
        `Approvals need a ledger beside the state. ${ledger.reason} Without one nothing shows whether an approval was altered or ` +
          `used, so none counts: move the state (\`${groundworkCommand`state move ${ref.stack} --to URL`}\`), or take out ${this.ports.file}. ` +
          "Nothing was touched.",
        exitCodes.refused,
      );
    }
    const state = await readState(backend.open(), ref);
    if (state === undefined) {
      throw new UsageError(
        `The backend that pulumi is logged in to has no state of ${ref.stack}: there is nothing to approve. Nothing was touched.`,
      );
    }
    const { resources = [] } = deploymentIn(state.data, state.key);
    return { ledger, content: await ledger.read(), resources };
  }

  /** Writes a record down: first in the ledger, since one that only the file has does not count. */
  async add(record: ApprovalRecord, { ledger }: ApprovalScene): Promise<void> {
    const { seal, urn, id, operation, expires, by } = record;
    await ledger.append(() => [{ kind: "approved", seal, urn, id, operation, expires }], {
      by,
      now: new Date(record.at),
    });
    addToApprovalsFile(this.ports.file, this.ports.ref.stack, record);
  }
}

/** Those that hold. */
export function holding(standings: readonly Standing[]): readonly Approval[] {
  return standings.flatMap(({ approval }) => approval ?? []);
}

/** What every record of the ledger says of an approval. */
export function named({
  seal,
  urn,
  id,
  operation,
}: Pick<ApprovalRecord, "seal" | "urn" | "id" | "operation">): Pick<
  ApprovalRecord,
  "seal" | "urn" | "id" | "operation"
> {
  return { seal, urn, id, operation };
}

/** What protects a resource of the state still, in words; empty: the last run left it free. */
export function heldBy(resource: CheckpointResource): readonly string[] {
  const step = deletionOf(resource);
  const kind = statefulType(resource.type);
  if (kind === undefined) {
    return resource.protect === true ? ["protect is true"] : [];
  }
  return new Checkpoint([step]).holds(step, kind);
}

function approvable(resource: CheckpointResource): ApprovableResource | undefined {
  const { urn, id = "", created = "", custom } = resource;
  return !custom || id === "" ? undefined : { urn, id, created, held: heldBy(resource) };
}

function historyOf(content: LedgerContent): ApprovalHistory {
  type Note = { readonly seal: string; readonly at: string; readonly by: string };
  const bySeal = (notes: readonly Note[]): ReadonlyMap<string, Note> =>
    new Map(notes.map((note) => [note.seal, note]));
  return {
    given: new Set(content.of("approved").map(({ seal }) => seal)),
    revoked: bySeal(content.of("revoked")),
    unlocked: bySeal(content.of("unlocked")),
    used: bySeal(content.of("used")),
  };
}

import { flawOfReason } from "../../guard/approvals/answerable";
import { approvedOperations, type ApprovedOperation } from "../../guard/approvals/approval";
import { sealed, type ApprovalRecord } from "../../guard/approvals/approval-record";
import { describeResource } from "../../guard/describe";
import { groundworkCommand } from "../../guard/printed-command";
import { isUnlocked, lockedKind } from "../../guard/judge/locked";
import { isKnownStateful, statefulType } from "../../guard/catalogue/stateful-types";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import type { CheckpointResource } from "../engine/engine-stack";
import { UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { parseApprovalTime } from "../plan/memory/approval-time";
import { StackApprovals, type ApprovalScene } from "../plan/memory/approvals";
import { copyMakerOf } from "../plan/memory/copies";
import { whoAnswers } from "../plan/memory/who";
import { table } from "../terminal/output";
import { nameOf, shortType, typeOf } from "../plan/plan";
import { requireStack } from "../terminal/project";

export interface ApproveOptions {
  readonly urn?: string;
  readonly id?: string;
  readonly operation?: ApprovedOperation;
  readonly for?: string;
  readonly reason?: string;
  readonly by?: string;
}

/**
 * Writes an approval: for one resource of the state under one physical id, one operation, once, and for a while. Asks for the
 * resource's name first.
 *
 * @throws UsageError for a wrong call, for what the state does not have, with what it has, and without a terminal or --yes.
 */
export async function approve(
  context: CommandContext,
  stack: string,
  options: ApproveOptions,
): Promise<ExitCode> {
  requireStack(context.project, stack);
  const wanted = wantedOf(options);
  const approvals = StackApprovals.of(context, stack);
  const entries = approvals.entries();
  const by = await whoAnswers(context, options.by);
  const scene = await approvals.scene();
  const { created, what } = wanted.operation === "forget" ? lostOne(wanted, scene) : foundOne(wanted, scene);
  const standing = approvals
    .judged(entries, scene)
    .find(({ approval }) => approval?.urn === wanted.urn && approval.id === wanted.id);
  if (standing?.approval !== undefined) {
    throw new UsageError(
      `There is a valid approval already: ${standing.record.operation}, by ${standing.record.by}, until ${standing.record.expires}. ` +
        `With two for one resource, neither is valid: \`${groundworkCommand`guard ${stack} revoke ${standing.record.seal.slice(0, 12)}`}\` first. ` +
        "Nothing was touched.",
    );
  }
  const { output } = context;
  output.note(
    `To ${wanted.operation}: ${what}, until ${wanted.time} from now, once. ${by}: ${wanted.reason}`,
  );
  if (!(await confirm("Approve that?", context, nameOf(wanted.urn)))) {
    output.document({ stack, result: "declined" });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  const now = approvals.now;
  const record = sealed({
    urn: wanted.urn,
    id: wanted.id,
    operation: wanted.operation,
    by,
    reason: wanted.reason,
    at: now.toISOString(),
    expires: new Date(now.getTime() + wanted.milliseconds).toISOString(),
    created,
  });
  await approvals.add(record, scene);
  const next = nextSteps(record, stack, context.rehearsal !== undefined);
  output.document({ stack, approval: record, file: approvals.file, next });
  output.print(`Approved: ${record.operation} ${what}, until ${record.expires}, once.`);
  output.print(`Written to ${approvals.file} and to the ledger beside the state.`);
  output.print(`\n${output.colors.bold("Next, in this order")}`);
  next.forEach((line, index) => {
    output.print(`  ${String(index + 1)}. ${line}`);
  });
  return exitCodes.done;
}

interface Wanted extends Pick<ApprovalRecord, "urn" | "id" | "operation" | "reason"> {
  /** As it was written. */
  readonly time: string;
  readonly milliseconds: number;
}

/** Everything that is wrong with a call. */
function wantedOf({ urn, id, operation, for: time, reason }: ApproveOptions): Wanted {
  const missing = [
    ...(urn === undefined ? ["the URN of the resource"] : []),
    ...(id === undefined || id === "" ? ["--id"] : []),
    ...(operation === undefined ? [`--operation (${approvedOperations.join(", ")})`] : []),
    ...(time === undefined ? ["--for"] : []),
    ...(reason === undefined ? ["--reason"] : []),
  ];
  if (
    urn === undefined ||
    id === undefined ||
    operation === undefined ||
    time === undefined ||
    missing.length > 0
  ) {
    throw new UsageError(
      `An approval needs ${missing.join(", ")}. \`./groundwork guard STACK explain\` prints the call for what is refused. ` +
        "Nothing was touched.",
    );
  }
  const words = (reason ?? "").trim();
  const flaw = flawOfReason(words);
  if (flaw !== undefined) {
    throw new UsageError(`--reason ${JSON.stringify(words)} ${flaw}. Nothing was touched.`);
  }
  return { urn, id, operation, reason: words, time, milliseconds: parseApprovalTime(time) };
}

/** What the state has under exactly this URN and id. @throws UsageError with what it has. */
function foundOne(
  { urn, id, operation }: Wanted,
  { resources, content }: ApprovalScene,
): { readonly created: string; readonly what: string } {
  const named = resources.filter((resource) => resource.urn === urn && resource.custom);
  const found = named.find((resource) => resource.id === id);
  if (found === undefined) {
    const has =
      named.length > 0
        ? `Under this URN it has ${named.map((one) => one.id ?? "nothing that was made yet").join(" and ")}, not ${id}.`
        : likeIt(urn, id, resources);
    throw new UsageError(`The state has no such resource. ${has} Nothing was touched.`);
  }
  const kind =
    operation === "loosen"
      ? statefulType(found.type)
      : // What an earlier approval has left open is still asked for, and may be approved anew.
        lockedKind(
          found.type,
          found.protect === true || isUnlocked(content.of("unlocked"), urn, id),
          stateOf(found),
        );
  if (kind === undefined) {
    throw new UsageError(
      `${shortType(found.type)} ${nameOf(urn)} holds no data${statefulType(found.type) === undefined ? "" : " of its own"} and is not protected: ` +
        `the guard does not refuse to ${operation} it, and no approval is needed. Nothing was touched.`,
    );
  }
  return { created: found.created ?? "", what: describeResource(kind, urn, stateOf(found)) };
}

/** Of what the state has lost only the ledger knows. */
function lostOne(
  { urn, id }: Wanted,
  { content, resources }: ApprovalScene,
): { readonly created: string; readonly what: string } {
  const found = content.remembered.find((entry) => entry.urn === urn && entry.id === id);
  if (found === undefined) {
    const has = content.remembered
      .filter((entry) => entry.urn === urn || entry.id === id)
      .map((entry) => `${entry.urn} ${entry.id}`);
    throw new UsageError(
      `The last good run had no such resource. ${has.length === 0 ? "It had nothing under this URN or this id." : `It had ${has.join(", ")}.`} ` +
        "Nothing was touched.",
    );
  }
  if (resources.some((resource) => resource.id === id && resource.urn === urn)) {
    throw new UsageError(
      `The state has ${urn} ${id}: there is nothing to forget. To give it up use delete or replace. Nothing was touched.`,
    );
  }
  return { created: "", what: `${statefulType(found.type)?.noun ?? found.type} ${found.name} (${id})` };
}

function likeIt(urn: string, id: string, resources: readonly CheckpointResource[]): string {
  const guarded = resources.filter(
    ({ type, custom, protect }) => custom && (isKnownStateful(type) || protect === true),
  );
  const alike = guarded.filter(
    (resource) =>
      resource.id === id || nameOf(resource.urn) === nameOf(urn) || typeOf(resource.urn) === typeOf(urn),
  );
  const shown = (alike.length > 0 ? alike : guarded).slice(0, 10);
  return shown.length === 0
    ? "It has nothing that is locked."
    : `${alike.length > 0 ? "What is like it:" : "What is locked there:"}\n${table(
        shown.map((resource) => [resource.urn, resource.id ?? ""]),
        "  ",
      )}\n`;
}

function stateOf({ id, protect, inputs = {}, outputs = {} }: CheckpointResource): {
  readonly id: string | null;
  readonly protect: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
} {
  return { id: id ?? null, protect: protect === true, inputs, outputs };
}

/** What is to be done then, in order. */
function nextSteps(
  { urn, operation, expires, seal }: ApprovalRecord,
  stack: string,
  rehearsed: boolean,
): string[] {
  const up = groundworkCommand`up ${stack}`;
  const commit = rehearsed ? [] : [`git add approvals/${stack}.yaml, commit it, and have it reviewed`];
  const type = typeOf(urn);
  const copyFirst = statefulType(type)?.copyFirst ?? "";
  const back = `to take it back: ${groundworkCommand`guard ${stack} revoke ${seal.slice(0, 12)}`}`;
  switch (operation) {
    case "delete":
    case "replace":
      return [
        ...commit,
        ...(copyMakerOf(type) === undefined && copyFirst !== ""
          ? [`keep a copy by hand, for groundwork can take none of it: ${copyFirst}`]
          : []),
        `${up}   (with it still as it is in the settings: takes off its protection and locks${copyMakerOf(type) === undefined ? "" : ", keeps a copy"}, destroys nothing)`,
        operation === "delete"
          ? `take ${nameOf(urn)} out of Pulumi.${stack}.yaml or the program`
          : `make the change that replaces ${nameOf(urn)}`,
        `${up}   (before ${expires}: ${operation === "delete" ? "deletes it" : `deletes it and makes it anew${copyFirst === "" ? "" : ", empty"}`})`,
        back,
      ];
    case "loosen":
      return [
        ...commit,
        `make the change in Pulumi.${stack}.yaml or the program`,
        `${up}   (before ${expires})`,
        back,
      ];
    case "forget":
      return [...commit, `${up}   (before ${expires}: continues without it)`, back];
  }
}

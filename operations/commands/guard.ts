import type { ApprovedOperation } from "../../guard/approval";
import { sealed, type ApprovalRecord, type Standing } from "../../guard/approval-record";
import { describeResource } from "../../guard/describe";
import { isKnownStateful, statefulType } from "../../guard/stateful-types";
import { approvedOperations } from "../../guard/approval";
import type { CommandContext } from "../command-context";
import type { CheckpointResource } from "../engine-stack";
import { UsageError } from "../errors";
import { exitCodes, type ExitCode } from "../exit-codes";
import { copyMakerOf } from "../guard/copies";
import { parseApprovalTime } from "../guard/approval-time";
import { named, StackApprovals, type ApprovalScene } from "../guard/approvals";
import { whoAnswers } from "../guard/who";
import { count, table } from "../output";
import { nameOf, typeOf } from "../plan";
import { isRefused, planDocument, printPlan, shortType, tellRefusal } from "../plan-report";
import { planUpdate } from "../planning";
import { requireStack } from "../project";
import { withStack } from "../workspace";

export interface ApproveOptions {
  readonly urn?: string;
  readonly id?: string;
  readonly operation?: ApprovedOperation;
  readonly for?: string;
  readonly reason?: string;
  readonly by?: string;
}

/**
 * Writes an approval: for one resource of the state under one physical id, one operation, once, and for a while.
 *
 * @throws UsageError for a wrong call, and for what the state does not have; with what it has.
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
      `There is one that holds: ${standing.record.operation}, by ${standing.record.by}, until ${standing.record.expires}. Of two for ` +
        `one resource neither would count: \`npx groundwork guard ${stack} revoke ${standing.record.seal.slice(0, 12)}\` first. ` +
        "Nothing was touched.",
    );
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
  const { output } = context;
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
      `An approval needs ${missing.join(", ")}. \`groundwork guard STACK explain\` prints the whole call for what is refused. ` +
        "Nothing was touched.",
    );
  }
  const words = (reason ?? "").trim();
  if (words === "") {
    throw new UsageError(
      "--reason is empty: it is for whoever reviews the approval: why it is given up, and where its data is. Nothing was touched.",
    );
  }
  return { urn, id, operation, reason: words, milliseconds: parseApprovalTime(time) };
}

/** What the state has under exactly this URN and id. @throws UsageError with what it has. */
function foundOne(
  { urn, id, operation }: Wanted,
  { resources }: ApprovalScene,
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
  const kind = statefulType(found.type);
  if (kind === undefined || (kind.removable === true && operation !== "loosen")) {
    throw new UsageError(
      `${shortType(found.type)} ${nameOf(urn)} holds no data${kind === undefined ? "" : " of its own"}: the guard does not refuse to ${operation} it, ` +
        "and no approval is needed. Nothing was touched.",
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
  const guarded = resources.filter(({ type, custom }) => custom && isKnownStateful(type));
  const alike = guarded.filter(
    (resource) =>
      resource.id === id || nameOf(resource.urn) === nameOf(urn) || typeOf(resource.urn) === typeOf(urn),
  );
  const shown = (alike.length > 0 ? alike : guarded).slice(0, 10);
  return shown.length === 0
    ? "It has nothing that holds data."
    : `${alike.length > 0 ? "What is like it:" : "What holds data there:"}\n${table(
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
  const flag = rehearsed ? " --rehearse" : "";
  const up = `npx groundwork up ${stack}${flag}`;
  const commit = rehearsed ? [] : [`git add approvals/${stack}.yaml, commit it, and have it reviewed`];
  const type = typeOf(urn);
  const copyFirst = statefulType(type)?.copyFirst ?? "";
  const back = `to take it back: npx groundwork guard ${stack} revoke ${seal.slice(0, 12)}${flag}`;
  switch (operation) {
    case "delete":
    case "replace":
      return [
        ...commit,
        ...(copyMakerOf(type) === undefined
          ? [`keep a copy by hand, for groundwork can take none of it: ${copyFirst}`]
          : []),
        `${up}   (with it still as it is in the settings: takes off its protection and locks${copyMakerOf(type) === undefined ? "" : ", keeps a copy"}, destroys nothing)`,
        operation === "delete"
          ? `take ${nameOf(urn)} out of Pulumi.${stack}.yaml or the program`
          : `make the change that replaces ${nameOf(urn)}`,
        `${up}   (before ${expires}: ${operation === "delete" ? "deletes it" : "deletes it and makes it anew, empty"})`,
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
      return [...commit, `${up}   (before ${expires}: goes on without it)`, back];
  }
}

/** Every approval, and what it is worth now. */
export async function listApprovals(context: CommandContext, stack: string): Promise<ExitCode> {
  requireStack(context.project, stack);
  const approvals = StackApprovals.of(context, stack);
  const standings = await approvals.standings();
  const { output } = context;
  output.document({
    stack,
    file: approvals.file,
    approvals: standings.map((standing) => ({
      ...(standing.approval === undefined
        ? (standing.record ?? { urn: standing.urn ?? null })
        : standing.record),
      holds: standing.approval !== undefined,
      phase: standing.approval?.phase ?? null,
      flaw: standing.flaw ?? null,
      why: standing.approval === undefined ? standing.why : null,
    })),
  });
  if (standings.length === 0) {
    output.print(`Nothing was ever approved in ${stack} (${approvals.file}).`);
    return exitCodes.done;
  }
  output.print(
    table([
      ["SEAL", "OPERATION", "RESOURCE", "ID", "BY", "UNTIL", "WORTH"],
      ...standings.map((standing) => rowOf(standing)),
    ]),
  );
  return exitCodes.done;
}

function rowOf(standing: Standing): string[] {
  const worth =
    standing.approval === undefined
      ? `no: it ${standing.why}`
      : standing.approval.operation === "loosen" || standing.approval.operation === "forget"
        ? "holds"
        : standing.approval.phase === "unlock"
          ? "holds: the next run unlocks it"
          : "holds: unlocked, the next run may destroy it";
  if (standing.record === undefined) {
    return ["", "", (standing.approval === undefined ? standing.urn : undefined) ?? "", "", "", "", worth];
  }
  const { seal, operation, urn, id, by, expires } = standing.record;
  return [seal.slice(0, 12), operation, `${shortType(typeOf(urn))} ${nameOf(urn)}`, id, by, expires, worth];
}

export interface RevokeOptions {
  readonly which?: string;
  readonly reason?: string;
  readonly by?: string;
}

/** Takes back every approval of a resource that could still be used. @throws UsageError when there is none. */
export async function revoke(
  context: CommandContext,
  stack: string,
  { which, reason, by }: RevokeOptions,
): Promise<ExitCode> {
  requireStack(context.project, stack);
  if (which === undefined || which === "") {
    throw new UsageError(
      `Which one? Its URN, its physical id, or the beginning of its seal; \`npx groundwork guard ${stack} list\` shows them. Nothing was touched.`,
    );
  }
  const approvals = StackApprovals.of(context, stack);
  const entries = approvals.entries();
  const who = await whoAnswers(context, by);
  const scene = await approvals.scene();
  const isMeant = ({ urn, id, seal }: ApprovalRecord): boolean =>
    urn === which || id === which || (/^[0-9a-f]{8,}$/.test(which) && seal.startsWith(which));
  const found = approvals
    .judged(entries, scene)
    .flatMap(({ record, flaw }) => (record === undefined || !isMeant(record) ? [] : [{ record, flaw }]));
  const open = found.filter(({ flaw }) => flaw === undefined || flaw === "in-doubt" || flaw === "mismatched");
  if (open.length === 0) {
    throw new UsageError(
      `${found.length === 0 ? `No approval of ${stack} is for ${which}.` : `None for ${which} holds any more.`} ` +
        `\`npx groundwork guard ${stack} list\` shows all. Nothing was touched.`,
    );
  }
  const words = reason?.trim() ?? "";
  await scene.ledger.append(
    () =>
      open.map(({ record }) => ({
        kind: "revoked",
        ...named(record),
        ...(words !== "" && { reason: words }),
      })),
    { by: who, now: approvals.now },
  );
  const unlocked = scene.content
    .of("unlocked")
    .some(({ seal }) => open.some(({ record }) => record.seal === seal));
  const up = `groundwork up ${stack}${context.rehearsal === undefined ? "" : " --rehearse"}`;
  const { output } = context;
  output.document({ stack, revoked: open.map(({ record }) => record), unlocked });
  for (const { record } of open) {
    output.print(
      `Revoked: ${record.operation} ${shortType(typeOf(record.urn))} ${nameOf(record.urn)} (${record.id}).`,
    );
  }
  if (unlocked) {
    output.print(`It stands unlocked. \`npx ${up}\` locks it again. Its copy stays.`);
  }
  return exitCodes.done;
}

/** Previews the stack and says of everything that is refused what would be lost, why, and each way to go on. Changes nothing. */
export async function explain(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const { output } = context;
    output.note(`Previewing ${stack.name} (${stack.where})`);
    const report = await planUpdate(stack);
    output.document(planDocument(report));
    if (!isRefused(report)) {
      output.print(`Nothing of the plan for ${stack.name} is refused.`);
      return exitCodes.done;
    }
    printPlan(report, output);
    if (report.refusals.some(({ approval }) => approval !== undefined)) {
      output.print(
        `\n${count(report.refusals.filter(({ approval }) => approval !== undefined).length, "refusal")} could be answered by an approval: ` +
          `for exactly that resource, once, and for the time that --for says. The safe way comes first.`,
      );
    }
    tellRefusal(report, output);
    return exitCodes.refused;
  });
}

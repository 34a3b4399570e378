import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { ApprovalRecord, Standing } from "../../../guard/approvals/approval-record";
import { groundworkCommand } from "../../../guard/printed-command";
import { statefulType } from "../../../guard/catalogue/stateful-types";
import { awsClientConfig, describeAwsError } from "../../engine/aws-clients";
import type { CheckpointResource } from "../../engine/engine-stack";
import { FailedError, OperationError } from "../../terminal/errors";
import type { Output } from "../../terminal/output";
import { doneIn, whatOf } from "../plan";
import type { PlanReport } from "../report";
import type { OpenStack } from "../workspace";
import { heldBy, named, type ApprovalScene } from "./approvals";
import { copyMakerOf, copyName } from "./copies";
import { permissionHint } from "./copy";
import type { KeptCopy } from "./ledger-record";
import { tagsOfStack } from "../../../components/names";

/** A run that is over, as far as it matters to approvals. */
export interface EndedRun {
  /** Whether it got to its end. */
  readonly complete: boolean;
  readonly events: readonly EngineEvent[];
}

type Held = Extract<Standing, { readonly flaw?: undefined }>;

/**
 * What a run has made of the approvals that it was handed: what it used up is written down, and what now stands free gets its
 * copy, which opens the way for the run after.
 *
 * @throws FailedError when a copy could not be taken: the resource stands free, and nothing is destroyed.
 */
export async function concludeApprovals(
  stack: OpenStack,
  { standings = [], exercised = [] }: PlanReport,
  output: Output,
  run: EndedRun,
): Promise<void> {
  const held = standings.filter((standing): standing is Held => standing.approval !== undefined);
  const { approvals } = stack;
  if (held.length === 0 || approvals === undefined) {
    return;
  }
  const scene = await approvals.scene();
  const used = held.filter(
    ({ approval, record }) =>
      approval.phase === "destroy" &&
      exercised.some(({ urn, id }) => urn === approval.urn && id === approval.id) &&
      isDone(record, scene, run),
  );
  await scene.ledger.append(() => used.map(({ record }) => ({ kind: "used", ...named(record) })));
  for (const { record } of used) {
    output.note(
      `The approval to ${record.operation} ${whatOf(record.urn)} (${record.id}) is used up.` +
        (record.operation === "replace"
          ? ` The new one stands without protection until the next \`${stack.call("up")}\`, which locks it.`
          : ""),
    );
  }
  if (run.complete) {
    await keepCopies(stack, held, scene, output);
  }
}

/** Whether anything is approved whose copy the next run would take, though it changes nothing else. */
export function awaitsCopy({ standings = [] }: PlanReport): boolean {
  return standings.some(({ approval }) => approval?.phase === "unlock");
}

function isDone(record: ApprovalRecord, { resources }: ApprovalScene, run: EndedRun): boolean {
  if (record.operation === "delete" || record.operation === "replace") {
    return findIn(resources, record) === undefined;
  }
  // What a run that broke off has done of it, its events tell.
  return run.complete || run.events.some((event) => doneIn(event)?.urn === record.urn);
}

async function keepCopies(
  stack: OpenStack,
  held: readonly Held[],
  scene: ApprovalScene,
  output: Output,
): Promise<void> {
  for (const { approval, record } of held.filter((one) => one.approval.phase === "unlock")) {
    const resource = findIn(scene.resources, record);
    if (resource === undefined) {
      continue;
    }
    const locks = heldBy(resource);
    if (locks.length > 0) {
      output.note(
        `${whatOf(record.urn)} (${record.id}) is approved to ${record.operation}, and this run has left it locked: ${locks.join(", ")}.`,
      );
      continue;
    }
    const copy = await copyOf(stack, resource, record, output);
    await scene.ledger.append(() => [{ kind: "unlocked", ...named(record), ...(copy && { copy }) }]);
    const kind = statefulType(resource.type);
    const isOver = Date.parse(record.expires) <= Date.now();
    output.note(
      `${whatOf(record.urn)} (${record.id}) stands without protection and locks. ` +
        (copy === undefined
          ? kind === undefined
            ? ""
            : `There is no copy that could be taken of it. ${kind.copyFirst} `
          : `Kept: ${copy.kind} ${copy.id}${copy.detail === undefined ? "" : ` (${copy.detail})`}; what is written from now on is not in it. `) +
        (isOver
          ? `The approval expired at ${record.expires}, while this went on: the next \`${stack.call("up")}\` locks it again. Approve it for longer.`
          : `Until ${record.expires} the next \`${stack.call("up")}\` may ${approval.operation} it: ` +
            `${approval.operation === "delete" ? "take it out of the settings" : "make the change that replaces it"} and run it again.`),
    );
  }
}

async function copyOf(
  stack: OpenStack,
  resource: CheckpointResource,
  record: ApprovalRecord,
  output: Output,
): Promise<KeptCopy | undefined> {
  const maker = copyMakerOf(resource.type);
  if (maker === undefined) {
    return undefined;
  }
  const say = (text: string): void => {
    output.note(text);
  };
  say(`Keeping a copy of ${whatOf(record.urn)} (${record.id})`);
  try {
    return await maker.take({
      config: await awsClientConfig(stack),
      resource,
      name: copyName(stack.name, record.urn, new Date()),
      tags: {
        ...tagsOfStack(stack.settings.context),
        "copy-of": record.id,
      },
      say,
      signal: stack.signal,
    });
  } catch (error) {
    throw new FailedError(
      `No copy of ${whatOf(record.urn)} (${record.id}) could be kept: ` +
        // Of what the call has touched the next line tells.
        `${error instanceof OperationError ? error.message.replace(" Nothing was touched.", "") : describeAwsError(error)}` +
        `${permissionHint(error, maker)}\n` +
        "It stands without protection and locks, and nothing is destroyed: the run that may do so needs the copy. The same call, " +
        `\`${stack.call("up")}\`, takes it again; \`${groundworkCommand`guard ${stack.name} revoke ${record.seal.slice(0, 12)}`}\` and that call lock it again.`,
    );
  }
}

function findIn(
  resources: readonly CheckpointResource[],
  { urn, id, created }: ApprovalRecord,
): CheckpointResource | undefined {
  return resources.find((one) => one.urn === urn && one.id === id && (one.created ?? "") === created);
}

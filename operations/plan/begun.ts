import { providerUrn } from "../../guard/memory/inventory";
import { pulumiCommand } from "../../guard/printed-command";
import { changeState } from "../backend/change-state";
import { deploymentIn, readState, type Deployment, type StackRef, type StoredState } from "../backend/layout";
import { readLocks } from "../backend/locks";
import type { StateStore } from "../backend/store";
import type { CheckpointResource } from "../engine/engine-stack";
import { callEngine, editState } from "../engine/state-edit";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { OperationError } from "../terminal/errors";
import { exitCodes } from "../terminal/exit-codes";
import { count, table } from "../terminal/output";
import { engineErrors } from "./diagnostics";
import { failureOf } from "./failures";
import { idsByTags, tagsOf } from "./made-by-tags";
import { rememberInventory } from "./memory/inventory";
import { importExample, physicalIds } from "./physical-ids";
import { nameOf, shortType } from "./plan";
import { importLine } from "./take-over";
import type { OpenStack } from "./workspace";

/** Something that a run had begun to make when it was killed, and what became of it. */
export interface Begun {
  readonly resource: CheckpointResource;
  readonly outcome: "made" | "not made" | "not known";
  /** Of what was made, as `pulumi import` takes it. */
  readonly id?: string;
}

/** Packages of which nothing stands in a cloud: made again it is as it would have been. */
const withoutCloud = /^(pulumi|pulumi-nodejs|random|command|tls|time):/;
/** Machines of metal slots are looked for by the program itself, in each run. */
const metalWorkers = "groundwork:metal-workers:";
/** How long AWS's list of tags may be behind, in minutes: what is not in it by then was not made. Its documentation has no figure; seen were seconds. */
const minutesBehind = 5;
/** Tags by which a thing is known to be this stack's, whatever else somebody has tagged. */
const ownTags: readonly string[] = ["project", "environment", "managed-by"];

/**
 * What killed runs had begun to make, and whether it is there: asked of the providers by the name that it was to have, and of AWS by
 * its tags. Changes nothing. Without anything begun, or while somebody holds the lock, it reads the state and nothing else.
 */
export async function lookForBegun(context: CommandContext, stack: OpenStack): Promise<readonly Begun[]> {
  const deployment = await deploymentOf(context, stack);
  const begun = (deployment.pending_operations ?? []).filter(
    ({ type, resource }) => type === "creating" && !resource.urn.includes(metalWorkers),
  );
  if (begun.length === 0) {
    return [];
  }
  const files = await filesOf(stack);
  if (files !== undefined && (await readLocks(files.store, files.ref)).length > 0) {
    // A run may be making it just now; one that changes anything the engine keeps out.
    return [];
  }
  context.output.note(
    `A run of ${stack.name} was killed while it made ${count(begun.length, "resource")}: looking what became of that`,
  );
  const found: Begun[] = [];
  for (const { resource } of begun) {
    found.push(await lookFor(context, stack, resource, deployment));
  }
  context.output.note(
    table(
      found.map(({ outcome, id, resource: { type, urn } }) => [
        outcome,
        shortType(type),
        `${nameOf(urn)}${id === undefined ? "" : ` (${id})`}`,
      ]),
      "  ",
    ),
  );
  return found;
}

/**
 * Before a run that changes anything: takes over what killed runs have made, at the place where the program has it, and strikes what
 * was not made, so that the plan is about what is there.
 *
 * @returns false when the person does not want it.
 * @throws OperationError (3) where nobody can tell whether something was made, or where what is there is somebody else's.
 */
export async function settleBegun(context: CommandContext, stack: OpenStack): Promise<boolean> {
  const begun = await lookForBegun(context, stack);
  if (begun.length === 0) {
    return true;
  }
  const open = begun.filter(({ outcome }) => outcome === "not known");
  if (open.length > 0) {
    throw new OperationError(
      [
        `Whether ${open.length === 1 ? "this was" : "these were"} made cannot be found out from here, and a second one is not made beside it. Nothing was touched.`,
        ...open.map(
          ({ resource }) => `${nameOf(resource.urn)}: look. If it is there: ${lineFor(stack, resource)}.`,
        ),
        `Where it is not there: \`${pulumiCommand`refresh --clear-pending-creates --stack ${stack.name}`}\` strikes it.`,
      ].join("\n"),
      exitCodes.refused,
      open.map(({ resource }) => ({ urn: resource.urn })),
    );
  }
  const made = begun.filter(({ outcome }) => outcome === "made");
  const question =
    made.length === 0
      ? `Strike from the state of ${stack.name} that it was begun`
      : `Take ${made.length === 1 ? "it" : `these ${made.length}`} over into the state of ${stack.name}`;
  if (!(await confirm(`${question} (${stack.where})?`, context))) {
    return false;
  }
  const settle = (deployment: Deployment): Deployment => settled(deployment, begun);
  const files = await filesOf(stack);
  const putBack =
    files === undefined
      ? await editState<Deployment>(context, stack, settle)
      : await changeState(files.store, files.ref, "groundwork up", settle);
  if (made.length > 0) {
    await readMade(stack, made, putBack);
    await rememberInventory(stack, context.output, { complete: false });
  }
  return true;
}

/** Has the provider say what there is: until then the state knows ids alone. */
async function readMade(
  stack: OpenStack,
  made: readonly Begun[],
  putBack: () => Promise<void>,
): Promise<void> {
  const run = await stack.engine.readAgain(
    made.map(({ resource }) => resource.urn),
    { signal: stack.signal },
  );
  if (run.failure !== undefined) {
    await putBack();
    const { message, exitCode } = failureOf(
      stack,
      "reading of what was made",
      run.failure,
      engineErrors(run.events),
    );
    const lines = made.map(({ resource }) => `${nameOf(resource.urn)}: ${lineFor(stack, resource)}`);
    throw new OperationError([message, ...lines].join("\n"), exitCode);
  }
  const read = new Map(
    run.events.flatMap(({ resOutputsEvent }) =>
      resOutputsEvent === undefined
        ? []
        : [[resOutputsEvent.metadata.urn, resOutputsEvent.metadata.new] as const],
    ),
  );
  const others = made.filter(({ resource }) => {
    const has = new Map(tagsOf(read.get(resource.urn)?.outputs ?? {}));
    const wanted = tagsOf(resource.inputs ?? {}).filter(([key]) => ownTags.includes(key));
    return wanted.some(([key, value]) => has.get(key) !== value);
  });
  if (others.length > 0) {
    await putBack();
    throw new OperationError(
      [
        "What is there has not the tags of this stack: somebody else may have made it. Nothing was touched.",
        ...others.map(
          ({ resource, id }) =>
            `${nameOf(resource.urn)} (${id ?? ""}): if it is this stack's, ${lineFor(stack, resource)} takes it over; else give this one another name.`,
        ),
      ].join("\n"),
      exitCodes.refused,
      others.map(({ resource, id }) => ({ urn: resource.urn, id })),
    );
  }
}

function lineFor(stack: OpenStack, resource: CheckpointResource): string {
  return importLine(resource.urn, resource, stack.settings.context);
}

async function lookFor(
  context: CommandContext,
  stack: OpenStack,
  resource: CheckpointResource,
  { resources = [], manifest }: Deployment,
): Promise<Begun> {
  const { type, urn, inputs = {} } = resource;
  if (withoutCloud.test(type)) {
    return { resource, outcome: "not made" };
  }
  const known = new Set(
    resources.flatMap(({ id, outputs = {} }) => [id, outputs.arn]).filter((one) => typeof one === "string"),
  );
  const names = physicalIds(type, inputs, stack.settings.context);
  // Under its URN the state has what it was to replace, or what somebody has imported meanwhile.
  if (resources.some((one) => one.urn === urn && one.id !== undefined && names.includes(one.id))) {
    return { resource, outcome: "not made" };
  }
  const tagged = names.length > 0 ? undefined : await idsByTags(stack, type, inputs, known);
  const candidates = tagged ?? names;
  const there: string[] = [];
  for (const id of candidates) {
    const answer = await isThere(context, stack, resource, id);
    if (answer === "unknown") {
      return { resource, outcome: "not known" };
    }
    if (answer === "yes" && tagged === undefined) {
      return { resource, outcome: "made", id };
    }
    there.push(...(answer === "yes" ? [id] : []));
  }
  const [id] = there;
  if (id !== undefined) {
    return there.length === 1 ? { resource, outcome: "made", id } : { resource, outcome: "not known" };
  }
  const isBehind = Date.now() - Date.parse(manifest?.time ?? "") < minutesBehind * 60_000;
  const isSure =
    names.length > 0 ||
    (tagged !== undefined && !isBehind) ||
    // What no import takes in can only be made once more.
    (type.startsWith("aws:") && importExample(type) === undefined);
  return { resource, outcome: isSure ? "not made" : "not known" };
}

/** Asks the provider that was to make it. A preview of an import reads, and writes nothing. */
async function isThere(
  context: CommandContext,
  stack: OpenStack,
  { type, provider }: CheckpointResource,
  id: string,
): Promise<"yes" | "no" | "unknown"> {
  const urn = providerUrn(provider);
  const { exitCode, stdout, stderr } = await callEngine(context, stack, [
    ...["import", type, "looked-for", id],
    ...(urn === undefined ? [] : ["--provider", `provider=${urn}`]),
    ...["--preview-only", "--generate-code=false"],
  ]);
  if (exitCode === 0) {
    return "yes";
  }
  return /does not exist|not found|NotFound|couldn't find/i.test(stdout + stderr) ? "no" : "unknown";
}

/** The state with what was made in it, as the engine writes down what it has made, and nothing begun any more. */
export function settled(deployment: Deployment, begun: readonly Begun[]): Deployment {
  const { resources = [], pending_operations: pending = [] } = deployment;
  const now = new Date().toISOString();
  const made = begun.flatMap(({ resource, outcome, id }) =>
    outcome === "made" ? [{ ...resource, id, outputs: {}, created: now, modified: now }] : [],
  );
  const byUrn = new Map(made.map((one) => [one.urn, one]));
  // What a creation is the second half of a replacement of stands under the same URN: it has gone, or is still to go.
  const replaced = resources.filter(({ urn, delete: isGone }) => byUrn.has(urn) && isGone !== true);
  const own = new Set(replaced.map(({ urn }) => urn));
  return {
    ...deployment,
    resources: [
      ...resources.map((one) => (replaced.includes(one) ? (byUrn.get(one.urn) ?? one) : one)),
      ...made.filter(({ urn }) => !own.has(urn)),
      ...replaced
        .filter(({ pendingReplacement }) => pendingReplacement !== true)
        .map((one) => ({ ...one, delete: true })),
    ],
    pending_operations: pending.filter(
      ({ type, resource }) => type !== "creating" || !begun.some((one) => one.resource.urn === resource.urn),
    ),
  };
}

/** Where the state lies as files that can be read here; undefined where only the engine can (Pulumi Cloud, zstd). */
async function filesOf(
  stack: OpenStack,
): Promise<{ readonly store: StateStore; readonly ref: StackRef; readonly state?: StoredState } | undefined> {
  const ledger = await stack.ledger();
  if (ledger.kind === "none") {
    return undefined;
  }
  const { store, ref } = ledger;
  const state = await readState(store, ref);
  return state?.key.endsWith(".zst") === true ? undefined : { store, ref, state };
}

async function deploymentOf(context: CommandContext, stack: OpenStack): Promise<Deployment> {
  const files = await filesOf(stack);
  if (files !== undefined) {
    return files.state === undefined ? {} : deploymentIn(files.state.data, files.state.key);
  }
  let whole: Deployment = {};
  await editState<Deployment>(context, stack, (deployment) => {
    whole = deployment;
    return deployment;
  });
  return whole;
}

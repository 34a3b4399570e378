import { providerUrn } from "../../guard/memory/inventory";
import { groundworkCommand, pulumiCommand } from "../../guard/printed-command";
import { deploymentIn, type Deployment } from "../backend/layout";
import { clearDeadLocks, holderText, readLocks } from "../backend/locks";
import type { CheckpointResource } from "../engine/engine-stack";
import { callEngine, editState } from "../engine/state-edit";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { FailedError, OperationError } from "../terminal/errors";
import { exitCodes } from "../terminal/exit-codes";
import { count, table } from "../terminal/output";
import { idsByTags } from "./made-by-tags";
import { importExample, physicalIds, placeOf } from "./physical-ids";
import { nameOf, shortType } from "./plan";
import { filesOf, takeIn } from "./take-in";
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

/**
 * What killed runs had begun to make, and whether it is there: asked of the providers by the name that it was to have, and of AWS by
 * its tags. Changes nothing. Without anything begun, or while somebody holds the lock, it reads the state and nothing else. Says first who
 * holds the lock, and what a run that broke off was at.
 */
export async function lookForBegun(context: CommandContext, stack: OpenStack): Promise<readonly Begun[]> {
  const files = await filesOf(stack);
  const [lock] = files === undefined ? [] : await readLocks(files.store, files.ref);
  if (lock !== undefined) {
    // A run may be at work just now: what it has begun it ends itself.
    context.output.note(
      `${stack.name} is locked by ${holderText(lock, new Date())}. Until that run has ended, what is told here may be out of date.`,
    );
    return [];
  }
  const deployment = await deploymentOf(context, stack, files);
  tellBrokenOff(context, stack, deployment);
  const begun = (deployment.pending_operations ?? []).filter(
    ({ type, resource }) => type === "creating" && !resource.urn.includes(metalWorkers),
  );
  if (begun.length === 0) {
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
 * @throws FailedError at once where another run holds the lock: a preview first would be for nothing.
 * @throws OperationError (3) where nobody can tell whether something was made, or where what is there is somebody else's.
 */
export async function settleBegun(context: CommandContext, stack: OpenStack): Promise<boolean> {
  await refuseWhileLocked(stack);
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
  await takeIn(context, stack, (deployment) => settled(deployment, begun), made);
  return true;
}

async function refuseWhileLocked(stack: OpenStack): Promise<void> {
  const files = await filesOf(stack);
  if (files === undefined) {
    // Only the engine knows; it refuses by itself.
    return;
  }
  await clearDeadLocks(files.store, files.ref);
  const [lock] = await readLocks(files.store, files.ref);
  if (lock !== undefined) {
    throw new FailedError(
      `Another run holds the lock of ${stack.name}: ${holderText(lock, new Date())}. Nothing was touched. Wait for it to end; ` +
        `where it is dead for certain, \`${groundworkCommand`state unlock ${stack.name}`}\` breaks the lock.`,
    );
  }
}

/** What was begun and is no creation: the state has it as it was before, and the next run compares and goes on. */
function tellBrokenOff({ output }: CommandContext, { name }: OpenStack, deployment: Deployment): void {
  const left = (deployment.pending_operations ?? []).filter(({ type }) => type !== "creating");
  if (left.length > 0) {
    const what = left.map(
      ({ type, resource }) => `${type} ${shortType(resource.type)} ${nameOf(resource.urn)}`,
    );
    output.note(
      `A run of ${name} broke off while it was ${what.join(", ")}; the next \`up\` continues from there.`,
    );
  }
}

function lineFor(stack: OpenStack, resource: CheckpointResource): string {
  return importLine(resource.urn, resource, placeOf(stack.settings));
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
  const names = physicalIds(type, inputs, placeOf(stack.settings));
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

async function deploymentOf(
  context: CommandContext,
  stack: OpenStack,
  files: Awaited<ReturnType<typeof filesOf>>,
): Promise<Deployment> {
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

import { changeState } from "../backend/change-state";
import { deploymentIn, readState, type Deployment, type StackRef, type StoredState } from "../backend/layout";
import type { StateStore } from "../backend/store";
import type { CheckpointResource } from "../engine/engine-stack";
import { editState } from "../engine/state-edit";
import type { CommandContext } from "../terminal/command-context";
import { OperationError } from "../terminal/errors";
import { exitCodes } from "../terminal/exit-codes";
import { engineErrors } from "./diagnostics";
import { failureOf } from "./failures";
import { tagsOf } from "./made-by-tags";
import { rememberInventory } from "./memory/inventory";
import { placeOf } from "./physical-ids";
import { nameOf } from "./plan";
import { importLine } from "./take-over";
import type { OpenStack } from "./workspace";

/** Something that is in the cloud, as the state is to have it. */
interface Made {
  readonly resource: CheckpointResource;
  readonly id?: string;
}

/** Tags by which a thing is known to be this stack's, whatever else somebody has tagged. */
const ownTags: readonly string[] = ["project", "environment", "managed-by"];

/**
 * Writes what is in the cloud into the state, and has the provider say what there is: until then the state knows ids alone.
 *
 * @param change puts it there. Nothing but that happens to the state.
 * @param made what was put there; none where the state only loses something.
 * @throws OperationError (3) where what is there has tags of somebody else's; the state is then as it was.
 */
export async function takeIn(
  context: CommandContext,
  stack: OpenStack,
  change: (deployment: Deployment) => Deployment,
  made: readonly Made[],
  options: { readonly untagged?: boolean } = {},
): Promise<void> {
  const files = await filesOf(stack);
  const putBack =
    files === undefined
      ? await editState<Deployment>(context, stack, change)
      : await changeState(files.store, files.ref, "groundwork up", change);
  if (made.length > 0) {
    await readMade(stack, made, putBack, options.untagged === true);
    await rememberInventory(stack, context.output, { complete: false });
  }
}

async function readMade(
  stack: OpenStack,
  made: readonly Made[],
  putBack: () => Promise<void>,
  mayBeUntagged: boolean,
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
    const lines = made.map(
      ({ resource }) =>
        `${nameOf(resource.urn)}: ${importLine(resource.urn, resource, placeOf(stack.settings))}`,
    );
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
    return !(mayBeUntagged && has.size === 0) && wanted.some(([key, value]) => has.get(key) !== value);
  });
  if (others.length > 0) {
    await putBack();
    throw new OperationError(
      [
        "What is there does not have the tags of this stack: somebody else may have made it. Nothing was touched.",
        ...others.map(
          ({ resource, id }) =>
            `${nameOf(resource.urn)} (${id ?? ""}): if it is this stack's, ${importLine(resource.urn, resource, placeOf(stack.settings))} takes it over; else give this one another name.`,
        ),
      ].join("\n"),
      exitCodes.refused,
      others.map(({ resource, id }) => ({ urn: resource.urn, id })),
    );
  }
}

/**
 * What is in the file of a stack's state, secrets as they are encrypted; undefined for a backend whose files are not read here. A stack
 * that was never up has nothing in it.
 */
export async function storedDeployment(stack: OpenStack): Promise<Deployment | undefined> {
  const files = await filesOf(stack);
  if (files === undefined) {
    return undefined;
  }
  return files.state === undefined ? {} : deploymentIn(files.state.data, files.state.key);
}

/** Where the state lies as files that can be read here; undefined where only the engine can (Pulumi Cloud, zstd). */
export async function filesOf(
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

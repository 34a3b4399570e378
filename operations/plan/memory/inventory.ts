import {
  inventoryOf,
  isSameInventory,
  keyOf,
  merged,
  type StoredResource,
} from "../../../guard/memory/inventory";
import { judgeInventory, keysIn, missing, type MemoryContext } from "../../../guard/memory/judge-inventory";
import { takesIn, type OtherStack } from "../../../guard/memory/judge-others";
import type { Approval } from "../../../guard/approvals/approval";
import type { Refusal, Step } from "../../../guard/step";
import type { EngineError } from "../diagnostics";
import { FailedError, OperationError } from "../../terminal/errors";
import type { Output } from "../../terminal/output";
import { deploymentIn, readState, stackRefs, type StackRef } from "../../backend/layout";
import type { StateStore } from "../../backend/store";
import type { Move } from "../moves";
import type { OpenStack } from "../workspace";
import { Ledger, ledgersPrefix } from "./ledger";

/** What a plan means for what the guard remembers. */
export interface MemoryVerdict {
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly EngineError[];
  /** What the cloud has no more and the guard does not remember: nothing is said about it here. */
  readonly unremembered: readonly Move[];
}

/**
 * Judges a plan by what held data after the last good run and by what other stacks of the backend hold. Writes nothing.
 *
 * Without anything missing, and without anything that is taken in, it reads the ledger and nothing else: the plan itself
 * shows what the state has.
 *
 * @param gone what the state has and the cloud was found to have no more.
 * @throws OperationError (3) when the ledger is broken.
 */
export async function judgeMemory(
  stack: OpenStack,
  steps: readonly Step[],
  approvals: readonly Approval[] = [],
  gone: readonly Move[] = [],
): Promise<MemoryVerdict> {
  const ledger = await stack.ledger();
  if (ledger.kind === "none") {
    return {
      refusals: [],
      unremembered: gone,
      warnings: [
        {
          urn: undefined,
          message:
            `The guard remembers nothing of ${stack.name}: ${ledger.reason} If something is taken out of the state there, and created again, ` +
            "nobody notices; approvals are refused.",
        },
      ],
    };
  }
  const content = await ledger.read();
  const context: MemoryContext = {
    level: stack.guardLevel,
    inventory: content.remembered,
    since: content.inventory?.at,
    present: keysIn(steps),
    givenUp: content.givenUp,
    approvals,
    gone: new Set(gone.flatMap(keysOfMove)),
  };
  const found = missing(context).length > 0 ? await lookCloser(stack, ledger, context) : context;
  const { others, warnings } = takesIn(steps) ? await otherStacks(ledger) : { others: [], warnings: [] };
  const remembered = new Set(content.remembered.map(keyOf));
  return {
    refusals: judgeInventory(steps, { ...found, others }),
    warnings,
    unremembered: gone.filter((move) => !keysOfMove(move).some((key) => remembered.has(key))),
  };
}

function keysOfMove({ type, id }: Move): string[] {
  return id === null ? [] : [keyOf({ type, id })];
}

/** When a run last read the cloud, ISO 8601; undefined where none is known to have. */
export async function lastReading(stack: OpenStack): Promise<string | undefined> {
  const ledger = await stack.ledger();
  return ledger.kind === "none" ? undefined : (await ledger.read()).of("read").at(-1)?.at;
}

/** A plan need not show all of the state: one that stopped early, or of a part of the stack, does not. */
async function lookCloser(stack: OpenStack, ledger: Ledger, context: MemoryContext): Promise<MemoryContext> {
  const stored = keysOf(await resourcesOf(stack, ledger)).filter((key) => context.gone?.has(key) !== true);
  const present = new Set([...context.present, ...stored]);
  if (missing({ ...context, present }).length === 0) {
    return { ...context, present };
  }
  const refs = await stackRefs(ledger.store);
  const states = await Promise.all(
    refs.filter((ref) => !isSame(ref, ledger.ref)).map((ref) => readableState(ledger.store, ref)),
  );
  return { ...context, present, elsewhere: new Set(states.flatMap((state) => keysOf(state ?? []))) };
}

/** What the other stacks of the backend hold: by their ledgers, and by their states. */
async function otherStacks(
  own: Ledger,
): Promise<{ readonly others: readonly OtherStack[]; readonly warnings: readonly EngineError[] }> {
  const { store } = own;
  const nameOf = (ref: StackRef): string => `${ref.project}/${ref.stack}`;
  const living = await stackRefs(store);
  const all = new Map([...(await ledgerRefs(store)), ...living].map((ref) => [nameOf(ref), ref]));
  const alive = new Set(living.map(nameOf));
  const warnings: EngineError[] = [];
  const others = await Promise.all(
    [...all.values()]
      .filter((ref) => !isSame(ref, own.ref))
      .map(async (ref): Promise<OtherStack> => {
        const state = await readableState(store, ref);
        // At which level it stands its state does not say; what is protected there, or locked, does.
        const held = state === undefined ? [] : inventoryOf(state, "disposable");
        return {
          ...ref,
          entries: merged(held, (await rememberedOf(store, ref, warnings)) ?? []),
          ...(state !== undefined && { managed: new Set(keysOf(state)) }),
          isGone: !alive.has(nameOf(ref)),
        };
      }),
  );
  return { others, warnings };
}

async function rememberedOf(
  store: StateStore,
  ref: StackRef,
  warnings: EngineError[],
): Promise<OtherStack["entries"] | undefined> {
  try {
    const content = await new Ledger(store, ref).read();
    return content.inventory?.entries.filter(
      ({ urn, id }) => !content.givenUp.some((one) => one.urn === urn && one.id === id),
    );
  } catch (error) {
    if (!(error instanceof OperationError)) {
      throw error;
    }
    warnings.push({
      urn: undefined,
      message: `What ${ref.project}/${ref.stack} holds was taken from its state. ${error.message}`,
    });
    return undefined;
  }
}

async function ledgerRefs(store: StateStore): Promise<StackRef[]> {
  return (await store.list(ledgersPrefix)).flatMap(({ key }) => {
    const [, project, stack] = /^\.groundwork\/guard\/([^/]+)\/([^/]+)\.jsonl$/.exec(key) ?? [];
    return project === undefined || stack === undefined ? [] : [{ project, stack }];
  });
}

/**
 * Writes down what holds data now, where that has changed, so that the next run knows. A run that broke off adds what is new
 * and drops nothing. Where the run has read the cloud, it writes down when.
 *
 * What goes wrong here is told, and changes nothing about the run that is over.
 */
export async function rememberInventory(
  stack: OpenStack,
  output: Output,
  { complete, hasRead = false }: { readonly complete: boolean; readonly hasRead?: boolean },
): Promise<void> {
  try {
    const ledger = await stack.ledger();
    if (ledger.kind === "none") {
      return;
    }
    const now = inventoryOf(await resourcesOf(stack, ledger), stack.guardLevel);
    await ledger.append(({ inventory, remembered, givenUp }) => {
      const before = remembered.filter(
        ({ urn, id }) => !givenUp.some((one) => one.urn === urn && one.id === id),
      );
      const entries = complete ? now : merged(before, now);
      const isSame =
        isSameInventory(remembered, entries) && (inventory !== undefined || entries.length === 0);
      return [
        ...(isSame ? [] : [{ kind: "inventory" as const, entries: [...entries], complete }]),
        ...(hasRead && complete ? [{ kind: "read" as const }] : []),
      ];
    });
  } catch (error) {
    output.note(
      output.colors.yellow(
        `Warning: the guard could not write down what ${stack.name} holds now. The run itself is as told. What it made is held ` +
          `against losses only when the next \`${stack.call("up")}\` has written it down.\n` +
          (error instanceof Error ? error.message : String(error)),
      ),
    );
  }
}

/** The stack's own state: as it lies in the backend; by the engine, which takes longer, only where it cannot be read there. */
async function resourcesOf(stack: OpenStack, { store, ref }: Ledger): Promise<readonly StoredResource[]> {
  try {
    return await storedState(store, ref);
  } catch (error) {
    if (!(error instanceof FailedError)) {
      throw error;
    }
    return (await stack.engine.checkpoint()).resources ?? [];
  }
}

async function storedState(store: StateStore, ref: StackRef): Promise<readonly StoredResource[]> {
  const state = await readState(store, ref);
  return state === undefined ? [] : (deploymentIn(state.data, state.key).resources ?? []);
}

/** Of another stack; undefined where it cannot be read. */
async function readableState(
  store: StateStore,
  ref: StackRef,
): Promise<readonly StoredResource[] | undefined> {
  try {
    return await storedState(store, ref);
  } catch (error) {
    if (error instanceof FailedError) {
      return undefined;
    }
    throw error;
  }
}

function keysOf(resources: readonly StoredResource[]): string[] {
  return resources.flatMap(({ type, id, custom, external }) =>
    custom && external !== true && id !== undefined && id !== "" ? [keyOf({ type, id })] : [],
  );
}

function isSame(one: StackRef, other: StackRef): boolean {
  return one.project === other.project && one.stack === other.stack;
}

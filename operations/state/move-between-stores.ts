import { isDeepStrictEqual } from "node:util";
import { groundworkCommand, quoted } from "../../guard/printed-command";
import { exitCodes } from "../terminal/exit-codes";
import { FailedError, OperationError } from "../terminal/errors";
import { takeLedgerAlong } from "../plan/memory/ledger-move";
import { count } from "../terminal/output";
import type { EngineReader } from "../backend/engine-reader";
import {
  backupsPrefix,
  deploymentIn,
  ensureLayout,
  historyPrefix,
  isEmpty,
  keptPrefix,
  readState,
  requireLayout,
  tagsKey,
  timeStamp,
  type StackRef,
  type StoredState,
} from "../backend/layout";
import { clearDeadLocks, refuseLocked, withLock } from "../backend/locks";
import { ConflictError, type StateStore } from "../backend/store";

/** In their order. After each of them a run may be cut off, and the same call again goes on to the same end. */
export const moveSteps = [
  "locked",
  "prepared",
  "history",
  "copied",
  "verified",
  "kept",
  "set aside",
] as const;
export type MoveStep = (typeof moveSteps)[number];

export interface MoveOptions {
  readonly from: StateStore;
  readonly to: StateStore;
  readonly ref: StackRef;
  /** The engine's own eyes. */
  readonly read: EngineReader;
  /** Written into the lock. */
  readonly command: string;
  /** Called when a step is done. */
  readonly onStep?: (step: MoveStep) => void;
}

export interface Move {
  readonly project: string;
  /** `absent`: neither backend has the stack. */
  readonly result: "moved" | "already there" | "absent";
  readonly resources: number;
  /** Where the old backend still keeps what it had. */
  readonly setAside?: string;
}

/**
 * Moves a stack's state from one backend to another, byte for byte, so that what is encrypted stays as it is and
 * operations whose end is not known stay recorded (`pulumi stack import` would drop them).
 *
 * Under the engine's own lock: history, backups and the guard's ledger go first; then the state, which is written only where there is none
 * (or one that never held anything); then both are read by the engine and compared; and only then the old one is put
 * aside under `.pulumi/kept/`, never deleted. Until that last step the old backend alone counts, after it the new one.
 *
 * @throws OperationError (3) when the new backend has another state of the stack, or somebody holds a lock.
 */
export async function moveState(options: MoveOptions): Promise<Move> {
  const { from, to, ref } = options;
  const { project } = ref;
  await requireLayout(from);
  const there = await readState(to, ref);
  if (from.url === to.url || (await readState(from, ref)) === undefined) {
    await clearDeadLocks(from, ref);
    return there === undefined
      ? { project, result: "absent", resources: 0 }
      : { project, result: "already there", resources: resourcesIn(there) };
  }
  return withLock(from, ref, options.command, () => moveLocked(options));
}

async function moveLocked({ from, to, ref, read, onStep }: MoveOptions): Promise<Move> {
  onStep?.("locked");
  const source = await readState(from, ref);
  if (source === undefined) {
    throw new FailedError(`The state of ${ref.stack} went away while it was looked at. Run this again.`);
  }
  await ensureLayout(to);
  await refuseLocked(to, ref);
  const there = await readState(to, ref);
  refuseOtherState(source, there, from, to, ref);
  onStep?.("prepared");
  for (const prefix of [historyPrefix(ref), backupsPrefix(ref), keptPrefix(ref), tagsKey(ref)]) {
    await copyFiles(from, to, prefix);
  }
  await takeLedgerAlong(from, to, ref);
  onStep?.("history");
  if (there === undefined) {
    await to.write(source.key, source.data, { absent: true });
  } else if (!there.data.equals(source.data)) {
    // Empty, or it would have been refused.
    await to.write(there.key, source.data, { tag: there.tag });
  }
  onStep?.("copied");
  await verify(source, from, to, ref, read);
  onStep?.("verified");
  const setAside = `${keptPrefix(ref)}${timeStamp(new Date())}.moved.json`;
  await from.write(setAside, source.data, { absent: true });
  if ((await from.read(setAside))?.data.equals(source.data) !== true) {
    throw new FailedError(
      `What was put aside in ${from.url} is not what was there. The state itself is untouched.`,
    );
  }
  onStep?.("kept");
  await from.remove(source.key, source.tag);
  onStep?.("set aside");
  return { project: ref.project, result: "moved", resources: resourcesIn(source), setAside };
}

function refuseOtherState(
  source: StoredState,
  there: StoredState | undefined,
  from: StateStore,
  to: StateStore,
  ref: StackRef,
): void {
  if (there === undefined || there.data.equals(source.data) || isEmpty(deploymentIn(there.data, there.key))) {
    return;
  }
  throw new OperationError(
    `${ref.project}/${ref.stack} has a state in both places, and they differ. Nothing was touched.\n` +
      `  ${from.url}: ${described(source)}\n` +
      `  ${to.url}: ${described(there)}\n` +
      `Find out which of them is true. To give up the second, move it out of the way first:\n` +
      `  PULUMI_BACKEND_URL=${quoted(to.url)} ${groundworkCommand`state move ${ref.stack} --to file:///AN/EMPTY/FOLDER`}`,
    exitCodes.refused,
  );
}

function described(state: StoredState): string {
  const { manifest, resources = [] } = deploymentIn(state.data, state.key);
  return `${count(resources.length, "resource")}, written ${manifest?.time ?? "at a time that it does not say"}`;
}

function resourcesIn(state: StoredState): number {
  return (deploymentIn(state.data, state.key).resources ?? []).length;
}

/** What is there already is left as it is: these files are written once and never change. */
async function copyFiles(from: StateStore, to: StateStore, prefix: string): Promise<void> {
  const files = prefix.endsWith("/") ? (await from.list(prefix)).map(({ key }) => key) : [prefix];
  for (const key of files) {
    const content = await from.read(key);
    if (content !== undefined) {
      await to.write(key, content.data, { absent: true }).catch((error: unknown) => {
        if (!(error instanceof ConflictError)) {
          throw error;
        }
      });
    }
  }
}

async function verify(
  source: StoredState,
  from: StateStore,
  to: StateStore,
  ref: StackRef,
  read: EngineReader,
): Promise<void> {
  const arrived = await readState(to, ref);
  const [before, after] = [await read(from.url, ref), await read(to.url, ref)];
  if (arrived?.data.equals(source.data) !== true || !isDeepStrictEqual(before, after)) {
    throw new FailedError(
      `What ${to.url} gives back of ${ref.project}/${ref.stack} is not what was written. ${from.url} still holds the ` +
        `state, untouched; go on working there, and look at what is wrong with the other.`,
    );
  }
}

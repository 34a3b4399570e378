import { randomUUID } from "node:crypto";
import * as os from "node:os";
import { groundworkCommand } from "../../guard/printed-command";
import { isRecord, parseJson } from "../../guard/unknown";
import { exitCodes } from "../terminal/exit-codes";
import { FailedError, OperationError } from "../terminal/errors";
import { locksPrefix, type StackRef } from "./layout";
import { livenessOf, type Liveness } from "./processes";
import type { StateStore } from "./store";

/** A lock as the engine writes it down: lockContent in pkg/backend/diy/lock.go. */
export interface Lock {
  readonly key: string;
  /** Stands for exactly this lock. */
  readonly tag: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Date;
  readonly process: Liveness;
  /** The groundwork command that took it; absent for one of the engine's. */
  readonly command?: string;
  /** Why nobody can read it; absent for one that can be read. The engine fails at such a file. */
  readonly broken?: "empty" | "no JSON";
}

/** Younger than this a lock counts as held by a run that is at work, wherever that runs. */
export const freshMinutes = 10;

/** Writing a lock takes a moment: what cannot be read and is older was never written to its end. */
const writingMinutes = 1;

/** Every lock of a stack, the oldest first, and every file in their place: the engine reads them all. The engine takes one; two at once were too late to see each other. */
export async function readLocks(
  store: StateStore,
  ref: StackRef,
  liveness: typeof livenessOf = livenessOf,
): Promise<readonly Lock[]> {
  const locks: Lock[] = [];
  for (const { key, modified } of await store.list(locksPrefix(ref), true)) {
    const content = await store.read(key);
    if (content !== undefined) {
      locks.push(lockIn(key, content.tag, content.data, modified, liveness));
    }
  }
  return locks.sort((a, b) => a.since.getTime() - b.since.getTime());
}

function lockIn(key: string, tag: string, data: Buffer, modified: Date, liveness: typeof livenessOf): Lock {
  const parsed = parseJson(data.toString("utf8"));
  const written: Readonly<Record<string, unknown>> = isRecord(parsed) ? parsed : {};
  const stamp = new Date(String(written.timestamp));
  const since = Number.isNaN(stamp.getTime()) ? modified : stamp;
  const pid = typeof written.pid === "number" ? written.pid : 0;
  const host = text(written.hostname);
  return {
    key,
    tag,
    user: text(written.username),
    host,
    pid,
    since,
    process: pid > 0 ? liveness({ pid, hostname: host, since }) : "unknown",
    ...(typeof written.command === "string" && { command: written.command }),
    ...(!isRecord(parsed) && { broken: data.length === 0 ? "empty" : "no JSON" }),
  };
}

function text(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : "unknown";
}

export const brokenText = {
  empty: "it is empty, as a full disk leaves it",
  "no JSON": "it is not JSON: it was not written completely",
} as const;

/** Why a lock must not be broken just so, as a sentence; undefined when nothing speaks against it. */
export function whyKept(lock: Lock, now: Date): string | undefined {
  if (lock.process === "alive") {
    return `Its process (${lock.pid}) runs on this machine.`;
  }
  const minutes = ageInMinutes(lock, now);
  if (lock.broken !== undefined) {
    return minutes < writingMinutes
      ? "It is less than a minute old: a run may still be writing it."
      : undefined;
  }
  return minutes < freshMinutes
    ? `It is ${minutes < 1 ? "less than a minute" : `${Math.floor(minutes)} min`} old: a run may still be at work` +
        `${lock.process === "dead" ? ", in a container of the same host name for instance" : ` on ${lock.host}`}.`
    : undefined;
}

export function ageInMinutes(lock: Lock, now: Date): number {
  return Math.max(0, (now.getTime() - lock.since.getTime()) / 60_000);
}

/** "4 s", "12 min", "3 h 5 min", "2 days". */
export function ageText(lock: Lock, now: Date): string {
  const minutes = Math.floor(ageInMinutes(lock, now));
  if (minutes < 1) {
    return `${Math.round(ageInMinutes(lock, now) * 60)} s`;
  }
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/**
 * Takes a stack's lock as the engine does, so that no run of anybody begins meanwhile, and lets `action` work. A lock
 * of an earlier groundwork command of this machine that has died goes by itself.
 *
 * @param command what is written into the lock, for whoever finds it.
 * @throws OperationError (3) when somebody holds one.
 */
export async function withLock<T>(
  store: StateStore,
  ref: StackRef,
  command: string,
  action: () => Promise<T>,
): Promise<T> {
  await clearDeadLocks(store, ref);
  await refuseLocked(store, ref);
  const key = `${locksPrefix(ref)}${randomUUID()}.json`;
  const { username } = os.userInfo();
  const content = { pid: process.pid, username, hostname: os.hostname(), timestamp: new Date(), command };
  await store.write(key, Buffer.from(JSON.stringify(content)), { absent: true });
  try {
    // Again, as the engine does: two that came at once both go.
    await refuseLocked(store, ref, key);
    return await action();
  } finally {
    await store.remove(key);
  }
}

/** Takes away what groundwork commands of this machine left behind that were killed. The engine's locks stay. */
export async function clearDeadLocks(store: StateStore, ref: StackRef): Promise<void> {
  for (const lock of await readLocks(store, ref)) {
    if (lock.command !== undefined && lock.process === "dead") {
      await store.remove(lock.key, lock.tag);
    }
  }
}

/** Whose a lock is, since when, and whether that run lives: `ann on ci-7 since 2026-03-01 11:30 UTC (12 min), process 812, which runs`. */
export function holderText(lock: Lock, now: Date): string {
  if (lock.broken !== undefined) {
    return `by somebody unknown: its file cannot be read (${lock.key}): ${brokenText[lock.broken]}`;
  }
  const lives = {
    alive: "which runs on this machine",
    dead: "which does not run on this machine any more",
    unknown: `only ${lock.host} can say whether it runs`,
  };
  const since = `${lock.since.toISOString().slice(0, 16).replace("T", " ")} UTC (${ageText(lock, now)})`;
  return `${lock.user} on ${lock.host} since ${since}, process ${lock.pid}, ${lives[lock.process]}`;
}

/** @throws OperationError (3) when a lock other than `own` is held. */
export async function refuseLocked(store: StateStore, ref: StackRef, own?: string): Promise<void> {
  const [lock] = (await readLocks(store, ref)).filter(({ key }) => key !== own);
  if (lock !== undefined) {
    throw new OperationError(
      (lock.broken === undefined
        ? `${ref.stack} is locked by ${lock.user} on ${lock.host} (process ${lock.pid}) since ${lock.since.toISOString()}. `
        : `A lock of ${ref.stack} cannot be read (${lock.key}): ${brokenText[lock.broken]}. `) +
        `Nothing was touched. \`${groundworkCommand`state lock ${ref.stack}`}\` says more, \`${groundworkCommand`state unlock ${ref.stack}`}\` breaks it.`,
      exitCodes.refused,
    );
  }
}

/**
 * Breaks exactly the locks that were shown: one that came since stays, unlike with `pulumi cancel`, which takes all.
 *
 * @returns those that had gone by themselves meanwhile.
 */
export async function breakLocks(store: StateStore, locks: readonly Lock[]): Promise<readonly Lock[]> {
  const gone: Lock[] = [];
  for (const lock of locks) {
    if ((await store.read(lock.key)) === undefined) {
      gone.push(lock);
    } else {
      await store.remove(lock.key, lock.tag);
    }
  }
  if ((await Promise.all(locks.map(({ key }) => store.read(key)))).some((left) => left !== undefined)) {
    throw new FailedError("The lock is still there after it was removed.");
  }
  return gone;
}

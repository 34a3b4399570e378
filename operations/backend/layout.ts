import { gunzipSync } from "node:zlib";
import { pulumiCommand } from "../../guard/printed-command";
import { FailedError } from "../terminal/errors";
import type { Checkpoint, CheckpointResource } from "../engine/engine-stack";
import type { Content, StateStore } from "./store";

// Where the engine's own backends keep things: pkg/backend/diy of the engine, layout 1 (`.pulumi/meta.yaml`).

/** A stack by project and name. */
export interface StackRef {
  readonly project: string;
  readonly stack: string;
}

const root = ".pulumi";
const metaKey = `${root}/meta.yaml`;
/** The engine does not look here. */
const keptRoot = `${root}/kept`;

export function locksPrefix({ project, stack }: StackRef): string {
  return `${root}/locks/organization/${project}/${stack}/`;
}

export function historyPrefix({ project, stack }: StackRef): string {
  return `${root}/history/${project}/${stack}/`;
}

export function backupsPrefix({ project, stack }: StackRef): string {
  return `${root}/backups/${project}/${stack}/`;
}

/** Copies that groundwork made: on demand, before a restore, and of what was moved elsewhere. */
export function keptPrefix({ project, stack }: StackRef): string {
  return `${keptRoot}/${project}/${stack}/`;
}

export function tagsKey({ project, stack }: StackRef): string {
  return `${root}/stacks/${project}/${stack}.pulumi-tags`;
}

/** How an engine that compresses names it; it reads whatever is there. */
const extensions = [".json", ".json.gz", ".json.zst"] as const;

/** A stack's state as it lies in its backend. */
export interface StoredState extends Content {
  readonly key: string;
}

/** The state of a stack; undefined where the backend has no such stack. */
export async function readState(store: StateStore, ref: StackRef): Promise<StoredState | undefined> {
  for (const extension of extensions) {
    const key = `${root}/stacks/${ref.project}/${ref.stack}${extension}`;
    const content = await store.read(key);
    if (content !== undefined) {
      return { ...content, key };
    }
  }
  return undefined;
}

export function stateKey({ project, stack }: StackRef): string {
  return `${root}/stacks/${project}/${stack}${extensions[0]}`;
}

/** Every stack that a backend has. */
export async function stackRefs(store: StateStore): Promise<StackRef[]> {
  const refs = new Map<string, StackRef>();
  for (const { key } of await store.list(`${root}/stacks/`)) {
    const [, project, stack] = /^\.pulumi\/stacks\/([^/]+)\/([^/]+)\.json(?:\.gz|\.zst)?$/.exec(key) ?? [];
    if (project !== undefined && stack !== undefined) {
      refs.set(`${project}/${stack}`, { project, stack });
    }
  }
  return [...refs.values()];
}

/** A deployment, secrets as they are stored: encrypted. */
export interface Deployment extends Checkpoint {
  readonly manifest?: { readonly time?: string; readonly version?: string };
  readonly pending_operations?: readonly PendingOperation[];
}

/** What a run has begun, and not written down the end of. */
interface PendingOperation {
  /** `creating`, `updating`, `deleting`, … */
  readonly type: string;
  readonly resource: CheckpointResource;
}

/**
 * The deployment in a stack's file, or in one of its older copies. A stack that was never up has an empty one.
 *
 * @throws FailedError for what is no checkpoint.
 */
export function deploymentIn(data: Buffer, key: string): Deployment {
  if (data[0] === 0x28 && data[1] === 0xb5) {
    throw new FailedError(
      `${key} is compressed with zstd, which is not read here. Run any change of the stack with ` +
        "PULUMI_DIY_BACKEND_ZSTD off: the engine then writes it again.",
    );
  }
  const text = (data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data) : data).toString("utf8");
  try {
    const { checkpoint } = JSON.parse(text) as { checkpoint?: { latest?: Deployment | null } };
    if (checkpoint !== undefined) {
      return checkpoint.latest ?? {};
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  throw new FailedError(`${key} is no state of a stack.`);
}

/** A stack that was made, and never was up: nothing is lost with it. */
export function isEmpty(deployment: Deployment): boolean {
  return (deployment.resources ?? []).length === 0 && (deployment.pending_operations ?? []).length === 0;
}

/** @throws FailedError for a backend in the layout of 2022 and before, without projects. */
export async function requireLayout(store: StateStore): Promise<void> {
  const meta = await store.read(metaKey);
  if (meta !== undefined && !/^version: 1\s*$/m.test(meta.data.toString("utf8"))) {
    throw new FailedError(
      `${store.url} has a layout that groundwork does not know (${metaKey}). \`${pulumiCommand`state upgrade`}\` brings an old one up to date.`,
    );
  }
}

/** Makes an empty folder or container one that the engine takes for its own, as its first login does. */
export async function ensureLayout(store: StateStore): Promise<void> {
  await requireLayout(store);
  if ((await store.read(metaKey)) === undefined) {
    await store.write(metaKey, Buffer.from("version: 1\n"));
  }
}

/** "20261121T120015123Z": sorts by time, and is a file's name everywhere. */
export function timeStamp(now: Date): string {
  return now.toISOString().replace(/[-:.]/g, "");
}

/** Copies the state aside within its backend, byte for byte, and says under which id it can be had back. */
export async function keepState(
  store: StateStore,
  ref: StackRef,
  data: Buffer,
  why: string,
): Promise<string> {
  const name = `${timeStamp(new Date())}.${why}`;
  await store.write(`${keptPrefix(ref)}${name}.json`, data, { absent: true });
  return `kept/${name}`;
}

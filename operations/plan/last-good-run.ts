import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { isRecord, parseJson } from "../../guard/unknown";
import { decode } from "../../settings/load";
import { historyPrefix, type StackRef } from "../backend/layout";
import type { StateStore } from "../backend/store";
import { filesOf } from "./take-in";
import { askGit } from "../engine/git";
import type { OpenStack } from "./workspace";

/** The last run that made all of a stack what its file said: what has changed since is why a plan changes anything. */
export interface GoodRun {
  /** The configuration that it ran with, by the engine's keys; empty where there was none, or it took the stack down. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether the program is the one of that run; undefined where nobody can tell. */
  readonly isSameProgram: boolean | undefined;
}

/** As the engine writes a run down: UpdateInfo in pkg/backend/updates.go. */
interface Update {
  readonly kind?: unknown;
  readonly result?: unknown;
  readonly config?: unknown;
  readonly environment?: unknown;
}

/** Runs that are looked back on. */
const mostRuns = 50;

/** What the program is made of: from here its resources come. */
const programPaths = ["index.ts", "components", "settings", "guard", "boot", "package-lock.json"] as const;

/**
 * The last good run of a stack, from the engine's own history; undefined where the last ones all failed, or nothing can be
 * read.
 */
export async function lastGoodRun(stack: OpenStack): Promise<GoodRun | undefined> {
  const files = await filesOf(stack);
  const updates =
    files === undefined ? await stack.engine.updates() : await storedUpdates(files.store, files.ref);
  if (updates.length === 0) {
    return { config: {}, isSameProgram: undefined };
  }
  const good = updates.find(isGood);
  if (good === undefined) {
    return undefined;
  }
  const { config, environment } = good;
  const isDown = good.kind === "destroy";
  const values = Object.entries(isRecord(config) && !isDown ? config : {});
  return {
    config: Object.fromEntries(values.map(([key, value]) => [key, plainValue(value)])),
    isSameProgram: await isSameProgram(stack, isRecord(environment) ? environment : {}),
  };
}

/** One that was held to a part of the stack says nothing of the rest. */
function isGood({ kind, result, environment }: Update): boolean {
  const isPartial = isRecord(environment) && "pulumi.flag.target" in environment;
  return (kind === "update" || kind === "destroy") && result === "succeeded" && !isPartial;
}

/** The engine's own store has values as they are; over the Automation API they come as text. */
function plainValue(value: unknown): unknown {
  const text = isRecord(value) && typeof value.value === "string" && "secret" in value ? value.value : value;
  return typeof text === "string" ? decode(text) : text;
}

/** Newest first, up to the first good one: older ones say nothing more. */
async function storedUpdates(store: StateStore, ref: StackRef): Promise<readonly Update[]> {
  const files = (await store.list(historyPrefix(ref)))
    .map(({ key }) => key)
    .filter((key) => /\.history\.json(\.gz)?$/.test(key))
    .sort()
    .reverse();
  const updates: Update[] = [];
  for (const key of files.slice(0, mostRuns)) {
    const content = await store.read(key);
    const data = content === undefined ? Buffer.alloc(0) : content.data;
    const update = parseJson((data[0] === 0x1f ? gunzipSync(data) : data).toString("utf8"));
    if (isRecord(update)) {
      updates.push(update);
      if (isGood(update)) {
        break;
      }
    }
  }
  return updates;
}

async function isSameProgram(
  { settingsFile }: OpenStack,
  environment: Readonly<Record<string, unknown>>,
): Promise<boolean | undefined> {
  const { "git.head": head, "git.dirty": wasDirty } = environment;
  if (typeof head !== "string" || !/^[0-9a-f]{40,64}$/.test(head) || wasDirty !== "false") {
    return undefined;
  }
  const differing = await askGit(path.dirname(settingsFile), [
    "diff",
    "--name-only",
    head,
    "--",
    ...programPaths,
  ]);
  return differing === undefined ? undefined : differing === "";
}
